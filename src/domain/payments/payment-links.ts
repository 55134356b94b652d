import { and, desc, eq, gt, isNotNull, isNull, or, sql } from 'drizzle-orm'
import * as z from 'zod'
import { originOf, type Transacting } from '../../context.ts'
import { insert, updateWhere } from '../../db/rows.ts'
import { ProviderError } from '../../integrations/exchange.ts'
import { paymentProviders } from '../../integrations/payment-provider.ts'
import { found, refused } from '../../refusal.ts'
import { Id, instant } from '../../schema.ts'
import { call, transact, write } from '../../verb.ts'
import { tenants } from '../identity/tables.ts'
import { webhookUrl } from '../integrations/integrations.ts'
import { invoices } from '../sales/tables.ts'
import { idempotencyKey } from './idempotency-key.ts'
import { mustBeConnected } from './providers.ts'
import { payments } from './tables.ts'

const PaymentLink = z.object({
  url: z.string().meta({ examples: ['https://www.mollie.com/checkout/select-method/KQb4E3WfpA'] }),
  provider: z.string().meta({ examples: ['mollie'] }),
  expires_at: instant().nullable(),
})

export const createPaymentLink = call(
  {
    summary: 'Create payment link',
    description:
      'A page of the provider on which the customer pays what is open now. Asked again while that page is there, it is the same one.',
    can: 'payments:write',
    module: 'invoices',
    params: Id,
    body: z.object({
      provider: z.enum(paymentProviders),
      return_url: z
        .url({ protocol: /^https?$/ })
        .max(2000)
        .optional()
        .describe('Where the customer comes back to; a page that thanks when absent')
        .meta({ examples: ['https://shop.example.com/thanks'] }),
    }),
    output: PaymentLink,
    on: invoices,
  },
  async (ctx, { params, body: { provider: name, return_url } }) => {
    const { provider, webhook_key } = await mustBeConnected(ctx, name)
    const { order, ready } = await reserve(ctx, { params, body: { provider: name } })
    if (ready) return { ...ready, provider: name }
    const wanted = {
      ...order,
      return_url: return_url ?? `${originOf(ctx) ?? ''}/paid`,
      webhook_url: reachable(webhookUrl(ctx, name, webhook_key)),
    }
    const idempotency_key = idempotencyKey('payment', wanted)
    const body = await provider
      .createPayment({ ...wanted, idempotency_key })
      .catch(async (error) => {
        // Without an answer nobody knows; the row waits, and the next try repeats the same request.
        if (error instanceof ProviderError && error.failure !== 'no_answer') {
          await giveUp(ctx, { params: { id: order.payment_id }, body: { failure: error.message } })
        }
        throw error
      })
    const link = await keepCheckout(ctx, { params: { id: order.payment_id }, body })
    return { ...link, provider: name }
  },
)

/** Mollie refuses an address on this machine; there the sweep finds out what was paid. */
const reachable = (url: string) =>
  /^https?:\/\/(localhost|127\.|\[::1\])/.test(url) ? undefined : url

interface Reservation {
  order: {
    payment_id: number
    amount_cents: number
    description: string
    locale: 'nl' | 'en'
    expires_at: string
  }
  /** The page is there already. */
  ready: { url: string; expires_at: string | null } | null
}

/** The row of the payment stands before the provider is asked: its number makes the request one. */
const reserve = transact(
  {
    summary: 'Reserve a payment',
    can: 'payments:write',
    params: Id,
    body: z.object({ provider: z.enum(paymentProviders) }),
    output: z.custom<Reservation>(),
  },
  async (ctx, { params: { id }, body: { provider } }) => {
    const [row] = await ctx.db
      .select({
        status: invoices.status,
        due_cents: invoices.due_cents,
        number: invoices.invoice_number,
        locale: sql<'nl' | 'en'>`(select ${tenants.locale} from ${tenants})`,
      })
      .from(invoices)
      .where(eq(invoices.id, id))
      .for('update')
    const { status, due_cents, number, locale } = found(row)
    if (status === 'draft') throw refused('not_issued', 'Only an issued invoice can be paid.')
    if (status !== 'sent' || !due_cents) {
      throw refused('nothing_due', 'Nothing is open on this invoice.')
    }
    const payment =
      (await waitingPayment(ctx, { invoice_id: id, provider, amount_cents: due_cents })) ??
      (await newPayment(ctx, { invoice_id: id, provider, amount_cents: due_cents }))
    const { checkout_url: url, expires_at } = payment
    return {
      order: {
        payment_id: payment.id,
        amount_cents: due_cents,
        description: `${locale === 'en' ? 'Invoice' : 'Factuur'} ${number}`,
        locale,
        expires_at: new Date(expires_at ?? 0).toISOString(),
      },
      ready: url === null ? null : { url, expires_at },
    }
  },
)

interface Wanted {
  invoice_id: number
  provider: string
  amount_cents: number
}

/** One that the customer can still pay, or whose answer we never saw. */
async function waitingPayment(ctx: Transacting, wanted: Wanted) {
  const [row] = await ctx.db
    .select()
    .from(payments)
    .where(
      and(
        eq(payments.invoice_id, wanted.invoice_id),
        eq(payments.provider, wanted.provider),
        eq(payments.amount_cents, wanted.amount_cents),
        eq(payments.status, 'pending'),
        or(
          and(
            isNull(payments.checkout_url),
            gt(payments.created_at, sql`app.now() - interval '30 minutes'`),
          ),
          and(
            isNotNull(payments.checkout_url),
            gt(payments.expires_at, sql`app.now() + interval '1 minute'`),
          ),
        ),
      ),
    )
    .orderBy(desc(payments.id))
    .limit(1)
  return row
}

async function newPayment(ctx: Transacting, wanted: Wanted) {
  const [added] = await insert(ctx, payments, {
    ...wanted,
    method: 'other',
    status: 'pending',
    paid_at: null,
    // Stripe takes 30 minutes to 24 hours, also for a request that is repeated later.
    expires_at: sql`date_trunc('second', app.now() + interval '12 hours')`,
  })
  const [row] = await ctx.db
    .select()
    .from(payments)
    .where(eq(payments.id, found(added).id))
  return found(row)
}

/** Only while it waits: a report may have come in before our own answer. */
const waiting = (id: number) => and(eq(payments.id, id), eq(payments.status, 'pending'))

const keepCheckout = write(
  {
    summary: 'Keep the page of a payment',
    can: 'payments:write',
    params: Id,
    body: z.object({
      provider_id: z.string(),
      url: z.string(),
      expires_at: z.string().nullable(),
    }),
    output: PaymentLink.omit({ provider: true }),
  },
  async (ctx, { params: { id }, body: { provider_id, url, expires_at } }) => {
    const [, rows] = await Promise.all([
      updateWhere(ctx, payments, waiting(id), {
        provider_id,
        checkout_url: url,
        expires_at: expires_at ?? undefined,
      }),
      ctx.db.select({ expires_at: payments.expires_at }).from(payments).where(eq(payments.id, id)),
    ])
    return { url, expires_at: found(rows[0]).expires_at }
  },
)

const giveUp = write(
  {
    summary: 'Give up a payment',
    can: 'payments:write',
    params: Id,
    body: z.object({ failure: z.string() }),
  },
  async (ctx, { params: { id }, body: { failure } }) => {
    await updateWhere(ctx, payments, waiting(id), { status: 'failed', failure })
  },
)
