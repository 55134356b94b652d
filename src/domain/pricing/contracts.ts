import { eq, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Calling, Reading } from '../../context.ts'
import { update } from '../../db/rows.ts'
import { found, notFound } from '../../refusal.ts'
import { id, instant } from '../../schema.ts'
import { call, read, write } from '../../verb.ts'
import { products } from '../catalog/tables.ts'
import { companies, customers } from '../customers/tables.ts'
import { tenants } from '../identity/tables.ts'
import { buyerOf, sellerOf } from '../sales/buyers.ts'
import type { ContractDocument } from '../sales/documents/contract-pdf.ts'
import { localeOf, printedBuyer, printedSeller } from '../sales/invoice-document.ts'
import { contractUrl, reading, writing } from './agreement-record.ts'
import { priceAgreements } from './tables.ts'

/** Everything that the contract tells, but for the picture of the signature. */
async function contractToPrint(ctx: Reading, id: number) {
  const day = (moment: typeof priceAgreements.signed_at) =>
    sql<string | null>`(${moment} at time zone ${tenants.timezone})::date::text`
  const [row] = await ctx.db
    .select({
      agreement: priceAgreements,
      signed_on: day(priceAgreements.signed_at),
      today: sql<string>`app.today()::text`,
      customer: customers,
      company: companies,
      shop: tenants,
      service: { name: products.name, sku: products.sku },
    })
    .from(priceAgreements)
    .innerJoin(customers, eq(customers.id, priceAgreements.customer_id))
    .innerJoin(products, eq(products.id, priceAgreements.service_id))
    .innerJoin(tenants, eq(tenants.id, priceAgreements.tenant_id))
    .leftJoin(companies, eq(companies.id, customers.company_id))
    .where(eq(priceAgreements.id, id))
  return found(row)
}

type ContractToPrint = Awaited<ReturnType<typeof contractToPrint>>

const printable = read(
  { ...reading, summary: 'Read contract to print', output: z.custom<ContractToPrint>() },
  (ctx, { params }) => contractToPrint(ctx, params.id),
)

const markGenerated = write(
  {
    ...writing,
    summary: 'Mark contract as generated',
    body: z.object({ contract_key: z.string() }),
    output: z.object({ generated_at: z.string() }),
  },
  async (ctx, { params: { id }, body: { contract_key } }) => {
    const generated = async () =>
      await ctx.db
        .select({ at: sql<string>`${priceAgreements.contract_generated_at}::text` })
        .from(priceAgreements)
        .where(eq(priceAgreements.id, id))
    const [, [row]] = await Promise.all([
      update(ctx, priceAgreements, id, { contract_key, contract_generated_at: sql`app.now()` }),
      generated(),
    ])
    return { generated_at: found(row).at }
  },
)

/** The signature as a picture; null as long as there is none. */
async function pictureOf(ctx: Calling, signature_key: string | null): Promise<Uint8Array | null> {
  const stored = signature_key && (await ctx.env.FILES.get(signature_key))
  return stored ? new Uint8Array(await stored.arrayBuffer()) : null
}

export const generateContract = call(
  {
    ...writing,
    summary: 'Generate contract PDF',
    description:
      'Renders and stores the contract from the agreement as it is now, with its signature; called again it replaces the one before. That of a draft is marked as such.',
    output: z.object({
      id: id().meta({ examples: [13] }),
      contract_url: z.string().meta({ examples: ['/api/pricing/agreements/13/contract'] }),
      generated_at: instant(),
    }),
  },
  async (ctx, { params }) => {
    const printed = await printable(ctx, { params })
    const signature = await pictureOf(ctx, printed.agreement.signature_key)
    const contract_key = `${ctx.session.tenant_id}/price-agreements/${params.id}/contract.pdf`
    await ctx.env.FILES.put(contract_key, await pdfOf(printed, signature), {
      httpMetadata: { contentType: 'application/pdf' },
    })
    const { generated_at } = await markGenerated(ctx, { params, body: { contract_key } })
    return { id: params.id, contract_url: contractUrl(params.id), generated_at }
  },
)

/** The PDF; the renderer and its fonts are loaded when they are first needed. */
async function pdfOf(printed: ContractToPrint, signature: Uint8Array | null): Promise<Uint8Array> {
  const [{ renderContract }, { fonts }] = await Promise.all([
    import('../sales/documents/contract-pdf.ts'),
    import('../sales/documents/fonts.ts'),
  ])
  return renderContract(documentOf(printed, signature), fonts)
}

function documentOf(
  { agreement, signed_on, today, customer, company, shop, service }: ContractToPrint,
  signature: Uint8Array | null,
): ContractDocument {
  const locale = localeOf(shop)
  return {
    kind: agreement.status === 'draft' ? 'draft' : 'contract',
    locale,
    number: String(agreement.id),
    contract_date: signed_on ?? today,
    seller: printedSeller(sellerOf(shop), shop),
    buyer: {
      ...printedBuyer(buyerOf(customer, company), shop.country, locale),
      customer_number: String(customer.id),
    },
    signatory: customer.name,
    service,
    agreed_price: agreement.agreed_price,
    valid_from: agreement.valid_from,
    valid_until: agreement.valid_until,
    signed_on,
    signature,
  }
}

export const getContract = read(
  {
    ...reading,
    summary: 'Download contract PDF',
    description: '404 as long as none has been generated.',
    file: 'application/pdf',
    on: priceAgreements,
  },
  async (ctx, { params: { id } }) => {
    const [agreement] = await ctx.db
      .select({ contract_key: priceAgreements.contract_key })
      .from(priceAgreements)
      .where(eq(priceAgreements.id, id))
    const { contract_key } = found(agreement)
    const stored = contract_key && (await ctx.env.FILES.get(contract_key))
    if (!stored) throw notFound('Contract')
    return {
      content: stored.body,
      content_type: 'application/pdf',
      filename: `contract-${id}.pdf`,
      inline: true,
    }
  },
)
