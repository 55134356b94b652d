import { sql } from 'drizzle-orm'
import {
  bigint,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  unique,
} from 'drizzle-orm/pg-core'
import { belongsTo, instant, reference, tenantColumns, tenantKey } from '../../db/columns.ts'
import { users } from '../identity/tables.ts'

/**
 * What is to be done because something happened, or because a time came: the outbox. The trigger on `events`
 * writes a row per event and effect in the transaction of the change itself; a queue consumer works them off.
 */
export const reactions = pgTable(
  'reactions',
  {
    ...tenantColumns,
    /** Which handler: `notify`, `webhook`, `mail` … */
    kind: text().notNull(),
    /** What makes it one: `event:991/rule:3`. A second row of the same key is not made. */
    key: text().notNull(),
    event_id: reference(),
    /** The record that the handler needs: a rule, an endpoint, a message. */
    subject_id: reference(),
    /** What else it needs; emptied when it is done. */
    payload: jsonb().$type<Record<string, unknown>>().notNull().default({}),
    /** The automation rules that led here, the latest last. */
    chain: bigint({ mode: 'number' }).array().notNull().default(sql`'{}'`),
    attempts: integer().notNull().default(0),
    /** Not before; while somebody works on it, when that is given up. */
    next_at: instant().notNull().default(sql`app.now()`),
    done_at: instant(),
    /** Given up, and a dead letter. */
    failed_at: instant(),
    /** Why the last attempt failed. */
    failure: text(),
  },
  (t) => [
    tenantKey(t),
    unique('reactions_key_unique').on(t.tenant_id, t.key),
    index('reactions_waiting_idx')
      .on(t.tenant_id, t.next_at, t.id)
      .where(sql`${t.done_at} is null and ${t.failed_at} is null`),
    index('reactions_due_idx')
      .on(t.next_at)
      .where(sql`${t.done_at} is null and ${t.failed_at} is null`),
    index('reactions_done_at_idx').on(t.done_at),
    index('reactions_failed_at_idx').on(t.failed_at).where(sql`${t.failed_at} is not null`),
  ],
)

/** What was tried to the end and did not succeed: people look at it, and let it be done again. */
export const deadLetters = pgTable(
  'dead_letters',
  {
    ...tenantColumns,
    /** The queue that gave it up, or `reactions`. */
    queue: text().notNull(),
    kind: text().notNull(),
    /** The message, or the number of the reaction. */
    body: jsonb().$type<Record<string, unknown>>().notNull(),
    attempts: integer().notNull(),
    failure: text(),
    replayed_at: instant(),
    replayed_by: reference(),
  },
  (t) => [
    tenantKey(t),
    index('dead_letters_replayed_by_idx').on(t.tenant_id, t.replayed_by),
    index('dead_letters_created_at_idx').on(t.created_at),
    index('dead_letters_replayed_at_idx')
      .on(t.replayed_at)
      .where(sql`${t.replayed_at} is not null`),
    belongsTo(t, t.replayed_by, users),
  ],
)

/** Every run of a scheduled job: the key that lets it run once, and its log. */
export const jobRuns = pgTable(
  'job_runs',
  {
    job: text().notNull(),
    /** The moment it was scheduled for. */
    period: instant().notNull(),
    started_at: instant().notNull(),
    finished_at: instant(),
    counts: jsonb().$type<Record<string, number>>().notNull().default({}),
    failure: text(),
  },
  (t) => [
    primaryKey({ columns: [t.job, t.period] }),
    index('job_runs_started_at_idx').on(t.started_at),
  ],
)
