import { and, desc, eq, type SQL, sql } from 'drizzle-orm'
import * as z from 'zod'
import {
  type Calling,
  type Context,
  originOf,
  type Selecting,
  type Writing,
} from '../../context.ts'
import { arrayPage } from '../../db/pages.ts'
import { insert, mustExist, updateWhere } from '../../db/rows.ts'
import { forbidden, found, invalid, notFound, Refusal } from '../../refusal.ts'
import { ArrayPaging, Id, id, idText, instant, Stamps } from '../../schema.ts'
import { read, transact, write } from '../../verb.ts'
import { customers } from '../customers/tables.ts'
import { holds, type Permission } from '../identity/permissions.ts'
import { priceAgreements } from '../pricing/tables.ts'
import { invoices, quotations } from '../sales/tables.ts'
import { workOrders } from '../workshop/tables.ts'
import { signLink } from './link-token.ts'
import { customerLinks, type LinkSubject, linkSubjects } from './tables.ts'

const day_ms = 24 * 60 * 60 * 1000
/** A mail is opened again when the invoice is looked for, or the repair was put off. */
const mailed_days = 90

/** Where the links of this context start; undefined when no link can be made. */
const startOf = (ctx: Pick<Context, 'env' | 'origin'>) =>
  ctx.env.LINK_SECRET ? originOf(ctx) : undefined

/**
 * Gives a customer a link to its own page of a document, within any verb that writes.
 *
 * @returns the absolute address, which holds the only copy of the token; null where links are not
 * configured, or nobody knows this service's own address (a job, without PUBLIC_URL)
 */
export async function linkTo(
  ctx: Writing,
  subject: LinkSubject,
  subject_id: number | SQL<number>,
  customer_id: number | SQL<number>,
): Promise<string | null> {
  if (!startOf(ctx)) return null
  return (await makeLink(ctx, { subject, subject_id, customer_id }, mailed_days)).url
}

async function makeLink(
  ctx: Writing,
  link: {
    subject: LinkSubject
    subject_id: number | SQL<number>
    customer_id: number | SQL<number>
  },
  days: number,
) {
  const start = startOf(ctx)
  const { LINK_SECRET } = ctx.env
  if (!start || !LINK_SECRET) throw notConfigured()
  const now_ms = ctx.now?.getTime() ?? Date.now()
  const expires_at = new Date(Math.floor((now_ms + days * day_ms) / 1000) * 1000)
  const [row] = await insert(ctx, customerLinks, { ...link, expires_at: expires_at.toISOString() })
  const { id } = found(row)
  const tenant_id = ctx.session.tenant_id as number
  const token = await signLink(LINK_SECRET, { link_id: id, tenant_id, expires_at })
  return { id, url: `${start}/p/${token}`, expires_at: expires_at.toISOString() }
}

const notConfigured = () =>
  new Refusal(503, 'links_not_configured', 'Links are not configured: LINK_SECRET is not set.')

const mailedLink = write(
  {
    summary: 'Make a link for a mail',
    can: 'account',
    body: z.object({
      subject: z.enum(linkSubjects),
      subject_id: z.number(),
      customer_id: z.number(),
    }),
    output: z.string().nullable(),
  },
  (ctx, { body }) => linkTo(ctx, body.subject, body.subject_id, body.customer_id),
)

/** The link for a mail that is about to leave; null as `linkTo`, without asking the database. */
export const linkForMail = async (
  ctx: Calling,
  subject: LinkSubject,
  { id, customer_id }: { id: number; customer_id: number },
): Promise<string | null> =>
  startOf(ctx) ? mailedLink(ctx, { body: { subject, subject_id: id, customer_id } }) : null

/** Whoever holds a link sees the document and may answer it: giving one away takes the same right. */
const needed: Record<LinkSubject, Permission> = {
  quotation: 'quotations:write',
  invoice: 'invoices:read',
  work_order: 'work_orders:read',
  price_agreement: 'price_agreements:write',
}

/** The records that a link can show; a draft is nothing for a customer yet. */
const documents = {
  quotation: { table: quotations, draft: sql`${quotations.status} = 'draft'` },
  invoice: { table: invoices, draft: sql`${invoices.status} = 'draft'` },
  work_order: { table: workOrders, draft: sql`false` },
  price_agreement: { table: priceAgreements, draft: sql`false` },
}

const Link = z.object({
  id: id(),
  subject: z.enum(linkSubjects),
  subject_id: id(),
  expires_at: instant(),
  revoked_at: instant().nullable(),
  opened_at: instant().nullable().describe('First opened'),
  ...Stamps,
})

export const createLink = transact(
  {
    summary: 'Give the customer a link',
    description:
      'Makes the address of a page, without login, on which the customer sees the document and answers it. The address is shown here only. Also takes the permission to read the invoice or work order, to write the quotation or price agreement.',
    can: 'customers:write',
    params: Id,
    body: z.object({
      subject: z.enum(linkSubjects),
      subject_id: id(),
      expires_in_days: z
        .int()
        .min(1)
        .max(365)
        .optional()
        .describe('30 when absent')
        .meta({ examples: [30] }),
    }),
    output: z.object({
      id: id(),
      url: z.string().meta({ examples: ['https://api.example.com/p/eyJhbGciOiJIUzI1NiJ9…'] }),
      expires_at: z.string().meta({ format: 'date-time', examples: ['2026-04-26T10:00:00Z'] }),
    }),
    secret: true,
    on: customers,
    status: 201,
  },
  async (ctx, { params, body: { subject, subject_id, expires_in_days = 30 } }) => {
    if (!holds(ctx.session, needed[subject])) throw forbidden()
    const { table, draft } = documents[subject]
    const [document] = await ctx.db
      .select({ is_draft: sql<boolean>`${draft}` })
      .from(table)
      .where(and(eq(table.id, subject_id), eq(table.customer_id, params.id)))
    if (!document) throw invalid({ subject_id: ['The selected subject id is invalid.'] })
    if (document.is_draft) throw invalid({ subject_id: ['A draft has no page for the customer.'] })
    const link = { subject, subject_id, customer_id: params.id }
    const { expires_at, ...made } = await makeLink(ctx, link, expires_in_days)
    return { ...made, expires_at: expires_at.replace('.000Z', 'Z') }
  },
)

const rows = (ctx: Selecting) => ctx.db.select().from(customerLinks)

export const listLinks = read(
  {
    summary: 'List the links of a customer',
    can: 'customers:read',
    params: Id,
    query: ArrayPaging,
    output: z.array(Link),
  },
  async (ctx, { params, query }) => {
    const [, list] = await Promise.all([
      mustExist(ctx, customers, params.id),
      arrayPage(
        ctx,
        customerLinks,
        query,
        eq(customerLinks.customer_id, params.id),
        [desc(customerLinks.id)],
        rows,
      ),
    ])
    return list
  },
)

export const revokeLink = write(
  {
    summary: 'Revoke a link of a customer',
    description: 'Whoever opens it from now on sees that it is over.',
    can: 'customers:write',
    params: z.object({ customer_id: idText(), id: idText() }),
    on: customerLinks,
  },
  async (ctx, { params }) => {
    const own = and(
      eq(customerLinks.id, params.id),
      eq(customerLinks.customer_id, params.customer_id),
    )
    const revoked_at = sql`coalesce(${customerLinks.revoked_at}, app.now())`
    if ((await updateWhere(ctx, customerLinks, own, { revoked_at })) === 0) throw notFound()
  },
)
