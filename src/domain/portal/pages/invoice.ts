import { eq, sql } from 'drizzle-orm'
import { html } from 'hono/html'
import * as z from 'zod'
import { originOf } from '../../../context.ts'
import { subquery } from '../../../db/rows.ts'
import { dayIn, formatDate } from '../../../lib/dates.ts'
import { found, refused } from '../../../refusal.ts'
import { Id } from '../../../schema.ts'
import { read } from '../../../verb.ts'
import { integrations } from '../../integrations/tables.ts'
import { createPaymentLink } from '../../payments/payment-links.ts'
import { paymentOf, sumsOf, tableOf, totalsRows } from '../../sales/documents/invoice-pdf.ts'
import { printedMoney, wordings } from '../../sales/documents/texts.ts'
import {
  documentOf,
  filenameOf,
  type InvoiceToPrint,
  invoiceToPrint,
  pdfOf,
} from '../../sales/invoice-document.ts'
import { isOverdue } from '../../sales/invoice-record.ts'
import { invoices } from '../../sales/tables.ts'
import { addressOf, type Html, pageOf } from './layout.ts'
import {
  clauses,
  form,
  head,
  notice,
  pdfButton,
  prose,
  specification,
  type Tone,
  transfer,
} from './parts.ts'
import type { Subject } from './subject.ts'
import { type Words, words } from './words.ts'

type State = keyof Words['invoice']['states']
type Provider = 'mollie' | 'stripe'

const tones: Record<State, Tone> = {
  open: 'wait',
  overdue: 'bad',
  paid: 'good',
  cancelled: 'plain',
  closed: 'plain',
}

/** An invoice, to pay. */
export const invoicePage: Subject = {
  async show(ctx, id, view) {
    const { printed, is_overdue, provider } = await readInvoice(ctx, { params: { id } })
    const { invoice, shop } = printed
    const locale = view.lang ?? printed.locale
    const t = words[locale]
    const document = documentOf({ ...printed, locale })
    const state = stateOf(invoice, is_overdue)
    const due_cents = invoice.due_cents ?? 0
    const toPay = (state === 'open' || state === 'overdue') && due_cents > 0
    const panel = toPay ? paymentOf(document, wordings[locale]) : null
    const open = printedMoney(due_cents, locale)
    const day = (date: string | null) => date && formatDate(date, locale)
    const on = (instant: string | null) => instant && day(dayIn(shop.timezone, new Date(instant)))
    return pageOf(view, {
      shop,
      locale,
      title: `${t.invoice.kind} ${invoice.invoice_number}`,
      leaves: provider !== null,
      body: html`${head({
        kind: t.invoice.kind,
        title: invoice.invoice_number ?? '',
        state: t.invoice.states[state],
        tone: tones[state],
        amount: toPay
          ? { label: t.invoice.open, value: open }
          : sumsOf(document, wordings[locale]).at(-1),
        facts: [
          [t.invoice.date, day(invoice.invoice_date)],
          [t.invoice.due, toPay ? day(invoice.due_date) : null],
          [t.invoice.paidOn, state === 'paid' ? on(invoice.paid_at) : null],
        ],
      })}
${settledNotice(state, t)}
${toPay && provider && form(view, 'pay', html`<button class="button">${t.invoice.pay(open)}</button>`)}
${panel && transfer(t.invoice.transfer, panel)}
${specification(t.lines, tableOf(document, wordings[locale]), totalsRows(document, wordings[locale]))}
${clauses(document.clauses)}
${prose(t.notes, invoice.notes)}
${pdfButton(view, t.pdf)}`,
    })
  },

  async pdf(ctx, id, view) {
    const { printed } = await readInvoice(ctx, { params: { id } })
    return {
      content: await pdfOf({ ...printed, locale: view.lang ?? printed.locale }),
      content_type: 'application/pdf',
      filename: filenameOf(printed),
      inline: true,
    }
  },

  actions: {
    async pay(ctx, id, _fields, view) {
      const { provider } = await readInvoice(ctx, { params: { id } })
      if (!provider) throw refused('no_provider', 'No payment provider is enabled.')
      // Back on this page the customer sees what came of it.
      const return_url = `${originOf(ctx)}${addressOf(view)}`
      const body = { provider, return_url }
      const { url } = await createPaymentLink(ctx, { params: { id }, body })
      return url
    },
  },
}

function stateOf({ status, written_off_cents }: InvoiceToPrint['invoice'], isLate: boolean): State {
  if (isLate) return 'overdue'
  // What was written off is not asked for, and was not paid either.
  if (status === 'paid' && written_off_cents > 0) return 'closed'
  return status === 'paid' || status === 'cancelled' ? status : 'open'
}

function settledNotice(state: State, t: Words): Html | '' {
  if (state === 'paid') return notice('good', t.invoice.settled)
  return state === 'cancelled' ? notice('plain', t.invoice.cancelled) : ''
}

interface InvoiceToPay {
  printed: InvoiceToPrint
  is_overdue: boolean
  provider: Provider | null
}

const readInvoice = read(
  {
    summary: 'Invoice on the page of its customer',
    can: 'public',
    params: Id,
    output: z.custom<InvoiceToPay>(),
  },
  async (ctx, { params: { id } }) => {
    const [printed, [state]] = await Promise.all([
      invoiceToPrint(ctx, id),
      ctx.db
        .select({
          // A draft has no page: a link to it may have outlived the document it was given for.
          is_issued: sql<boolean>`${invoices.status} <> 'draft'`,
          is_overdue: sql<boolean>`${isOverdue}`,
          provider: subquery<Provider | null>(sql`
            select min(${integrations.slug}) from ${integrations}
            where ${integrations.enabled} and ${integrations.slug} in ('mollie', 'stripe')`),
        })
        .from(invoices)
        .where(eq(invoices.id, id)),
    ])
    const { is_issued, ...rest } = found(state)
    return { printed: found(is_issued ? printed : undefined), ...rest }
  },
)
