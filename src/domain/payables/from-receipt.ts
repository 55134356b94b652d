import { eq, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Transacting } from '../../context.ts'
import { written } from '../../lib/money.ts'
import { memberState } from '../../lib/vat-number.ts'
import { found, invalid, refused } from '../../refusal.ts'
import { day, id, text } from '../../schema.ts'
import { transact } from '../../verb.ts'
import { products } from '../catalog/tables.ts'
import { tenants } from '../identity/tables.ts'
import { goodsReceiptLines, goodsReceipts, suppliers } from '../purchasing/tables.ts'
import { taxRates } from '../tax/tables.ts'
import { goodsOf } from './billed-goods.ts'
import { PurchaseInvoiceDetail } from './purchase-invoice-record.ts'
import { createPurchaseInvoice } from './purchase-invoices.ts'
import type { vatTreatments } from './tables.ts'

export const createFromReceipt = transact(
  {
    summary: 'Create purchase invoice from goods receipt',
    description:
      'A draft with a line for all that the receipt brought and nobody billed yet, at what was put down for it; ' +
      'of a receipt that was taken back after it had been billed, the credit note.',
    can: 'purchase_invoices:write',
    module: 'accounting',
    body: z.object({
      goods_receipt_id: id(),
      supplier_id: id().optional().describe('Where the receipt names none'),
      invoice_number: text(100)
        .describe("The supplier's")
        .meta({ examples: ['2026-10482'] }),
      invoice_date: day(),
    }),
    output: PurchaseInvoiceDetail,
    status: 201,
  },
  async (ctx, { body: { goods_receipt_id, invoice_number, invoice_date, ...body } }) => {
    const receipt = await receiptOf(ctx, goods_receipt_id)
    const supplier_id = receipt.supplier_id ?? body.supplier_id
    if (supplier_id === undefined) {
      throw invalid({ supplier_id: ['The supplier id field is required: the receipt names none.'] })
    }
    if (body.supplier_id !== undefined && body.supplier_id !== supplier_id) {
      throw invalid({ supplier_id: ['These goods came from another supplier.'] })
    }
    const treatment = await treatmentOf(ctx, supplier_id)
    const lines = (await linesOf(ctx, receipt.root_id)).map((line) => ({
      ...line,
      vat_treatment: line.is_margin ? ('none' as const) : treatment,
    }))
    if (lines.length === 0) {
      throw refused('nothing_to_bill', 'All that this receipt brought was billed.')
    }
    return createPurchaseInvoice(ctx, {
      body: { supplier_id, invoice_number, invoice_date, notes: undefined, lines },
    })
  },
)

async function receiptOf(ctx: Transacting, id: number) {
  const [receipt] = await ctx.db
    .select({
      supplier_id: goodsReceipts.supplier_id,
      root_id: sql`coalesce(${goodsReceipts.reverses_id}, ${goodsReceipts.id})`.mapWith(Number),
    })
    .from(goodsReceipts)
    .where(eq(goodsReceipts.id, id))
  if (!receipt) {
    throw invalid({ goods_receipt_id: ['The selected goods receipt id is invalid.'] })
  }
  return receipt
}

/** Who owes the VAT of goods from a supplier: by where it is, seen from the shop. */
async function treatmentOf(
  ctx: Transacting,
  supplier_id: number,
): Promise<(typeof vatTreatments)[number]> {
  const [row] = await ctx.db
    .select({ country: suppliers.country, home: tenants.country })
    .from(suppliers)
    .innerJoin(tenants, eq(tenants.id, suppliers.tenant_id))
    .where(eq(suppliers.id, supplier_id))
  if (!row) throw invalid({ supplier_id: ['The selected supplier id is invalid.'] })
  if (row.country === row.home) return 'charged'
  return memberState(row.country) ? 'intra_eu' : 'import'
}

/** What is left to bill of a receipt, or, below zero, to be credited. */
async function linesOf(ctx: Transacting, receipt_id: number) {
  const goods = await goodsOf(ctx, sql`select ${receipt_id}::bigint`)
  const received = await ctx.db
    .select({
      id: goodsReceiptLines.id,
      description: products.name,
      unit_price: goodsReceiptLines.unit_cost,
      vat_rate: products.vat_rate,
      is_margin: sql<boolean>`coalesce(${taxRates.category} = 'margin', false)`,
    })
    .from(goodsReceiptLines)
    .innerJoin(products, eq(products.id, goodsReceiptLines.product_id))
    .leftJoin(taxRates, eq(taxRates.id, products.tax_rate_id))
    .where(eq(goodsReceiptLines.goods_receipt_id, receipt_id))
    .orderBy(goodsReceiptLines.id)
  return received.flatMap(({ id, unit_price, ...line }) => {
    const { kept_milli, billed_milli } = found(goods.get(id))
    const left = kept_milli - billed_milli
    if (left === 0) return []
    return {
      ...line,
      goods_receipt_line_id: id,
      quantity: written(BigInt(left), 3),
      unit_price: unit_price ?? '0',
    }
  })
}
