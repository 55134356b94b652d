import { sql } from 'drizzle-orm'
import { html } from 'hono/html'
import * as z from 'zod'
import { update } from '../../../db/rows.ts'
import { dayIn, formatDate } from '../../../lib/dates.ts'
import { Id, optionalText, text } from '../../../schema.ts'
import { read, write } from '../../../verb.ts'
import { sumsOf, tableOf } from '../../sales/documents/invoice-pdf.ts'
import { printedMoney, wordings } from '../../sales/documents/texts.ts'
import {
  documentOf,
  filenameOf,
  pdfOf,
  type QuotationToPrint,
  quotationToPrint,
} from '../../sales/quotation-document.ts'
import { mustBe } from '../../sales/quotation-record.ts'
import { quotations } from '../../sales/tables.ts'
import { type Html, pageOf, type View } from './layout.ts'
import { clauses, form, head, notice, pdfButton, prose, specification, type Tone } from './parts.ts'
import { fieldsOf, type Subject } from './subject.ts'
import { type Words, words } from './words.ts'

const tones: Record<QuotationToPrint['status'], Tone> = {
  draft: 'plain',
  sent: 'wait',
  accepted: 'good',
  rejected: 'bad',
  expired: 'plain',
}

/** A quotation, to accept or to reject. */
export const quotationPage: Subject = {
  async show(ctx, id, view) {
    const printed = await readQuotation(ctx, { params: { id } })
    const { quotation, status, shop } = printed
    const locale = view.lang ?? printed.locale
    const t = words[locale]
    const document = documentOf({ ...printed, locale }, 'quotation')
    const sums = sumsOf(document, wordings[locale])
    return pageOf(view, {
      shop,
      locale,
      title: `${t.quotation.kind} ${quotation.quotation_number}`,
      body: html`${head({
        kind: t.quotation.kind,
        title: quotation.quotation_number,
        state: t.quotation.states[status],
        tone: tones[status],
        amount: sums.at(-1),
        facts: [
          [
            t.quotation.validUntil,
            status === 'sent' && quotation.valid_until
              ? formatDate(quotation.valid_until, locale)
              : null,
          ],
        ],
      })}
${outcomeOf({ ...printed, locale }, t)}
${specification(t.lines, tableOf(document, wordings[locale]), sums)}
${clauses(document.clauses)}
${prose(t.notes, quotation.notes)}
${status === 'sent' && answerForms(view, t, printedMoney(quotation.total_cents, locale))}
${pdfButton(view, t.pdf)}`,
    })
  },

  async pdf(ctx, id, view) {
    const printed = await readQuotation(ctx, { params: { id } })
    const kind = printed.status === 'draft' ? 'draft' : 'quotation'
    return {
      content: await pdfOf({ ...printed, locale: view.lang ?? printed.locale }, kind),
      content_type: 'application/pdf',
      filename: filenameOf(printed),
      inline: true,
    }
  },

  actions: {
    async accept(ctx, id, fields) {
      await acceptAsCustomer(ctx, { params: { id }, body: fieldsOf(Acceptance, fields) })
      return undefined
    },
    async reject(ctx, id, fields) {
      await rejectAsCustomer(ctx, { params: { id }, body: fieldsOf(Rejection, fields) })
      return undefined
    },
  },
}

/** What became of it, once it is no more to be answered. */
function outcomeOf({ quotation, status, shop, locale }: QuotationToPrint, t: Words): Html | '' {
  const on = (instant: string | null) =>
    formatDate(dayIn(shop.timezone, new Date(instant ?? quotation.updated_at)), locale)
  switch (status) {
    case 'draft':
      return notice('plain', t.quotation.draft)
    case 'accepted':
      return notice('good', t.quotation.accepted(quotation.accepted_by, on(quotation.accepted_at)))
    case 'rejected':
      return html`${notice('bad', t.quotation.rejected(on(quotation.rejected_at)))}${prose(t.quotation.reason, quotation.rejection_reason)}`
    case 'expired':
      return notice('plain', t.quotation.expired(formatDate(quotation.valid_until ?? '', locale)))
    default:
      return ''
  }
}

const answerForms = (
  view: View,
  { quotation: t }: Words,
  total: string,
) => html`<section class="card">
<h2>${t.agree}</h2>
<p class="quiet">${t.agreement(total)}</p>
${form(
  view,
  'accept',
  html`<label class="gap" for="name">${t.name}</label>
<input id="name" name="name" autocomplete="name" maxlength="200" required>
<button class="button">${t.accept}</button>`,
)}
<details>
<summary>${t.decline}</summary>
${form(
  view,
  'reject',
  html`<label for="reason">${t.why}</label>
<textarea id="reason" name="reason" maxlength="1000"></textarea>
<button class="button danger">${t.reject}</button>`,
)}
</details>
</section>`

const readQuotation = read(
  {
    summary: 'Quotation on the page of its customer',
    can: 'public',
    params: Id,
    output: z.custom<QuotationToPrint>(),
  },
  (ctx, { params }) => quotationToPrint(ctx, params.id),
)

const Acceptance = z.object({ name: text(200) })
const Rejection = z.object({ reason: optionalText(1000) })

/** A draft is not offered any more, or not yet; what was answered or expired stays so. */
const closed = { code: 'quotation_closed', message: 'The quotation is not open for an answer.' }

const acceptAsCustomer = write(
  { summary: 'Accept as the customer', can: 'public', params: Id, body: Acceptance },
  async (ctx, { params: { id }, body }) => {
    await Promise.all([
      mustBe(ctx, id, ['sent'], closed),
      update(ctx, quotations, id, {
        status: 'accepted',
        accepted_at: sql`app.now()`,
        accepted_by: body.name,
      }),
    ])
  },
)

const rejectAsCustomer = write(
  { summary: 'Reject as the customer', can: 'public', params: Id, body: Rejection },
  async (ctx, { params: { id }, body }) => {
    await Promise.all([
      mustBe(ctx, id, ['sent'], closed),
      update(ctx, quotations, id, {
        status: 'rejected',
        rejected_at: sql`app.now()`,
        rejection_reason: body.reason,
      }),
    ])
  },
)
