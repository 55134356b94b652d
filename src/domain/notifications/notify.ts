import { and, eq, inArray, isNull, or, type SQL, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Selecting } from '../../context.ts'
import { events } from '../../db/tables.ts'
import { read, write } from '../../verb.ts'
import { finish, type Reaction, type ReactionHandler } from '../engine/reaction.ts'
import { reactions } from '../engine/tables.ts'
import { tenants, users } from '../identity/tables.ts'
import { employees } from '../staff/tables.ts'
import { type CatalogKind, kindsOf } from './catalog.ts'
import { after, type Subject, subjectOf, type ToldEvent } from './subjects.ts'
import { keepTold, peopleOf } from './tell.ts'
import { wordsOf } from './words.ts'

/**
 * Tells the people whom an event concerns. It looks first and writes in one batch at the end: what makes it
 * happen once are the reaction, which is still open then, and the one message per event and person.
 */
export const notify: ReactionHandler = async (ctx, reaction) => {
  const event = await readEvent(ctx, { params: { id: reaction.event_id ?? 0 } })
  const subject = event && !isOldNews(event) && (await readSubject(ctx, { body: { event } }))
  const tellings = subject ? await findPeople(ctx, { body: { event, subject } }) : []
  await endTelling(ctx, { body: { reaction, tellings } })
}

type Tellings = Parameters<typeof keepTold>[1]

const readEvent = read(
  {
    summary: 'Read an event to tell of',
    can: 'public',
    params: z.object({ id: z.number() }),
    output: z.custom<Event | undefined>(),
  },
  (ctx, { params: { id } }) => eventOf(ctx, id),
)

const readSubject = read(
  {
    summary: 'Read what an event is about',
    can: 'public',
    body: z.object({ event: z.custom<Event>() }),
    output: z.custom<Subject | undefined>(),
  },
  (ctx, { body: { event } }) => subjectOf(ctx, event),
)

const findPeople = read(
  {
    summary: 'Find whom an event concerns',
    can: 'public',
    body: z.object({ event: z.custom<Event>(), subject: z.custom<Subject>() }),
    output: z.custom<Tellings>(),
  },
  async (ctx, { body: { event, subject } }) => {
    const audiences = await Promise.all(
      kindsOf(event.name).map(async (kind) => {
        const told = toldOf(kind, event, subject)
        const who = audienceOf(kind, event, subject)
        const people = who ? await peopleOf(ctx, who, told) : []
        return people.map((person) => ({ person, told }))
      }),
    )
    const all = audiences.flat()
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
    body: z.object({ reaction: z.custom<Reaction>(), tellings: z.custom<Tellings>() }),
  },
  async (ctx, { body: { reaction, tellings } }) => {
    const isOpen = sql`exists (select from ${reactions} where ${reactions.id} = ${reaction.id}
      and ${reactions.done_at} is null and ${reactions.failed_at} is null)`
    await Promise.all([keepTold(ctx, tellings, reaction.key, isOpen), finish(ctx, reaction)])
  },
)

const day_ms = 24 * 3600_000

/** A promise that is new finds old misses: they are recorded, but nobody is called for them. */
function isOldNews(event: ToldEvent): boolean {
  const due_at = after(event, 'due_at')
  if (event.name !== 'sla.breached' || typeof due_at !== 'string') return false
  return new Date(event.at).getTime() - new Date(due_at).getTime() > day_ms
}

type Event = NonNullable<Awaited<ReturnType<typeof eventOf>>>

async function eventOf(ctx: Selecting, id: number) {
  const [event] = await ctx.db
    .select({
      id: events.id,
      name: events.name,
      root: events.root,
      root_id: events.root_id,
      user_id: events.user_id,
      changes: events.changes,
      at: events.at,
      locale: tenants.locale,
    })
    .from(events)
    .innerJoin(tenants, eq(tenants.id, events.tenant_id))
    .where(eq(events.id, id))
  return event
}

function toldOf({ key, type }: CatalogKind, event: Event, subject: Subject) {
  return {
    ...wordsOf(key, subject, event, 'en'),
    mail: wordsOf(key, subject, event, event.locale === 'en' ? 'en' : 'nl'),
    key,
    type,
    entity: event.root,
    entity_id: event.root_id,
    event_id: event.id,
  }
}

/** The users whom a kind of event is for, but for the one whose doing it was; undefined: nobody. */
function audienceOf(
  kind: CatalogKind,
  event: ToldEvent,
  { assignee_id, branch_id }: Subject,
): SQL | undefined {
  const assignee = assigneeOf(kind, event, assignee_id)
  const roles = [
    ...(kind.to_roles ?? []),
    ...(assignee_id === null ? (kind.to_roles_of_nobody ?? []) : []),
  ]
  const concerned = [
    ...(assignee === null ? [] : [isEmployee(assignee)]),
    ...(kind.to_maker || (kind.to_maker_of_nobodys && assignee_id === null)
      ? [isMaker(event)]
      : []),
    ...(roles.length > 0 ? [and(inArray(users.role, roles), isOfBranch(branch_id))] : []),
  ]
  if (concerned.length === 0) return undefined
  return and(sql`${users.id} is distinct from ${event.user_id}`, or(...concerned))
}

/** Who gave it on to somebody else meanwhile need not know that he got it. */
function assigneeOf(kind: CatalogKind, event: ToldEvent, assignee_id: number | null) {
  if (kind.to_assignee) return assignee_id
  return kind.to_new_assignee && after(event, 'assigned_to') === assignee_id ? assignee_id : null
}

const isEmployee = (id: number): SQL =>
  sql`exists (select from ${employees} where ${employees.user_id} = ${users.id} and ${employees.id} = ${id})`

const isMaker = ({ root, root_id }: ToldEvent): SQL =>
  sql`${users.id} in (select ${events.user_id} from ${events} where ${events.entity} = ${root}
    and ${events.entity_id} = ${root_id} and ${events.name} = ${`${root}.created`})`

const isOfBranch = (id: number | null) =>
  id === null ? undefined : or(isNull(users.branch_id), eq(users.branch_id, id))
