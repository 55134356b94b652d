import { and, desc, eq, gt, isNotNull, ne, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Transacting } from '../../context.ts'
import { insertMissing, updateWhere } from '../../db/rows.ts'
import { events } from '../../db/tables.ts'
import { found } from '../../refusal.ts'
import { Id } from '../../schema.ts'
import { transact, write } from '../../verb.ts'
import { finish, type Reaction } from '../engine/reaction.ts'
import { integrations } from '../integrations/tables.ts'
import { creditNotes, invoices } from '../sales/tables.ts'
import type { BookkeeperSlug } from './bookkeepers.ts'
import { type Bookable, bookableOf, type DocumentType } from './document.ts'
import { bookkeepers, documentSyncs, syncedDocuments } from './tables.ts'

/** A document that is to be pushed. */
export interface Outgoing extends Bookable {
  /** Of its row in `document_syncs`. */
  id: number
  slug: BookkeeperSlug
  /** What the customer was there the last time. */
  contact_id: string | null
  /** The service was asked before; what came of that is not known. */
  wasTried: boolean
}

/** Longer than a push takes; after it one whose consumer died is taken up. */
const lease = '100 seconds'

/**
 * Takes up a document and notes the try; null when it is there already, or nothing is to be pushed, and `busy`
 * while another one of the customer is on its way: two would both find that he is not there, and make him twice.
 */
export const beginSync = transact(
  {
    summary: 'Begin to push a document',
    can: 'public',
    body: z.object({ reaction: z.custom<Reaction>() }),
    output: z.custom<Outgoing | null | 'busy'>(),
  },
  async (ctx, { body: { reaction } }) => {
    const sync = await syncOf(ctx, reaction)
    if (!sync || sync.status === 'done') {
      await finish(ctx, reaction)
      return null
    }
    const { id, slug, attempted_at, document_type, document_id } = sync
    const { isBusy, contact_id } = await customerOf(ctx, sync)
    if (isBusy) return 'busy'
    await updateWhere(ctx, documentSyncs, eq(documentSyncs.id, id), {
      status: 'queued',
      attempts: sql`${documentSyncs.attempts} + 1`,
      attempted_at: sql`coalesce(${documentSyncs.attempted_at}, clock_timestamp())`,
      busy_until: sql`clock_timestamp() + ${lease}::interval`,
    })
    const bookable = await bookableOf(ctx, document_type, document_id)
    return { id, slug, contact_id, wasTried: attempted_at !== null, ...bookable }
  },
)

type Sync = typeof documentSyncs.$inferSelect

/** The row of a reaction, made if need be, and ours until the transaction ends. */
async function syncOf(ctx: Transacting, reaction: Reaction): Promise<Sync | undefined> {
  const { sync_id } = reaction.payload
  const isIt =
    typeof sync_id === 'number'
      ? eq(documentSyncs.id, sync_id)
      : await rowOfEvent(ctx, reaction.event_id ?? 0, reaction.subject_id ?? 0)
  if (!isIt) return undefined
  const [row] = await ctx.db.select().from(documentSyncs).where(isIt).for('update')
  return row
}

/** An invoice that was issued or a credit note that was applied, by its event. */
async function rowOfEvent(ctx: Transacting, event_id: number, integration_id: number) {
  const [[event], [integration]] = await Promise.all([
    ctx.db
      .select({ entity: events.entity, document_id: events.entity_id })
      .from(events)
      .where(eq(events.id, event_id)),
    ctx.db
      .select({ slug: integrations.slug })
      .from(integrations)
      .where(eq(integrations.id, integration_id)),
  ])
  const { data: slug } = z.enum(bookkeepers).safeParse(integration?.slug)
  const { data: document_type } = z.enum(syncedDocuments).safeParse(event?.entity)
  if (!event || !slug || !document_type) return undefined
  const row = { slug, document_type, document_id: event.document_id }
  const named = await namedBy(ctx, document_type, event.document_id)
  await insertMissing(ctx, documentSyncs, { ...row, ...named })
  return and(
    eq(documentSyncs.slug, slug),
    eq(documentSyncs.document_type, document_type),
    eq(documentSyncs.document_id, event.document_id),
  )
}

