import { eq, sql } from 'drizzle-orm'
import { html } from 'hono/html'
import * as z from 'zod'
import type { Reading } from '../../../context.ts'
import { dayIn, formatDate } from '../../../lib/dates.ts'
import { found } from '../../../refusal.ts'
import { Id } from '../../../schema.ts'
import { read } from '../../../verb.ts'
import { products } from '../../catalog/tables.ts'
import { tenants } from '../../identity/tables.ts'
import { signAgreement } from '../../pricing/agreement-signing.ts'
import { generateContract } from '../../pricing/contracts.ts'
import { priceAgreements } from '../../pricing/tables.ts'
import { printedDecimal } from '../../sales/documents/texts.ts'
import { localeOf } from '../../sales/invoice-document.ts'
import { type Html, pageOf, type View } from './layout.ts'
import { form, head, notice, pdfButton, type Tone } from './parts.ts'
import { fieldsOf, type Subject } from './subject.ts'
import { type Words, words } from './words.ts'

type State = keyof Words['price_agreement']['states']

const tones: Record<State, Tone> = {
  draft: 'wait',
  active: 'wait',
  signed: 'good',
  expired: 'plain',
}

/** A price agreement, to sign. */
export const agreementPage: Subject = {
  async show(ctx, id, view) {
    const { agreement, service, shop } = await readAgreement(ctx, { params: { id } })
    const locale = view.lang ?? localeOf(shop)
    const t = words[locale].price_agreement
    const { state, valid_from, valid_until } = agreement
    const price = printedDecimal(agreement.agreed_price, locale, 2)
    const day = (date: string) => formatDate(date, locale)
    const signed = agreement.signed_at && day(dayIn(shop.timezone, new Date(agreement.signed_at)))
    return pageOf(view, {
      shop,
      locale,
      title: `${t.kind} ${service.name}`,
      body: html`${head({
        kind: t.kind,
        title: service.name,
        state: t.states[state],
        tone: tones[state],
        amount: { label: t.price, value: locale === 'nl' ? `€ ${price}` : `€${price}` },
        facts: [
          [t.from, day(valid_from)],
          [t.until, valid_until ? day(valid_until) : t.open],
        ],
      })}
${state === 'expired' && notice('plain', t.expired(day(valid_until ?? '')))}
${state !== 'expired' && signed && notice('good', t.signed(signed))}
${!signed && state !== 'expired' && pad(view, words[locale])}
${agreement.contract_key && pdfButton(view, t.contract)}`,
    })
  },

  async pdf(ctx, id) {
    const { agreement } = await readAgreement(ctx, { params: { id } })
    const file = agreement.contract_key && (await ctx.env.FILES.get(agreement.contract_key))
    if (!file) return undefined
    const filename = `contract-${id}.pdf`
    return { content: file.body, content_type: 'application/pdf', filename, inline: true }
  },

  actions: {
    async sign(ctx, id, fields) {
      await signAgreement(ctx, { params: { id }, body: fieldsOf(signAgreement.spec.body, fields) })
      // With the signature in it, for the customer to keep.
      await generateContract(ctx, { params: { id } })
      return undefined
    },
  },
}

/** Twice the size of a phone's screen: fine lines, and a small file. */
const pad = (view: View, { price_agreement: t }: Words): Html => html`<section class="card">
<h2>${t.sign}</h2>
<p class="quiet">${t.hint}</p>
<noscript><p class="note wait gap">${t.script}</p></noscript>
${signForm(view, t)}
</section>`

const signForm = (view: View, t: Words['price_agreement']): Html =>
  form(
    view,
    'sign',
    html`<input type="hidden" name="signature_data">
<div class="pad"><canvas width="960" height="360" role="img" aria-label="${t.sign}"></canvas><button type="button" hidden>${t.clear}</button></div>
<p class="note bad gap" role="alert" hidden>${t.missing}</p>
<button class="button" disabled>${t.confirm}</button>`,
  )

const agreementColumns = {
  agreed_price: priceAgreements.agreed_price,
  valid_from: priceAgreements.valid_from,
  valid_until: priceAgreements.valid_until,
  signed_at: priceAgreements.signed_at,
  contract_key: priceAgreements.contract_key,
  state: sql<State>`
    case when ${priceAgreements.status} <> 'draft' and ${priceAgreements.valid_until} < app.today() then 'expired' else ${priceAgreements.status} end`,
}

async function agreementToShow(ctx: Reading, id: number) {
  const [row] = await ctx.db
    .select({ agreement: agreementColumns, service: { name: products.name }, shop: tenants })
    .from(priceAgreements)
    .innerJoin(products, eq(products.id, priceAgreements.service_id))
    .innerJoin(tenants, eq(tenants.id, priceAgreements.tenant_id))
    .where(eq(priceAgreements.id, id))
  return found(row)
}

type AgreementToShow = Awaited<ReturnType<typeof agreementToShow>>

const readAgreement = read(
  {
    summary: 'Price agreement on the page of its customer',
    can: 'public',
    params: Id,
    output: z.custom<AgreementToShow>(),
  },
  (ctx, { params }) => agreementToShow(ctx, params.id),
)
