import { found } from '../../refusal.ts'
import { Id } from '../../schema.ts'
import { read } from '../../verb.ts'
import { sellerOf } from '../sales/buyers.ts'
import { localeOf, printedSeller } from '../sales/invoice-document.ts'
import { shortName } from './btw-close.ts'
import { wholeReturn } from './btw-return.ts'
import { btwPeriods } from './tables.ts'

export const getBtwPdf = read(
  {
    summary: 'Get BTW return as PDF',
    description:
      'To keep and to copy from: boxes in cents and as filed, supplies within the EU, how to pay.',
    can: 'btw:read',
    module: 'accounting',
    params: Id,
    file: 'application/pdf',
    on: btwPeriods,
  },
  async (ctx, { params }) => {
    const [whole, { renderVatReturn }, { fonts }] = await Promise.all([
      wholeReturn(ctx, params.id),
      import('./btw-sheet.ts'),
      import('../sales/documents/fonts.ts'),
    ])
    const { period, vat_return, icp } = whole
    const shop = found(whole.shop)
    const locale = localeOf(shop)
    const seller = printedSeller(sellerOf(shop), shop)
    return {
      content: await renderVatReturn({ locale, seller, period, vat_return, icp }, fonts),
      content_type: 'application/pdf',
      filename: `btw-${shortName(period)}.pdf`,
      inline: true,
    }
  },
)