async function namedBy(ctx: Transacting, type: DocumentType, id: number) {
  const [row] =
    type === 'invoice'
      ? await ctx.db
          .select({ reference: invoices.invoice_number, customer_id: invoices.customer_id })
          .from(invoices)
          .where(eq(invoices.id, id))
      : await ctx.db
          .select({
            reference: creditNotes.credit_note_number,
            customer_id: creditNotes.customer_id,
          })
          .from(creditNotes)
          .where(eq(creditNotes.id, id))
  const { reference, customer_id } = found(row)
  return { reference: reference ?? '', customer_id }
}

/** Whether a document of the customer is on its way, and what he is there; locks him until the transaction ends. */
async function customerOf(ctx: Transacting, { slug, customer_id }: Sync) {
  const turn = `bookkeeping/${slug}/${customer_id}`
  await ctx.db.execute(sql`select pg_advisory_xact_lock(hashtextextended(${turn}, app.tenant()))`)
  const isHis = and(eq(documentSyncs.slug, slug), eq(documentSyncs.customer_id, customer_id))
  const [busy, known] = await Promise.all([
    ctx.db
      .select({ id: documentSyncs.id })
      .from(documentSyncs)
      .where(and(isHis, gt(documentSyncs.busy_until, sql`clock_timestamp()`)))
      .limit(1),
    ctx.db
      .select({ contact_id: documentSyncs.contact_id })
      .from(documentSyncs)
      .where(and(isHis, isNotNull(documentSyncs.contact_id)))
      .orderBy(desc(documentSyncs.id))
      .limit(1),
  ])
  return { isBusy: busy.length > 0, contact_id: known[0]?.contact_id ?? null }
}

/** Remembers whom the service has as the customer: what follows may fail. */
export const keepContact = write(
  {
    summary: 'Keep the customer of a pushed document',
    can: 'public',
    params: Id,
    body: z.object({ contact: z.string() }),
  },
  async (ctx, { params: { id }, body: { contact } }) => {
    await updateWhere(ctx, documentSyncs, eq(documentSyncs.id, id), { contact_id: contact })
  },
)

const isOpen = (id: number) => and(eq(documentSyncs.id, id), ne(documentSyncs.status, 'done'))

/** It is there: the end of the reaction. */
export const endSync = write(
  {
    summary: 'Keep a pushed document',
    can: 'public',
    params: Id,
    body: z.object({ reaction: z.custom<Reaction>(), external_id: z.string() }),
  },
  async (ctx, { params: { id }, body: { reaction, external_id } }) => {
    await Promise.all([
      finish(ctx, reaction),
      updateWhere(ctx, documentSyncs, isOpen(id), {
        status: 'done',
        external_id,
        failure: null,
        busy_until: null,
        synced_at: sql`app.now()`,
      }),
    ])
  },
)

const Failed = z.object({ failure: z.string(), external_id: z.string().nullable() })

/** It will be tried again. */
export const pauseSync = write(
  { summary: 'Pause the push of a document', can: 'public', params: Id, body: Failed },
  async (ctx, { params: { id }, body: { failure } }) => {
    await updateWhere(ctx, documentSyncs, isOpen(id), { failure, busy_until: null })
  },
)

/** It will not be tried again unless somebody says so; people are told the first time. */
export const failSync = write(
  { summary: 'Give the push of a document up', can: 'public', params: Id, body: Failed },
  async (ctx, { params: { id }, body: { failure, external_id } }) => {
    await updateWhere(ctx, documentSyncs, isOpen(id), {
      status: 'failed',
      failure,
      external_id: external_id ?? undefined,
      busy_until: null,
      failed_at: sql`coalesce(${documentSyncs.failed_at}, app.now())`,
    })
  },
)
