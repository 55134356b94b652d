import { and, eq, inArray, isNull, or, type SQL, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Transacting } from '../../context.ts'
import { events } from '../../db/tables.ts'
import { transact } from '../../verb.ts'
import { finish, type Reaction, type ReactionHandler } from '../engine/reaction.ts'
import { tenants, users } from '../identity/tables.ts'
import { employees } from '../staff/tables.ts'
import { type CatalogKind, kindsOf } from './catalog.ts'
import { after, type Subject, subjectOf, type ToldEvent } from './subjects.ts'
import { readersOf, tell } from './tell.ts'
import { wordsOf } from './words.ts'

/** Tells the people whom an event concerns. */
export const notify: ReactionHandler = (ctx, reaction) =>
  tellOfEvent(ctx, { body: { reaction } }) as Promise<void>

const tellOfEvent = transact(
  {
    summary: 'Tell people of an event',
    can: 'public',
    body: z.object({ reaction: z.custom<Reaction>() }),
  },
  async (ctx, { body: { reaction } }) => {
    const [isOurs, event] = await Promise.all([
      finish(ctx, reaction),
      eventOf(ctx, reaction.event_id),
    ])
    if (!isOurs || !event || isOldNews(event)) return
    const subject = await subjectOf(ctx, event)
    if (!subject) return
    const seen = new Set<number>()
    for (const kind of kindsOf(event.name)) {
      const audience = await audienceOf(ctx, kind, event, subject)
      const people = audience.filter((id) => !seen.has(id))
      for (const id of people) seen.add(id)
      await tell(ctx, people, toldOf(kind, event, subject), reaction.key)
    }
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

async function eventOf(ctx: Transacting, id: number | null) {
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
    .where(eq(events.id, id ?? 0))
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

/** The users whom a kind of event is for, but for the one whose doing it was. */
async function audienceOf(
  ctx: Transacting,
  kind: CatalogKind,
  event: ToldEvent,
  { assignee_id, branch_id }: Subject,
): Promise<number[]> {
  const assignee = assigneeOf(kind, event, assignee_id)
  const roles = [
    ...(kind.to_roles ?? []),
    ...(assignee_id === null ? (kind.to_roles_of_nobody ?? []) : []),
  ]
  const concerned = [
    ...(assignee === null ? [] : [isEmployee(assignee)]),
    ...(kind.to_maker ? [isMaker(event)] : []),
    ...(roles.length > 0 ? [and(inArray(users.role, roles), isOfBranch(branch_id))] : []),
  ]
  if (concerned.length === 0) return []
  const rows = await ctx.db
    .select({ id: users.id })
    .from(users)
    .where(
      and(
        users.active,
        inArray(users.role, readersOf(event.root)),
        sql`${users.id} is distinct from ${event.user_id}`,
        or(...concerned),
      ),
    )
  return rows.map(({ id }) => id)
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
