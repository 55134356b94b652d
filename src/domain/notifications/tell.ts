import { and, eq, inArray, sql } from 'drizzle-orm'
import type { Transacting } from '../../context.ts'
import { insertMissing, subquery } from '../../db/rows.ts'
import { isPushConfigured } from '../../integrations/webpush/send.ts'
import { react } from '../engine/reaction.ts'
import { permissions, roleNames, rolesWith } from '../identity/permissions.ts'
import { tenants, users } from '../identity/tables.ts'
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

/**
 * Tells people of the shop something, each where they want to be told of such a thing: those who are active
 * and may read the record. Of one event a person is told once, whoever tells.
 *
 * @param cause the key of the reaction that this follows from: mails and pushes are made once per cause
 * @returns how many people
 */
export async function tell(
  ctx: Transacting,
  users: readonly number[],
  told: Told,
  cause: string,
): Promise<number> {
  const people = await peopleOf(ctx, users, told)
  if (people.length === 0) return 0
  const { mail: _, ...shown } = told
  const added = await insertMissing(
    ctx,
    notifications,
    people.map(({ id, channels }) => ({ ...shown, user_id: id, channels: [...channels] })),
  )
  const rows = await newOnes(ctx, added)
  const asked = people.flatMap((person) => {
    const id = rows.get(person.id)
    return id === undefined ? [] : outside(ctx, person, told, id, cause)
  })
  await react(ctx, ...asked)
  return added.length
}

type Person = Awaited<ReturnType<typeof peopleOf>>[number]

/** Those who want to be told, with what a message to them needs. */
async function peopleOf(ctx: Transacting, ids: readonly number[], { key, entity }: Told) {
  if (ids.length === 0) return []
  const rows = await ctx.db
    .select({
      id: users.id,
      name: users.name,
      email: users.email,
      channels: notificationPreferences.channels,
      subscriptions: subquery<number[]>(sql`
        select coalesce(json_agg(${pushSubscriptions.id}), '[]') from ${pushSubscriptions}
        where ${pushSubscriptions.user_id} = ${users.id}`),
      shop: tenants.name,
      locale: tenants.locale,
    })
    .from(users)
    .innerJoin(tenants, eq(tenants.id, users.tenant_id))
    .leftJoin(
      notificationPreferences,
      and(eq(notificationPreferences.user_id, users.id), eq(notificationPreferences.key, key)),
    )
    .where(and(inArray(users.id, [...ids]), users.active, inArray(users.role, readersOf(entity))))
    .orderBy(users.id)
  return rows
    .map((row) => ({ ...row, channels: row.channels ?? usualChannels(key) }))
    .filter(({ channels }) => channels.length > 0)
}

/** The roles that may read records of a kind; all for what has no permission of its own. */
export function readersOf(entity: string | null | undefined): string[] {
  const permission = permissions.find((name) => name === `${entity}s:read`)
  return permission ? rolesWith(permission) : roleNames
}

/** User → the notification that he got now; who was told of the event before has none. */
async function newOnes(ctx: Transacting, added: { id: number }[]) {
  if (added.length === 0) return new Map<number, number>()
  const ids = added.map(({ id }) => id)
  const rows = await ctx.db
    .select({ user_id: notifications.user_id, id: notifications.id })
    .from(notifications)
    .where(inArray(notifications.id, ids))
  return new Map(rows.map(({ user_id, id }) => [user_id, id]))
}

/** What leaves the house: a mail, and a message to each browser. Where there is no way out, nothing. */
function outside(ctx: Transacting, person: Person, told: Told, id: number, cause: string) {
  const wants = (channel: Channel) => person.channels.includes(channel)
  const { key, type, title, body, entity = null, entity_id = null } = told
  const mails =
    wants('email') && ctx.env.SMTP_URL
      ? [
          {
            kind: 'mail',
            key: `${cause}/mail:${person.id}`,
            payload: staffMail(person, told.mail ?? told),
          },
        ]
      : []
  const pushes =
    wants('push') && isPushConfigured(ctx.env)
      ? person.subscriptions.map((subject_id) => ({
          kind: 'push',
          key: `${cause}/push:${subject_id}`,
          subject_id,
          payload: { id, key, type, title, body, entity, entity_id },
        }))
      : []
  return [...mails, ...pushes]
}
