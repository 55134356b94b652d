import * as z from 'zod'
import { insertMissing } from '../../db/rows.ts'
import { invalid } from '../../refusal.ts'
import { id } from '../../schema.ts'
import { write } from '../../verb.ts'
import { binCodes } from './bin-codes.ts'
import { binCode } from './bins.ts'
import { bins } from './tables.ts'

export const generateBins = write(
  {
    summary: 'Generate bins',
    description:
      'All codes between two, at most 1000: from `A-01-01` to `C-04-10` three racks of four shelves of ten ' +
      'places. Bins that are there already stay as they are.',
    can: 'stock:write',
    module: 'warehouse',
    body: z.object({
      warehouse_id: id(),
      from: binCode().meta({ examples: ['A-01-01'] }),
      to: binCode().meta({ examples: ['C-04-10'] }),
    }),
    output: z.object({
      created: z.int().meta({ examples: [120] }),
      existing: z.int().meta({ examples: [0] }),
    }),
  },
  async (ctx, { body: { warehouse_id, from, to } }) => {
    const codes = binCodes(from, to)
    if (!codes) {
      throw invalid({
        to: ['The to field must be a later code of the same form, at most 1000 further.'],
      })
    }
    const added = await insertMissing(
      ctx,
      bins,
      codes.map((code) => ({ warehouse_id, code })),
    )
    return { created: added.length, existing: codes.length - added.length }
  },
)
