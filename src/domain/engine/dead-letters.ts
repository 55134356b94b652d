import { and, desc, eq, isNotNull, isNull, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Selecting } from '../../context.ts'
import { pageInOrder } from '../../db/pages.ts'
import { insert, remove, rowsBy, same, update, updateWhere } from '../../db/rows.ts'
import type { QueueMessage } from '../../jobs/queues.ts'
import { found } from '../../refusal.ts'
import { flag, Id, id, instant, Named, Paging, pageOf, Stamps } from '../../schema.ts'
import { call, read, transact, write } from '../../verb.ts'
import { users } from '../identity/tables.ts'
import { callWhenDone } from './reaction.ts'
import { deadLetters, reactions } from './tables.ts'

const DeadLetter = z.object({
  id: id(),
  queue: z.string().meta({ examples: ['reactions'] }),
  kind: z.string().meta({ examples: ['webhook'] }),
  /** What names the record; never what a message says. */
  body: z.record(z.string(), z.unknown()).meta({ examples: [{ reaction_id: 1 }] }),
  attempts: z.int().meta({ examples: [9] }),
  failure: z.string().nullable(),
  replayed_at: instant().nullable(),
  replayed_by: Named.nullable(),
  ...Stamps,
})

const columns = {
  id: deadLetters.id,
  queue: deadLetters.queue,
  kind: deadLetters.kind,
  body: deadLetters.body,
  attempts: deadLetters.attempts,
  failure: deadLetters.failure,
  replayed_at: deadLetters.replayed_at,
  replayed_by: { id: users.id, name: users.name },
  created_at: deadLetters.created_at,
  updated_at: deadLetters.updated_at,
}

const rows = (ctx: Selecting) =>
  ctx.db.select(columns).from(deadLetters).leftJoin(users, eq(users.id, deadLetters.replayed_by))

const one = async (ctx: Selecting, id: number) =>
  found((await rowsBy(ctx, rows, deadLetters.id, id))[0])

export const listDeadLetters = read(
  {
    summary: 'List dead letters',
    description:
      'What was tried to the end and did not succeed: mails, webhooks, rules, messages of a queue.',
    can: 'dead_letters:read',
    query: Paging.extend({
      kind: z.string().max(50).optional(),
      replayed: flag().optional().describe('Those that somebody let do again, or not yet'),
    }),
    output: pageOf(DeadLetter),
  },
  (ctx, { query: { kind, replayed, ...paging } }) =>
    pageInOrder(
      ctx,
      deadLetters,
      paging,
      and(
        same(deadLetters.kind, kind),
        replayed === undefined
          ? undefined
          : (replayed ? isNotNull : isNull)(deadLetters.replayed_at),
      ),
      [desc(deadLetters.id)],
      rows,
    ),
)

export const getDeadLetter = read(
  {
    summary: 'Get dead letter',
    can: 'dead_letters:read',
    params: Id,
    output: DeadLetter,
    on: deadLetters,
  },
  (ctx, { params }) => one(ctx, params.id),
)

export const deleteDeadLetter = write(
  {
    summary: 'Delete dead letter',
    description: 'It will not be done, and that is known.',
    can: 'dead_letters:write',
    params: Id,
    on: deadLetters,
  },
  (ctx, { params }) => remove(ctx, deadLetters, params.id),
)

export const replayDeadLetter = call(
  {
    summary: 'Replay dead letter',
    description:
      'Lets it be done again, with all its tries; whoever receives it can tell that it is the same.',
    can: 'dead_letters:write',
    params: Id,
    output: DeadLetter,
    on: deadLetters,
  },
  async (ctx, { params }) => {
    const { queue, message, letter } = await reopen(ctx, { params })
    // Before this the letter is marked: a message that gets lost can be replayed again.
    if (queue === 'email') await ctx.env.EMAIL_QUEUE.send(message)
    else if (queue !== 'reactions') await ctx.env.EVENTS_QUEUE.send(message)
    return letter
  },
)

interface Reopened {
  queue: string
  message: QueueMessage
  letter: z.input<typeof DeadLetter>
}

/** A reaction is due again at once; a message is its own body. */
const reopen = transact(
  {
    summary: 'Reopen a dead letter',
    can: 'dead_letters:write',
    params: Id,
    output: z.custom<Reopened>(),
  },
  async (ctx, { params }) => {
    const letter = await one(ctx, params.id)
    const replayed = { replayed_at: sql`app.now()`, replayed_by: sql`app.user_id()` }
    await update(ctx, deadLetters, params.id, replayed)
    if (letter.queue === 'reactions') {
      await updateWhere(ctx, reactions, eq(reactions.id, Number(letter.body.reaction_id)), {
        failed_at: null,
        failure: null,
        attempts: 0,
        next_at: sql`app.now()`,
      })
      await callWhenDone(ctx)
    }
    const message = letter.body as unknown as QueueMessage
    return { queue: letter.queue, message, letter: await one(ctx, params.id) }
  },
)

/** Keeps a message that a queue gave up. */
export const keepDeadLetter = write(
  {
    summary: 'Keep a dead letter',
    can: 'public',
    body: z.object({
      queue: z.string(),
      kind: z.string(),
      body: z.record(z.string(), z.unknown()),
      attempts: z.int(),
      failure: z.string().nullable(),
    }),
  },
  (ctx, { body }) => insert(ctx, deadLetters, body),
)
