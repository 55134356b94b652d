import { and, eq, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Context, Selecting } from '../../context.ts'
import { page } from '../../db/pages.ts'
import { guard, onDays, rowsBy, same, updateWhere } from '../../db/rows.ts'
import { found, notFound, refused } from '../../refusal.ts'
import { day, id, idText, instant, Paging, pageOf, Stamps } from '../../schema.ts'
import { read, transact, write } from '../../verb.ts'
import { react } from '../engine/reaction.ts'
import { switchedOff } from '../integrations/connection.ts'
import { integrations } from '../integrations/tables.ts'
import type { BookkeeperSlug } from './bookkeepers.ts'
import { bookkeepers, documentSyncs, syncedDocuments, syncStatuses } from './tables.ts'

const module = 'accounting'

const SlugPath = z.object({ slug: z.enum(bookkeepers).meta({ examples: ['moneybird'] }) })

const Sync = z.object({
  id: id(),
  document_type: z.enum(syncedDocuments),
  document_id: id(),
  number: z.string().meta({ examples: ['INV-2026-0001'] }),
  status: z.enum(syncStatuses),
  external_id: z
    .string()
    .nullable()
    .describe('The document as the service numbers it')
    .meta({ examples: ['443518296512980318'] }),
  failure: z.string().nullable().describe('Why it is not there, or not yet'),
  attempts: z.int().meta({ examples: [1] }),
  synced_at: instant().nullable(),
  paid_at: instant()
    .nullable()
    .describe('When the service told us that it was paid there; no payment is booked here'),
  ...Stamps,
})

const columns = {
  id: documentSyncs.id,
  document_type: documentSyncs.document_type,
  document_id: documentSyncs.document_id,
  number: documentSyncs.reference,
  status: documentSyncs.status,
  external_id: documentSyncs.external_id,
  failure: documentSyncs.failure,
  attempts: documentSyncs.attempts,
  synced_at: documentSyncs.synced_at,
  paid_at: documentSyncs.paid_at,
  created_at: documentSyncs.created_at,
  updated_at: documentSyncs.updated_at,
}

const rows = (ctx: Selecting) => ctx.db.select(columns).from(documentSyncs)

const Counts = z.object({
  queued: z.int().meta({ examples: [0] }),
  done: z.int().meta({ examples: [112] }),
  failed: z.int().meta({ examples: [1] }),
})

export const listSyncs = read(
  {
    summary: 'List documents of a bookkeeping integration',
    description:
      'Invoices and credit notes that were pushed to the service, or are to be, latest first; and how many there are of each status, whatever the filters.',
    can: 'bookkeeping:read',
    module,
    params: SlugPath,
    query: Paging.extend({
      status: z.enum(syncStatuses).optional(),
      document_type: z.enum(syncedDocuments).optional(),
      from: day().optional().describe('Queued from that day'),
      to: day().optional().describe('Queued until that day, that day included'),
    }),
    output: pageOf(Sync).extend({ counts: Counts }),
  },
  async (ctx, { params: { slug }, query: { status, document_type, from, to, ...paging } }) => {
    const where = and(
      eq(documentSyncs.slug, slug),
      same(documentSyncs.status, status),
      same(documentSyncs.document_type, document_type),
      onDays(documentSyncs.created_at, { from, to }),
    )
    const [list, counts] = await Promise.all([
      page(ctx, documentSyncs, paging, where, rows),
      countsOf(ctx, slug),
    ])
    return { ...list, counts }
  },
)

async function countsOf(ctx: Selecting, slug: BookkeeperSlug) {
  const found = await ctx.db
    .select({ status: documentSyncs.status, number: sql<number>`count(*)::int` })
    .from(documentSyncs)
    .where(eq(documentSyncs.slug, slug))
    .groupBy(documentSyncs.status)
  const count = (status: (typeof syncStatuses)[number]) =>
    found.find((row) => row.status === status)?.number ?? 0
  return { queued: count('queued'), done: count('done'), failed: count('failed') }
}

export const retrySync = transact(
  {
    summary: 'Retry a document of a bookkeeping integration',
    description:
      'Pushes it again, with all its tries. It is looked for there first, so that it is never there twice.',
    can: 'bookkeeping:write',
    module,
    params: SlugPath.extend({ id: idText() }),
    output: Sync,
    status: 202,
  },
  async (ctx, { params: { slug, id } }) => {
    const [sync] = await ctx.db
      .select({ slug: documentSyncs.slug, status: documentSyncs.status })
      .from(documentSyncs)
      .where(eq(documentSyncs.id, id))
      .for('update')
    if (sync?.slug !== slug) throw notFound()
    if (sync.status === 'done') {
      throw refused('already_synced', 'The document is in the bookkeeping already.')
    }
    const [integration] = await ctx.db
      .select({ id: integrations.id })
      .from(integrations)
      .where(isOn(slug))
    if (!integration) throw switchedOff(slug)
    await updateWhere(ctx, documentSyncs, eq(documentSyncs.id, id), {
      status: 'queued',
      failure: null,
    })
    const key = `document_sync:${id}/${crypto.randomUUID()}`
    const payload = { sync_id: id }
    await react(ctx, { kind: 'bookkeeping', key, subject_id: integration.id, payload })
    return found((await rowsBy(ctx, rows, documentSyncs.id, id))[0])
  },
)

const isOn = (slug: BookkeeperSlug) =>
  and(eq(integrations.slug, slug), eq(integrations.enabled, true))

/** So many documents at once … */
const perTurn = 25
/** … and then a while nothing: Moneybird answers 150 requests in five minutes, and a document takes up to five. */
const turn = '5 minutes'

export const syncPeriod = write(
  {
    summary: 'Push documents to a bookkeeping integration',
    description:
      'What was issued in these days, by the date of the document, and was never queued for the service: such as what there was before it was switched on. What failed is left to a retry.',
    can: 'bookkeeping:write',
    module,
    params: SlugPath,
    body: z
      .object({
        from: day(),
        to: day()
          .optional()
          .describe('That day included; today when absent')
          .meta({ examples: ['2026-03-31'] }),
      })
      .refine(({ from, to }) => to === undefined || from <= to, {
        path: ['to'],
        error: 'must be a date after or equal to from',
        when: ({ value }) => typeof value === 'object' && value !== null,
      }),
    output: z.object({
      queued: z
        .int()
        .describe('Documents that are pushed now')
        .meta({ examples: [37] }),
    }),
    status: 202,
  },
  async (ctx, { params: { slug }, body: { from, to } }) => {
    const { code, message } = switchedOff(slug)
    const [, queued] = await Promise.all([
      guard(ctx, sql`exists (select from ${integrations} where ${isOn(slug)})`, { code, message }),
      queueIssued(ctx, slug, from, to ?? null),
    ])
    return { queued }
  },
)

async function queueIssued(
  ctx: Context & Selecting,
  slug: BookkeeperSlug,
  from: string,
  to: string | null,
): Promise<number> {
  const { rows } = await ctx.db.execute<{ queued: string }>(sql`
    select app.queue_documents(${slug}, ${from}::date, coalesce(${to}::date, app.today()), ${perTurn}, ${turn}::interval) as queued`)
  return Number(rows[0]?.queued ?? 0)
}
