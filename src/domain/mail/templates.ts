import { asc, eq, getTableColumns, type SQL, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Selecting } from '../../context.ts'
import { arrayPage } from '../../db/pages.ts'
import { insert, newId, remove, rowsBy, update } from '../../db/rows.ts'
import { found, invalid } from '../../refusal.ts'
import { ArrayPaging, Id, id, instant } from '../../schema.ts'
import { read, write } from '../../verb.ts'
import { customers } from '../customers/tables.ts'
import { tenants } from '../identity/tables.ts'
import {
  filledTemplate,
  knownPlaceholders,
  placeholderValues,
  templateText,
} from '../messages/placeholders.ts'
import { isOneLine, longestHtml, oneLine } from './fields.ts'
import { shownHtml } from './html.ts'
import { emailTemplates } from './tables.ts'

const ListedTemplate = z.object({
  id: id(),
  name: z.string().meta({ examples: ['Repair Ready'] }),
  subject: z.string().meta({ examples: ['Your repair is ready'] }),
  created_at: instant(),
  updated_at: z
    .string()
    .transform((value) => value.slice(0, 10))
    .meta({ type: 'string', format: 'date', examples: ['2026-01-15'] }),
})

const Template = ListedTemplate.extend({
  body_html: z.string().meta({ examples: ['<p>Dear {{customer_name}},</p>'] }),
})

const Draft = z.object({
  name: oneLine(100).meta({ examples: ['Repair Ready'] }),
  subject: templateText(255)
    .refine(...isOneLine)
    .describe(`May hold ${knownPlaceholders}`)
    .meta({ examples: ['Your repair is ready'] }),
  body_html: templateText(longestHtml)
    .describe(`May hold ${knownPlaceholders}; what they stand for is escaped`)
    .meta({ examples: ['<p>Dear {{customer_name}},</p>'] }),
})

const reading = { can: 'emails:read', module: 'messaging' } as const
const writing = { can: 'emails:write', module: 'messaging' } as const

const { tenant_id: _tenant, ...columns } = getTableColumns(emailTemplates)
const { body_html: _body, ...listed } = columns

const listedRows = (ctx: Selecting) => ctx.db.select(listed).from(emailTemplates)
const rows = (ctx: Selecting) => ctx.db.select(columns).from(emailTemplates).$dynamic()

const one = async (ctx: Selecting, id: number | SQL<number>) => {
  const [template] = await rowsBy(ctx, rows, emailTemplates.id, id)
  return found(template)
}

export const listEmailTemplates = read(
  {
    ...reading,
    summary: 'List email templates',
    query: ArrayPaging,
    output: z.array(ListedTemplate),
  },
  (ctx, { query }) =>
    arrayPage(ctx, emailTemplates, query, undefined, [asc(emailTemplates.id)], listedRows),
)

export const getEmailTemplate = read(
  { ...reading, summary: 'Get email template', params: Id, output: Template },
  (ctx, { params }) => one(ctx, params.id),
)

export const createEmailTemplate = write(
  { ...writing, summary: 'Create email template', body: Draft, output: Template, status: 201 },
  async (ctx, { body }) => {
    const [, template] = await Promise.all([
      insert(ctx, emailTemplates, body),
      one(ctx, newId(emailTemplates)),
    ])
    return template
  },
)

export const updateEmailTemplate = write(
  {
    ...writing,
    summary: 'Update email template',
    description: 'Update template name, subject, or body. Partial updates supported.',
    params: Id,
    body: Draft.partial(),
    output: Template,
    on: emailTemplates,
  },
  async (ctx, { params, body }) => {
    const [, template] = await Promise.all([
      update(ctx, emailTemplates, params.id, body),
      one(ctx, params.id),
    ])
    return template
  },
)

export const deleteEmailTemplate = write(
  {
    ...writing,
    summary: 'Delete email template',
    description: 'Permanently deletes the email template.',
    params: Id,
    on: emailTemplates,
  },
  async (ctx, { params }) => {
    await remove(ctx, emailTemplates, params.id)
  },
)

/** A template's words for a customer; without one they are the shop's alone. */
interface Filled {
  subject: string
  body_html: string
}

/**
 * What fills a template is read with it: its texts are known only then, so every value is asked for that any
 * template may name.
 */
export async function filledFor(
  ctx: Selecting,
  template_id: number,
  customer: number | null | SQL<number | null>,
): Promise<Filled | undefined> {
  const [row] = await ctx.db
    .select({
      subject: emailTemplates.subject,
      body_html: emailTemplates.body_html,
      values: placeholderValues(knownPlaceholders),
    })
    .from(emailTemplates)
    .innerJoin(tenants, eq(tenants.id, emailTemplates.tenant_id))
    .leftJoin(customers, sql`${customers.id} = ${customer}`)
    .where(eq(emailTemplates.id, template_id))
  if (!row) return undefined
  const { subject, body_html, values } = row
  return {
    subject: filledTemplate(subject, values).replace(/\s+/g, ' ').trim(),
    body_html: filledTemplate(body_html, values, { html: true }),
  }
}

export const previewEmailTemplate = read(
  {
    ...reading,
    summary: 'Preview email template',
    description:
      'As the customer would get it; without a customer only what is known of the shop is filled in.',
    params: Id,
    body: z.object({ customer_id: id().nullable().optional() }),
    output: z.object({
      subject: z.string().meta({ examples: ['Your repair is ready'] }),
      body_html: z.string().meta({ examples: ['<p>Dear Jane Smith,</p>'] }),
    }),
    status: 200,
  },
  async (ctx, { params, body: { customer_id = null } }) => {
    const [filled, [customer]] = await Promise.all([
      filledFor(ctx, params.id, customer_id),
      ctx.db
        .select({ id: customers.id })
        .from(customers)
        .where(sql`${customers.id} = ${customer_id}`),
    ])
    const { subject, body_html } = found(filled)
    if (customer_id !== null && !customer) {
      throw invalid({ customer_id: ['The selected customer id is invalid.'] })
    }
    const { html } = await shownHtml(body_html, { pictures: new Map(), remote: true })
    return { subject, body_html: html }
  },
)
