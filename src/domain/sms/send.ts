import { eq, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Transacting } from '../../context.ts'
import { subquery } from '../../db/rows.ts'
import { invalid, refused } from '../../refusal.ts'
import { id, text } from '../../schema.ts'
import { transact } from '../../verb.ts'
import { e164 } from '../customers/phone.ts'
import { customers } from '../customers/tables.ts'
import { tenants } from '../identity/tables.ts'
import { switchedOff } from '../integrations/connection.ts'
import { integrations } from '../integrations/tables.ts'
import { placeholderValues } from '../messages/placeholders.ts'
import { message_id, messageId } from './message-record.ts'
import { queueSms } from './queue.ts'
import { smsTemplates } from './tables.ts'
import { smsText, smsTextFor, unsendable } from './text.ts'

/** What is written: a text, or a template in its place. */
export const Written = {
  body: smsText()
    .optional()
    .describe('Needed unless a template is named; may hold placeholders')
    .meta({ examples: ['Your repair is ready for pickup!'] }),
  template_id: id().optional().describe('Overrides the body'),
}

interface Draft {
  body?: string | undefined
  template_id?: number | undefined
}

export const saysSomething = (draft: Draft | null | undefined) =>
  draft?.body !== undefined || draft?.template_id !== undefined

/** Said with whatever else is wrong. */
export const isRequired = { path: ['body'], message: 'is required', when: () => true }

/** The text of a template, or the one that was given. */
export async function writtenText(ctx: Transacting, { body = '', template_id }: Draft) {
  if (template_id === undefined) return body
  const [template] = await ctx.db
    .select({ body: smsTemplates.body })
    .from(smsTemplates)
    .where(eq(smsTemplates.id, template_id))
  if (!template) throw invalid({ template_id: ['The selected template id is invalid.'] })
  return template.body
}

/** The country of the shop; 422 when it cannot send text messages. */
export async function sendingShop(ctx: Transacting) {
  const [shop] = await ctx.db
    .select({ country: tenants.country, enabled: integrations.enabled })
    .from(tenants)
    .leftJoin(integrations, eq(integrations.slug, 'twilio'))
  return { country: shop?.country, isOn: shop?.enabled ?? false }
}

export const sendSms = transact(
  {
    summary: 'Send SMS',
    description:
      'It leaves after the answer; GET /sms/log shows what became of it. More than 160 characters are several messages to the provider.',
    can: 'sms:write',
    module: 'messaging',
    body: z
      .object({
        phone: text(50)
          .describe('E.164, or as the shop’s country writes it')
          .meta({
            examples: ['+31612345678'],
          }),
        ...Written,
      })
      .refine(saysSomething, isRequired),
    output: z.object({ message_id, status: z.literal('queued') }),
  },
  async (ctx, { body: draft }) => {
    const { country, isOn } = await sendingShop(ctx)
    const number = e164(draft.phone, country)
    if (!number) throw invalid({ phone: ['The phone field must be a valid phone number.'] })
    if (!isOn) throw switchedOff('twilio')
    const written = await writtenText(ctx, draft)
    const { values, customer } = await receiverOf(ctx, number, written)
    if (customer?.opted_out) {
      const message = 'The customer has opted out of text messages.'
      throw refused('opted_out', message, { phone: [message] })
    }
    const body = smsTextFor(written, values)
    if (body === null) throw unsendable(draft.template_id === undefined ? 'body' : 'template_id')
    const id = await queueSms(ctx, { phone: number, body, customer_id: customer?.id })
    return { message_id: messageId(id), status: 'queued' as const }
  },
)

/** Who has that number, if anybody; of several one who opted out, else the newest. */
async function receiverOf(ctx: Transacting, phone: string, text: string) {
  const whose = sql`select ${customers.id} from ${customers} where ${customers.phone_e164} = ${phone}
    order by ${customers.sms_opt_out} desc, ${customers.id} desc limit 1`
  const [row] = await ctx.db
    .select({
      values: placeholderValues(text),
      customer: { id: customers.id, opted_out: customers.sms_opt_out },
    })
    .from(tenants)
    .leftJoin(customers, eq(customers.id, subquery(whose)))
  return { values: row?.values ?? {}, customer: row?.customer ?? null }
}
