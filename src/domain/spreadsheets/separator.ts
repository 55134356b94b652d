import * as z from 'zod'
import type { FileAnswer } from '../../verb.ts'

const separators = ['comma', 'semicolon'] as const
export type Separator = (typeof separators)[number]

/** Query of every export. */
export const ExportQuery = z.object({
  separator: z
    .enum(separators)
    .optional()
    .describe('`comma` when absent; `semicolon`: as Dutch Excel reads it, decimals with a comma'),
})

export const sheetFile = (name: string, content: FileAnswer['content']): FileAnswer => ({
  content,
  content_type: 'text/csv; charset=utf-8; header=present',
  filename: `${name}.csv`,
})
