import { and, eq, inArray, type SQL, sql } from 'drizzle-orm'
import type { Selecting, Transacting, Writing } from '../../context.ts'
import { subquery } from '../../db/rows.ts'
import type { Env } from '../../env.ts'
import { isPushConfigured } from '../../integrations/webpush/send.ts'
import { reactions } from '../engine/tables.ts'
import { permissions, roleNames, rolesWith } from '../identity/permissions.ts'
import { tenants, users } from '../identity/tables.ts'
import { employees } from '../staff/tables.ts'
import { type Channel, usualChannels } from './catalog.ts'
import { staffMail } from './staff-mail.ts'
import {
  notificationPreferences,
  notifications,
  type notificationTypes,
  pushSubscriptions,
} from './tables.ts'
import type { Words } from './words.ts'

/** What is told, and about which record. */
export interface Told {
  /** Of the preferences: `wo_status_changed`. */
  key: string
  type: (typeof notificationTypes)[number]
  title: string
  body: string
  entity?: string | null
  entity_id?: number | null
  event_id?: number | null
  /** What a mail says in place of title and body: the same in the language of the shop. */
  mail?: Words
}

/** Somebody who is told something. */
export interface Telling {
  person: Person
  told: Told
}

/**
 * Tells people of the shop something, each where they want to be told of such a thing: those who are active
 * and may read the record. Of one event a person is told once, whoever tells.
 *
 * @param cause the key of the reaction that this follows from: mails and pushes are made once per cause
 * @returns how many people
 */
export async function tell(
  ctx: Transacting,
  ids: readonly number[],
  told: Told,
  cause: string,
): Promise<number> {
  if (ids.length === 0) return 0
  const people = await peopleOf(ctx, told.entity, inArray(users.id, [...ids]))
  return keepTold(
    ctx,
    people.map((person) => ({ person, told })),
    cause,
  )
}

/**
 * Writes down who is told what, and what leaves the house for it, in one statement.
 *
 * @param isDue a condition in SQL without which nothing is written
 * @returns how many people; who was told of the event before is none of them
 */
export async function keepTold(
  ctx: Writing | Transacting,
  tellings: readonly Telling[],
  cause: string,
  isDue: SQL = sql`true`,
): Promise<number> {
  const wanted = tellings.filter((telling) => channelsOf(telling).length > 0)
  if (wanted.length === 0) return 0
  const rows = wanted.map((telling) => {
    const { mail: _, ...shown } = telling.told
    return { ...shown, user_id: telling.person.id, channels: channelsOf(telling) }
  })
  const asked = wanted.flatMap((telling) => outside(ctx.env, telling, cause))
  const { rows: counts } = await ctx.db.execute<{ told: string }>(sql`
    with added as (
      insert into ${notifications} (user_id, type, key, title, body, entity, entity_id, event_id, channels)
      select user_id, type, key, title, body, entity, entity_id, event_id, channels
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as given (user_id bigint, type text, key text,
        title text, body text, entity text, entity_id bigint, event_id bigint, channels jsonb)
      where ${isDue}
      on conflict do nothing returning id, user_id
    ), asked as (
      insert into ${reactions} (kind, key, subject_id, payload)
      select given.kind, given.key, given.subject_id,
        given.payload || case given.kind when 'push' then jsonb_build_object('id', added.id) else '{}' end
      from jsonb_to_recordset(${JSON.stringify(asked)}::jsonb)
        as given (user_id bigint, kind text, key text, subject_id bigint, payload jsonb)
      join added on added.user_id = given.user_id
      on conflict do nothing returning set_config('app.reacts', 'on', true)
    )
    select count(*) as told, (select count(*) from asked) as asked from added`)
  return Number(counts[0]?.told ?? 0)
}

export type Person = Awaited<ReturnType<typeof peopleOf>>[number]

/** Where somebody wants to be told; nowhere: not at all. */
const channelsOf = ({ person, told: { key } }: Telling): readonly Channel[] =>
  person.preferences[key] ?? usualChannels(key)

/** The active people who may read records of a kind, with what a message to them needs. */
export function peopleOf(ctx: Selecting, entity: string | null | undefined, who?: SQL) {
  return ctx.db
    .select({
      id: users.id,
      name: users.name,
      email: users.email,
      role: users.role,
      branch_id: users.branch_id,
      employee_id: employees.id,
      preferences: subquery<Record<string, Channel[]>>(sql`
        select coalesce(json_object_agg(p.key, p.channels), '{}') from ${notificationPreferences} p
        where p.user_id = ${users.id}`),
      subscriptions: subquery<number[]>(sql`
        select coalesce(json_agg(${pushSubscriptions.id}), '[]') from ${pushSubscriptions}
        where ${pushSubscriptions.user_id} = ${users.id}`),
      shop: tenants.name,
      locale: tenants.locale,
    })
    .from(users)
    .innerJoin(tenants, eq(tenants.id, users.tenant_id))
    .leftJoin(employees, eq(employees.user_id, users.id))
    .where(and(who, users.active, inArray(users.role, readersOf(entity))))
    .orderBy(users.id)
}

/** The roles that may read records of a kind; all for what has no permission of its own. */
export function readersOf(entity: string | null | undefined): string[] {
  const permission = permissions.find((name) => name === `${entity}s:read`)
  return permission ? rolesWith(permission) : roleNames
}

/** What leaves the house: a mail, and a message to each browser. Where there is no way out, nothing. */
function outside(env: Env, telling: Telling, cause: string) {
  const { person, told } = telling
  const wants = (channel: Channel) => channelsOf(telling).includes(channel)
  const { key, type, title, body, entity = null, entity_id = null } = told
  const mails =
    wants('email') && env.SMTP_URL
      ? [
          {
            user_id: person.id,
            kind: 'mail',
            key: `${cause}/mail:${person.id}`,
            payload: staffMail(person, told.mail ?? told),
          },
        ]
      : []
  const pushes =
    wants('push') && isPushConfigured(env)
      ? person.subscriptions.map((subject_id) => ({
          user_id: person.id,
          kind: 'push',
          key: `${cause}/push:${subject_id}`,
          subject_id,
          payload: { key, type, title, body, entity, entity_id },
        }))
      : []
  return [...mails, ...pushes]
}
