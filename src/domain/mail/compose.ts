import { eq, inArray, type SQL, sql } from 'drizzle-orm'
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core'
import * as z from 'zod'
import type { Calling, Selecting } from '../../context.ts'
import { found, invalid, notFound } from '../../refusal.ts'
import { email, id } from '../../schema.ts'
import { call, read } from '../../verb.ts'
import { customers } from '../customers/tables.ts'
import { invoices, quotations } from '../sales/tables.ts'
import { attachments, workOrders } from '../workshop/tables.ts'
import { mailCustomer } from './correspondence.ts'
import { longestHtml, oneLine } from './fields.ts'
import { textOf } from './html.ts'
import { outsideId } from './message-record.ts'
import { emailStatuses, emailThreads } from './tables.ts'
import { filledFor } from './templates.ts'
import { customerAt } from './thread-record.ts'
import { type About, type MailFile, subjects, writing } from './written-mail.ts'

const Draft = z.object({
  to: email(),
  cc: z.array(email()).max(20).optional(),
  subject: oneLine(255)
    .optional()
    .describe("Required without `template_id`; else in place of the template's")
    .meta({ examples: ['Your repair is ready'] }),
  body_html: z
    .string()
    .trim()
    .min(1)
    .max(longestHtml)
    .optional()
    .describe('Required without `template_id`')
    .meta({ examples: ['<p>Good news! Your device is ready for pickup.</p>'] }),
  template_id: id().optional().describe('A saved template; overrides `body_html`'),
  thread_id: id().optional().describe('The conversation that it goes on with'),
  customer_id: id().optional().describe('Found by the address when absent'),
  work_order_id: id().optional().describe('What it is about'),
  invoice_id: id().optional().describe('What it is about'),
  quotation_id: id().optional().describe('What it is about'),
  attachment_ids: z
    .array(id())
    .max(10)
    .optional()
    .describe('Attachments of work orders; together at most 10 MB'),
})

type Draft = z.output<typeof Draft>

const subjectTables = { work_order: workOrders, invoice: invoices, quotation: quotations }

/** What was asked of a mail, as it answers. */
export const Outcome = z.object({
  thread_id: id().meta({ examples: [78] }),
  message_id: z.string().meta({ examples: ['msg_abc123'] }),
  status: z.enum(emailStatuses).meta({ examples: ['sent'] }),
})

/** A template may say it; told together with whatever else is wrong. */
const isSaid = (field: 'subject' | 'body_html') => ({
  check: (draft: Partial<Draft>) => draft.template_id !== undefined || draft[field] !== undefined,
  otherwise: {
    path: [field],
    message: 'is required',
    when: ({ value }: { value: unknown }) => typeof value === 'object' && value !== null,
  },
})
const [hasSubject, hasBody] = [isSaid('subject'), isSaid('body_html')]

export const sendEmail = call(
  {
    ...writing,
    module: 'messaging',
    summary: 'Send email',
    description:
      'It is kept in its conversation before it is sent. When nobody takes it (502) it stays there as failed, to be sent again.',
    body: Draft.refine(hasSubject.check, hasSubject.otherwise).refine(
      hasBody.check,
      hasBody.otherwise,
    ),
    output: Outcome,
  },
  async (ctx, { body }) => {
    const { filled, files } = await prepare(ctx, { body })
    const html = filled?.body_html ?? body.body_html ?? ''
    const letter = {
      ...wishesOf(body),
      to: body.to,
      subject: body.subject ?? filled?.subject ?? '',
      html,
      text: await textOf(html),
      attachments: await copies(ctx, files),
    }
    const { id, thread_id } = await mailCustomer(ctx, letter)
    return { thread_id, message_id: outsideId(id), status: 'sent' as const }
  },
)

function wishesOf({ cc, thread_id, customer_id, ...body }: Draft) {
  const about = subjects.flatMap((entity): About[] => {
    const id = body[`${entity}_id`]
    return id === undefined ? [] : [{ entity, id }]
  })[0]
  return {
    ...(cc && { cc }),
    ...(thread_id !== undefined && { thread_id }),
    ...(customer_id !== undefined && { customer_id }),
    ...(about && { about }),
  }
}

interface StoredFile {
  filename: string
  content_type: string
  storage_key: string
  size_bytes: number
}

/** Who asks, whether what the mail names is there, and what the template says. */
const prepare = read(
  {
    ...writing,
    summary: 'Prepare a mail',
    body: Draft,
    output: z.object({
      filled: z.object({ subject: z.string(), body_html: z.string() }).optional(),
      files: z.custom<StoredFile[]>(),
    }),
  },
  async (ctx, { body }) => {
    const { template_id, attachment_ids = [], ...names } = body
    const references = [
      ['thread_id', emailThreads],
      ['customer_id', customers],
      ...subjects.map((entity) => [`${entity}_id`, subjectTables[entity]] as const),
    ] as const
    const [filled, files, ...there] = await Promise.all([
      template_id === undefined ? undefined : filledFor(ctx, template_id, customerOf(body)),
      filesOf(ctx, attachment_ids),
      ...references.map(([field, table]) => isThere(ctx, table, names[field])),
    ])
    references.forEach(([field], i) => {
      if (!there[i]) throw unknown(field)
    })
    if (template_id !== undefined && !filled) throw unknown('template_id')
    if (files.length < new Set(attachment_ids).size) throw unknown('attachment_ids')
    return { filled, files }
  },
)

const unknown = (field: string) =>
  invalid({ [field]: [`The selected ${field.replaceAll('_', ' ')} is invalid.`] })

async function isThere(ctx: Selecting, table: PgTable & { id: PgColumn }, id: number | undefined) {
  if (id === undefined) return true
  return (await ctx.db.select({ id: table.id }).from(table).where(eq(table.id, id))).length > 0
}

const customerOf = ({ customer_id, thread_id, to }: Draft): SQL<number | null> =>
  sql`coalesce(${customer_id ?? null}::bigint, ${sql`(select ${emailThreads.customer_id} from ${emailThreads}
    where ${emailThreads.id} = ${thread_id ?? null})`}, ${customerAt(to)})`

const filesOf = (ctx: Selecting, ids: readonly number[]): Promise<StoredFile[]> =>
  ids.length === 0
    ? Promise.resolve([])
    : ctx.db
        .select({
          filename: attachments.filename,
          content_type: attachments.content_type,
          storage_key: attachments.storage_key,
          size_bytes: attachments.size_bytes,
        })
        .from(attachments)
        .where(inArray(attachments.id, [...ids]))
        .execute()

const most_bytes = 10 * 1024 * 1024

/** The mail keeps what was sent, whatever becomes of the work order's files. */
async function copies(ctx: Calling, files: readonly StoredFile[]): Promise<MailFile[]> {
  if (files.length === 0) return []
  if (files.reduce((sum, { size_bytes }) => sum + size_bytes, 0) > most_bytes) {
    throw invalid({ attachment_ids: ['The attachments are larger than 10 MB together.'] })
  }
  const tenant_id = found(ctx.session.tenant_id)
  return Promise.all(
    files.map(async ({ filename, content_type, storage_key }) => {
      const stored = await ctx.env.FILES.get(storage_key)
      if (!stored) throw notFound('File')
      const content = new Uint8Array(await stored.arrayBuffer())
      const file_key = mailFileKey(tenant_id)
      await ctx.env.FILES.put(file_key, content, { httpMetadata: { contentType: content_type } })
      return { filename, content_type, content, file_key }
    }),
  )
}

/** A new place in the file store for a file of a mail. */
export const mailFileKey = (tenant_id: number) => `${tenant_id}/mails/${crypto.randomUUID()}`
