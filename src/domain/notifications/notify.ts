import { and, eq, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Selecting } from '../../context.ts'
import { events } from '../../db/tables.ts'
import { read, write } from '../../verb.ts'
import { finish, type Happening, type Reaction, type ReactionHandler } from '../engine/reaction.ts'
import { reactions } from '../engine/tables.ts'
import { type CatalogKind, kindsOf } from './catalog.ts'
import { after, type Subject, subjectOf } from './subjects.ts'
import { keepTold, type Person, peopleOf, type Telling, type Told } from './tell.ts'
import { wordsOf } from './words.ts'

/**
 * Tells the people whom an event concerns. It looks first and writes in one batch at the end: what makes it
 * happen once are the reaction, which is still open then, and the one message per event and person.
 */
export const notify: ReactionHandler = async (ctx, reaction) => {
  const { event } = reaction
  const tellings = event && !isOldNews(event) ? await findTellings(ctx, { body: { event } }) : []
  await endTelling(ctx, { body: { reaction, tellings } })
}

const findTellings = read(
  {
    summary: 'Find whom an event concerns',
    can: 'public',
    body: z.object({ event: z.custom<Happening>() }),
    output: z.custom<Telling[]>(),
  },
  async (ctx, { body: { event } }) => {
    const kinds = kindsOf(event.name)
    const [subject, people, maker_id] = await Promise.all([
      subjectOf(ctx, event),
      peopleOf(ctx, event.root),
      makerOf(ctx, event),
    ])
    if (!subject) return []
    const all = kinds.flatMap((kind) =>
      people
        .filter((person) => person.id !== event.user_id)
        .filter((person) => concerns(kind, event, subject, person, maker_id))
        .map((person) => ({ person, told: toldOf(kind, event, subject, person) })),
    )
    // Of two kinds the first that is for somebody counts, also when he wants not to be told of it.
    return all.filter(
      ({ person }, place) => all.findIndex((other) => other.person.id === person.id) === place,
    )
  },
)

const endTelling = write(
  {
    summary: 'Tell people of an event',
    can: 'public',
    body: z.object({ reaction: z.custom<Reaction>(), tellings: z.custom<Telling[]>() }),
  },
  async (ctx, { body: { reaction, tellings } }) => {
    const isOpen = sql`exists (select from ${reactions} where ${reactions.id} = ${reaction.id}
      and ${reactions.done_at} is null and ${reactions.failed_at} is null)`
    await Promise.all([keepTold(ctx, tellings, reaction.key, isOpen), finish(ctx, reaction)])
  },
)

const day_ms = 24 * 3600_000

/** A promise that is new finds old misses: they are recorded, but nobody is called for them. */
function isOldNews(event: Happening): boolean {
  const due_at = after(event, 'due_at')
  if (event.name !== 'sla.breached' || typeof due_at !== 'string') return false
  return new Date(event.at).getTime() - new Date(due_at).getTime() > day_ms
}

/** Who made the record, as far as its history tells. */
async function makerOf(ctx: Selecting, { root, root_id }: Happening) {
  const [created] = await ctx.db
    .select({ user_id: events.user_id })
    .from(events)
    .where(
      and(
        eq(events.entity, root),
        eq(events.entity_id, root_id),
        eq(events.name, `${root}.created`),
      ),
    )
  return created?.user_id ?? null
}

function toldOf({ key, type }: CatalogKind, event: Happening, subject: Subject, to: Person): Told {
  return {
    ...wordsOf(key, subject, event, 'en'),
    mail: wordsOf(key, subject, event, to.locale === 'en' ? 'en' : 'nl'),
    key,
    type,
    entity: event.root,
    entity_id: event.root_id,
    event_id: event.id,
  }
}

/** Is a kind of event for somebody? */
function concerns(
  kind: CatalogKind,
  event: Happening,
  { assignee_id, branch_id }: Subject,
  person: Person,
  maker_id: number | null,
): boolean {
  const roles: readonly string[] = [
    ...(kind.to_roles ?? []),
    ...(assignee_id === null ? (kind.to_roles_of_nobody ?? []) : []),
  ]
  const isOfBranch = branch_id === null || [null, branch_id].includes(person.branch_id)
  const assignee = assigneeOf(kind, event, assignee_id)
  return (
    (assignee !== null && person.employee_id === assignee) ||
    (isForMaker(kind, assignee_id) && person.id === maker_id) ||
    (roles.includes(person.role) && isOfBranch)
  )
}

const isForMaker = ({ to_maker, to_maker_of_nobodys }: CatalogKind, assignee_id: number | null) =>
  to_maker || (to_maker_of_nobodys && assignee_id === null)

/** Who gave it on to somebody else meanwhile need not know that he got it. */
function assigneeOf(kind: CatalogKind, event: Happening, assignee_id: number | null) {
  if (kind.to_assignee) return assignee_id
  return kind.to_new_assignee && after(event, 'assigned_to') === assignee_id ? assignee_id : null
}
