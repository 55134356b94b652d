import * as z from 'zod'
import { found } from '../../refusal.ts'
import { id, optionalText } from '../../schema.ts'
import { write } from '../../verb.ts'
import { pieces, putStock, returnSold, serials } from './moves.ts'
import { Moved, movedProduct } from './stock.ts'

export const returnStock = write(
  {
    summary: 'Take back goods',
    description:
      'Goods that a customer brings back, without a credit note. With `invoice_id` at most what that invoice ' +
      'sold and did not get back yet, at what it cost when it left, to the bins that it left; else at what the ' +
      'stock costs on average, where goods come in.',
    can: 'stock:write',
    module: 'inventory',
    body: z.object({
      product_id: id().meta({ examples: [1] }),
      quantity: pieces().meta({ examples: [1] }),
      invoice_id: id().optional().describe('That sold them'),
      bin_id: id().optional(),
      serials: serials().optional(),
      reason: optionalText().meta({ examples: ['Does not fit'] }),
    }),
    output: Moved,
  },
  async (ctx, { body }) => {
    const { invoice_id, ...back } = body
    const [movement_id, [product]] = await Promise.all([
      invoice_id === undefined
        ? putStock(ctx, { ...back, kind: 'return' })
        : returnSold(ctx, { ...back, invoice_id }),
      movedProduct(ctx, body.product_id),
    ])
    return { ...found(product), movement_id }
  },
)
