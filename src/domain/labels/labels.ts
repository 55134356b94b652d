import { eq, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Reading, Session } from '../../context.ts'
import { forbidden, found, invalid, notFound } from '../../refusal.ts'
import { count, Id, id } from '../../schema.ts'
import { type FileAnswer, read } from '../../verb.ts'
import { products } from '../catalog/tables.ts'
import { holds } from '../identity/permissions.ts'
import { tenants } from '../identity/tables.ts'
import { localeOf } from '../sales/invoice-document.ts'
import { bins } from '../warehouse/bins-table.ts'
import { workOrders } from '../workshop/tables.ts'
import { labelCodes, labelFormats } from './formats.ts'
import { labelled } from './labelled.ts'

type Kind = keyof typeof labelled

const Look = z.object({
  format: z.enum(labelFormats).optional().describe('Width and height in mm, `62x29` when absent'),
  code: z
    .enum(labelCodes)
    .optional()
    .describe(
      '`code128` when absent: bars, of an EAN-13 those of an EAN-13; a code that is too long for bars, or has other characters, is a QR code all the same',
    ),
})

const OfOne = Look.extend({
  copies: count(100).optional().describe('Labels of it, 1 when absent'),
})

interface Wanted extends z.output<typeof Look> {
  copies?: number | undefined
}

const file = 'application/pdf'

/** Two statements, while the renderer is loaded. Asks `missing` what to say of an id that names nothing. */
async function labelsOf(
  ctx: Reading,
  kind: Kind,
  ids: number[],
  wanted: Wanted,
  missing: (place: number) => Error,
): Promise<FileAnswer> {
  const [known, [row], { renderLabels }, { fonts }] = await Promise.all([
    labelled[kind](ctx, ids),
    ctx.db
      .select({ name: tenants.name, locale: tenants.locale, today: sql<string>`app.today()::text` })
      .from(tenants)
      .where(eq(tenants.id, sql`app.tenant()`)),
    import('./draw-labels.ts'),
    import('../sales/documents/fonts.ts'),
  ])
  // Of several kinds at one address, the gate knows what they have in common.
  if (kind === 'work_order' && !holds(ctx.session as Session, 'work_orders:read')) throw forbidden()
  const shop = found(row)
  const language = localeOf(shop)
  const labels = ids.map((id, place) => {
    const label = known.get(id)
    if (!label) throw missing(place)
    return label(language)
  })
  const { format = '62x29', code = 'code128', copies = 1 } = wanted
  const title = labels.length === 1 ? (labels[0]?.code ?? '') : `${kind}s`
  const created = new Date(`${shop.today}T00:00:00Z`)
  return {
    content: await renderLabels(
      { labels, copies, format, code, title, author: shop.name, language, created },
      fonts,
    ),
    content_type: file,
    filename: ids.length === 1 ? `label-${kind}-${ids[0]}.pdf` : `labels-${kind}s.pdf`,
    inline: true,
  }
}

const oneOf = (ctx: Reading, kind: Kind, id: number, wanted: Wanted) =>
  labelsOf(ctx, kind, [id], wanted, () => notFound())

const description = 'A PDF for label printers, one label on a page.'

export const getProductLabel = read(
  {
    summary: 'Get product label',
    description: `${description} Name, price incl. VAT, and the barcode, the SKU or the id as code.`,
    can: 'stock:read',
    module: 'inventory',
    params: Id,
    query: OfOne,
    file,
    on: products,
  },
  (ctx, { params, query }) => oneOf(ctx, 'product', params.id, query),
)

export const getBinLabel = read(
  {
    summary: 'Get bin label',
    description: `${description} The code of the bin, large and to be scanned, and its warehouse.`,
    can: 'stock:read',
    module: 'warehouse',
    params: Id,
    query: OfOne,
    file,
    on: bins,
  },
  (ctx, { params, query }) => oneOf(ctx, 'bin', params.id, query),
)

export const getWorkOrderLabel = read(
  {
    summary: 'Get work order label',
    description: `${description} Ticket number, device and day; nothing of the customer.`,
    can: 'work_orders:read',
    module: 'work_orders',
    params: Id,
    query: OfOne,
    file,
    on: workOrders,
  },
  (ctx, { params, query }) => oneOf(ctx, 'work_order', params.id, query),
)

const mostLabels = 1000

export const makeLabels = read(
  {
    summary: 'Make labels',
    description: `${description} In the order of \`ids\`, the copies of each together; ${mostLabels} at most.`,
    can: 'stock:read',
    module: 'inventory',
    body: Look.extend({
      kind: z.enum(['product', 'bin', 'work_order']),
      ids: z.array(id()).min(1).max(500),
      copies: z.int().min(1).max(100).optional().describe('Of each, 1 when absent'),
    }).refine(({ ids, copies = 1 }) => ids.length * copies <= mostLabels, {
      path: ['copies'],
      message: `may not make more than ${mostLabels} labels`,
    }),
    file,
  },
  (ctx, { body: { kind, ids, ...wanted } }) =>
    labelsOf(ctx, kind, ids, wanted, (place) =>
      invalid({ [`ids.${place}`]: ['The selected id is invalid.'] }),
    ),
)
