import { sql } from 'drizzle-orm'
import * as z from 'zod'
import { id, optionalText } from '../../schema.ts'
import { write } from '../../verb.ts'
import { moveStock, pieces, serials } from './moves.ts'

export const transferStock = write(
  {
    summary: 'Move stock to another bin',
    description: 'The stock of the product, its value and what is reserved stay as they are.',
    can: 'stock:write',
    module: 'warehouse',
    body: z
      .object({
        product_id: id().meta({ examples: [5] }),
        from_bin_id: id(),
        to_bin_id: id().meta({ examples: [43] }),
        quantity: pieces(),
        serials: serials().optional(),
        reason: optionalText(),
      })
      .refine(({ from_bin_id, to_bin_id }) => from_bin_id !== to_bin_id, {
        path: ['to_bin_id'],
        message: 'must be another bin',
      }),
    output: z.object({
      product_id: id().meta({ examples: [5] }),
      from_bin_id: id(),
      to_bin_id: id().meta({ examples: [43] }),
      quantity: z
        .int()
        .describe('What moved')
        .meta({ examples: [5] }),
      movement_id: id().describe('The one that left the bin, the last where it took more'),
    }),
  },
  async (ctx, { body }) => {
    const { product_id, from_bin_id, to_bin_id, quantity } = body
    const [, , movement_id] = await Promise.all([
      ctx.db.execute(sql`select app.named_bin(${from_bin_id}, 'from_bin_id')`),
      ctx.db.execute(
        sql`select app.must_be_in_use(app.named_bin(${to_bin_id}, 'to_bin_id'), 'to_bin_id')`,
      ),
      moveStock(ctx, { ...body, kind: 'transfer' }),
    ])
    return { product_id, from_bin_id, to_bin_id, quantity, movement_id }
  },
)
