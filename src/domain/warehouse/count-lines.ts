import { type SQL, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Writing } from '../../context.ts'
import { update } from '../../db/rows.ts'
import { id } from '../../schema.ts'
import { write } from '../../verb.ts'
import { products } from '../catalog/tables.ts'
import { serials } from './moves.ts'
import { mustBeOpen, oneCount, StockCountDetail, writing } from './stock-count-record.ts'
import { bins, stockCountLines, stockCounts } from './tables.ts'

const Counted = z
  .object({
    line_id: id().optional().describe('A line of the list, or else:'),
    bin_id: id().optional().describe('Where it was found'),
    product_id: id()
      .optional()
      .describe('What was found; a new line when the list has none for it'),
    counted_qty: z
      .int()
      .min(0)
      .max(9_999_999)
      .nullable()
      .describe('null: it was not counted after all')
      .meta({ examples: [11] }),
    serials: serials().optional(),
  })
  .refine(({ line_id, bin_id }) => line_id ?? bin_id, { path: ['bin_id'] })
  .refine(({ line_id, product_id }) => line_id ?? product_id, { path: ['product_id'] })

type Counted = z.output<typeof Counted>

export const countLines = write(
  {
    ...writing,
    summary: 'Enter what was counted',
    description:
      'Each line by its id, or by bin and product. Remembers what stands there by the books at this moment: ' +
      'what moves later does not make a difference. Of two entries for one line the last one counts.',
    body: z.object({ lines: z.array(Counted).min(1).max(500) }),
    output: StockCountDetail,
  },
  async (ctx, { params, body }) => {
    const entries = entriesOf(params.id, body.lines)
    const [, , , , , , count] = await Promise.all([
      mustBeOpen(ctx, params.id),
      mustFit(ctx, entries),
      holdCounted(ctx, entries),
      enter(ctx, params.id, entries),
      mustBeInOnePlace(ctx, params.id),
      update(ctx, stockCounts, params.id, {}),
      oneCount(ctx, params.id),
    ])
    return count
  },
)

/** The entries with the bin and the product of their lines, as a table. */
function entriesOf(count_id: number, lines: readonly Counted[]): SQL {
  const given = JSON.stringify(lines.map((line, place) => ({ ...line, place })))
  return sql`(
    select g.place, g.line_id, g.counted_qty, g.serials, coalesce(l.bin_id, g.bin_id) as bin_id,
      coalesce(l.product_id, g.product_id) as product_id, l.id as known_id,
      g.bin_id <> l.bin_id as is_other_bin, g.product_id <> l.product_id as is_other_product
    from jsonb_to_recordset(${given}::jsonb)
      as g (place int, line_id bigint, bin_id bigint, product_id bigint, counted_qty int, serials jsonb)
    left join ${stockCountLines} l on l.id = g.line_id and l.stock_count_id = ${count_id}
  )`
}

/** 422 at the first entry that names nothing of the count or of the shop, or whose pieces are not told apart. */
async function mustFit(ctx: Writing, entries: SQL) {
  const invalid = (field: string) =>
    sql.raw(`'The selected ${field.replace('_', ' ')} is invalid.'`)
  await ctx.db.execute(sql`
    select app.refuse(422, code, message, 'lines.' || place || '.' || field)
    from (
      select e.place, wrong.*
      from ${entries} e
      left join ${bins} b on b.id = e.bin_id
      left join ${products} p on p.id = e.product_id
      cross join lateral (
        select count(distinct serial) as different, count(*) as given from jsonb_array_elements_text(e.serials) serial
      ) pieces
      cross join lateral (values
        (1, e.line_id is not null and e.known_id is null, 'validation_failed', ${invalid('line_id')}, 'line_id'),
        (2, b.id is null or e.is_other_bin, 'validation_failed', ${invalid('bin_id')}, 'bin_id'),
        (3, p.id is null or e.is_other_product, 'validation_failed', ${invalid('product_id')}, 'product_id'),
        (4, p.kind = 'service', 'no_stock_kept', 'A service has no stock.', 'product_id'),
        (5, not p.track_serials and pieces.given > 0, 'serials_not_tracked',
          format('%s does not track serial numbers.', p.name), 'serials'),
        (6, p.track_serials and (pieces.different, pieces.given) <> (e.counted_qty, e.counted_qty), 'serials_required',
          format('%s needs %s different serial numbers.', p.name, e.counted_qty), 'serials')
      ) wrong (rank, is_wrong, code, message, field)
      where wrong.is_wrong
      order by e.place, wrong.rank limit 1
    ) first`)
}

/** Nothing moves between reading the books and remembering what they said. */
async function holdCounted(ctx: Writing, entries: SQL) {
  await ctx.db.execute(sql`select app.hold_products(array(select product_id from ${entries} e))`)
}

async function enter(ctx: Writing, count_id: number, entries: SQL) {
  await ctx.db.execute(sql`
    insert into ${stockCountLines} as l
      (stock_count_id, bin_id, product_id, expected_qty, expected_serials, counted_qty, serials, counted_at, user_id)
    select distinct on (e.bin_id, e.product_id) ${count_id}, e.bin_id, e.product_id,
      app.standing(e.bin_id, e.product_id), app.standing_serials(e.bin_id, e.product_id), e.counted_qty,
      case when p.track_serials and e.counted_qty is not null then coalesce(e.serials, '[]') end,
      case when e.counted_qty is not null then app.now() end, case when e.counted_qty is not null then app.user_id() end
    from ${entries} e join ${products} p on p.id = e.product_id
    order by e.bin_id, e.product_id, e.place desc
    on conflict (tenant_id, stock_count_id, bin_id, product_id) do update set
      expected_qty = excluded.expected_qty, expected_serials = excluded.expected_serials,
      counted_qty = excluded.counted_qty, serials = excluded.serials,
      counted_at = excluded.counted_at, user_id = excluded.user_id`)
}

/** One piece cannot be found in two bins. */
async function mustBeInOnePlace(ctx: Writing, count_id: number) {
  await ctx.db.execute(sql`
    select app.refuse(422, 'serial_counted_twice',
      format('Serial number %s was counted in bins %s.', serial, string_agg(code, ', ')), 'lines')
    from (
      select l.product_id, serial, b.code
      from ${stockCountLines} l join ${bins} b on b.id = l.bin_id, jsonb_array_elements_text(l.serials) serial
      where l.stock_count_id = ${count_id} and l.serials is not null
      order by b.code, b.id
    ) found
    group by product_id, serial having count(*) > 1`)
}
