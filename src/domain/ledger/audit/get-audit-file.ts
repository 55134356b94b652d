import * as z from 'zod'
import { streamFrom } from '../../../db/transaction.ts'
import { call } from '../../../verb.ts'
import { YearQuery } from './book-year.ts'
import { versions } from './format.ts'

export const getAuditFile = call(
  {
    summary: 'Audit file of a book year (XAF)',
    description:
      'XML Auditfile Financieel: accounts, customers and suppliers, opening balance and every entry of the year, ' +
      'as the Dutch tax authorities and accountants take it. From 2027 on the tax authorities take only 4.0. ' +
      'Without a VAT number of the shop the file says `ONBEKEND`.',
    can: 'ledger:read',
    module: 'accounting',
    asks: true,
    query: YearQuery.extend({
      version: z.enum(versions).optional().describe('Of the format; 4.0 when absent'),
    }),
    file: 'application/xml',
  },
  async (ctx, { query: { year, version = '4.0' } }) => {
    const { openAuditFile } = await import('./audit-file.ts')
    let filename = ''
    const content = await streamFrom(ctx, async function* (inner) {
      const file = await openAuditFile(inner, { year, version })
      filename = file.filename
      yield* file.pieces
    })
    return { content, content_type: 'application/xml; charset=utf-8', filename }
  },
)
