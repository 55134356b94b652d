import { sql } from 'drizzle-orm'
import * as z from 'zod'
import { id } from '../../schema.ts'
import { write } from '../../verb.ts'
import { listOf, serials } from './moves.ts'
import { onePickList, picking } from './pick-list-record.ts'

const pieces = z
  .int()
  .positive()
  .max(9_999_999)
  .meta({ examples: [1] })

const PickedLine = z.object({
  line_id: id(),
  bin_id: id().optional(),
  quantity: pieces,
  serials: serials().optional(),
})

export const pickLine = write(
  {
    ...picking,
    summary: 'Pick a line',
    description:
      'Takes pieces out of `bin_id`, the bin of the line when absent. A line that is short may take what is free, ' +
      'never what other lists hold.',
    body: PickedLine,
  },
  async (ctx, { params, body }) => {
    const [, list] = await Promise.all([
      ctx.db.execute(sql`select app.pick(
        ${params.id}, ${body.line_id}, ${body.bin_id ?? null}, ${body.quantity}, ${listOf(body.serials)})`),
      onePickList(ctx, params.id),
    ])
    return list
  },
)

export const returnPicked = write(
  {
    ...picking,
    summary: 'Return a picked part',
    description:
      'A part that was picked and not used goes back to `bin_id`, the bin it came from when absent, at what it ' +
      'went out at. A completed list can return parts too.',
    body: PickedLine,
  },
  async (ctx, { params, body }) => {
    const [, list] = await Promise.all([
      ctx.db.execute(sql`select app.return_picked(
        ${params.id}, ${body.line_id}, ${body.quantity}, ${body.bin_id ?? null}, ${listOf(body.serials)})`),
      onePickList(ctx, params.id),
    ])
    return list
  },
)

export const completePickList = write(
  {
    ...picking,
    summary: 'Complete pick list',
    description:
      'Marks the pick list as done and deducts stock from bins: what is left of each line, out of its own bin ' +
      'first. Happens once, however often it is asked. With a shortage it is refused, unless it may be `partial`.',
    body: z.object({
      partial: z
        .boolean()
        .optional()
        .describe('Leaves out what is not there; false when absent')
        .meta({ examples: [false] }),
      lines: z
        .array(z.object({ line_id: id(), serials: serials().optional() }))
        .max(1000)
        .optional()
        .describe('The serial numbers of lines whose product tracks them'),
    }),
  },
  async (ctx, { params, body }) => {
    const [, list] = await Promise.all([
      ctx.db.execute(sql`select app.complete_pick_list(
        ${params.id}, ${body.partial ?? false}, ${JSON.stringify(body.lines ?? [])}::jsonb)`),
      onePickList(ctx, params.id),
    ])
    return list
  },
)
