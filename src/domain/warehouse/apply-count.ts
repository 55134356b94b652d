import { sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Writing } from '../../context.ts'
import { write } from '../../verb.ts'
import { oneCount, StockCountDetail, writing } from './stock-count-record.ts'

export const applyStockCount = write(
  {
    ...writing,
    summary: 'Apply stock count',
    description:
      'Books the differences as movements of kind `count`, once. What moved after it was counted stays as it ' +
      'moved. Pieces with a serial number that were found in another bin move there; what is missing is no ' +
      'longer reserved. Refused where a bin holds less than is to be taken off it: count that one again.',
    body: z.object({
      uncounted: z
        .enum(['keep', 'zero'])
        .optional()
        .describe('`zero`: what was not counted is not there; left alone otherwise'),
    }),
    output: StockCountDetail,
  },
  async (ctx, { params, body }) => {
    const [, count] = await Promise.all([
      apply(ctx, params.id, body.uncounted === 'zero'),
      oneCount(ctx, params.id),
    ])
    return count
  },
)

/** Locks the count, then its products; 422 when it is not open. */
async function apply(ctx: Writing, id: number, uncountedAreGone: boolean) {
  await ctx.db.execute(sql`select app.apply_stock_count(${id}, ${uncountedAreGone})`)
}
