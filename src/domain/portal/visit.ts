import { and, eq, isNull, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Calling } from '../../context.ts'
import { updateWhere } from '../../db/rows.ts'
import { found, notFound, tooMany } from '../../refusal.ts'
import { write } from '../../verb.ts'
import { readLink } from './link-token.ts'
import type { Subject } from './pages/subject.ts'
import { customerLinks, type LinkSubject } from './tables.ts'

// Loaded when a customer comes: most requests are not theirs.
const pages: Record<LinkSubject, () => Promise<Subject>> = {
  quotation: async () => (await import('./pages/quotation.ts')).quotationPage,
  invoice: async () => (await import('./pages/invoice.ts')).invoicePage,
  work_order: async () => (await import('./pages/work-order.ts')).workOrderPage,
  price_agreement: async () => (await import('./pages/agreement.ts')).agreementPage,
}

/** A customer who came in by a link. */
export interface Visit {
  /** Acts as the customer, inside its shop, as long as the link works. */
  ctx: Calling
  /** The document's. */
  id: number
  page: Subject
}

/**
 * Lets in whoever holds a link.
 *
 * @throws Refusal 404 for a token that we did not sign, 410 for a link that is over, 429 for an address
 * that tries too many
 */
export async function visit(ctx: Calling, token: string): Promise<Visit> {
  const { success } = await ctx.env.LOGIN_RATE.limit({ key: `link ${ctx.address ?? 'unknown'}` })
  if (!success) throw tooMany()
  const claims = await readLink(ctx.env.LINK_SECRET, token)
  const customer: Calling = { ...ctx, caller: { kind: 'customer', ...claims }, session: {} }
  const link = await openLink(customer, {})
  return { ctx: customer, id: link.subject_id, page: await pages[link.subject]() }
}

const openLink = write(
  {
    summary: 'Open a link',
    can: 'public',
    output: z.custom<{ subject: LinkSubject; subject_id: number }>(),
  },
  async (ctx) => {
    if (ctx.caller.kind !== 'customer') throw notFound()
    const own = eq(customerLinks.id, ctx.caller.link_id)
    const [, [link]] = await Promise.all([
      updateWhere(ctx, customerLinks, and(own, isNull(customerLinks.opened_at)), {
        opened_at: sql`app.now()`,
      }),
      ctx.db
        .select({ subject: customerLinks.subject, subject_id: customerLinks.subject_id })
        .from(customerLinks)
        .where(own),
    ])
    return found(link)
  },
)
