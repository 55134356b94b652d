import { eq, sql } from 'drizzle-orm'
import type { Selecting, Transacting } from '../../context.ts'
import { refusalOf } from '../../db/errors.ts'
import { insert, newId, updateWhere } from '../../db/rows.ts'
import { Refusal } from '../../refusal.ts'
import { follow, mayPass } from '../engine/reaction.ts'
import { tenants } from '../identity/tables.ts'
import type { Situation } from './action.ts'
import { actionOf } from './actions.ts'
import type { Known } from './record.ts'
import { oneLog } from './rule-record.ts'
import {
  type Action,
  automationLogs,
  automationRules,
  type outcomes,
  type Result,
  type Touched,
} from './tables.ts'
import { filled, type Speaker } from './texts.ts'
import { type Trigger, triggerOf } from './triggers.ts'

/** A rule that is to run, and the shop in whose name. */
export interface Runnable {
  id: number
  name: string
  key: string
  trigger: Trigger
  conditions: (typeof automationRules.$inferSelect)['conditions']
  actions: Action[]
  active: boolean
  /** Has the shop's licence rules at all? */
  licensed: boolean
  shop: Speaker
}

/** undefined when there is no such rule any more. */
export async function ruleToRun(ctx: Selecting, id: number): Promise<Runnable | undefined> {
  const [row] = await ctx.db
    .select({
      id: automationRules.id,
      name: automationRules.name,
      key: automationRules.trigger,
      conditions: automationRules.conditions,
      actions: automationRules.actions,
      active: automationRules.active,
      licensed: sql<boolean>`app.module_is_active('automation')`,
      today: sql<string>`app.today()::text`,
      shop: tenants.name,
      phone: tenants.phone,
      email: tenants.email,
      zone: tenants.timezone,
      locale: tenants.locale,
    })
    .from(automationRules)
    .innerJoin(tenants, eq(tenants.id, automationRules.tenant_id))
    .where(eq(automationRules.id, id))
  const trigger = row && triggerOf(row.key)
  if (!trigger) return undefined
  const { shop: name, phone, email, zone, today, locale, ...rule } = row
  const language = locale === 'en' ? 'en' : 'nl'
  return { ...rule, trigger, shop: { name, phone, email, zone, today, locale: language } }
}

/** What a rule acts on. */
export interface Subject {
  /** null for a rule of the schedule. */
  record: Known | null
  event_id: number | null
  /** Begins the keys of what the actions ask to be done afterwards. */
  cause: string
}

/** What a run came to. */
export interface Ran {
  results: Result[]
  records: Touched[]
}

/**
 * Does the actions of a rule, each by itself: one that is refused is undone and leaves the others alone.
 *
 * @param chain the rules that led here; what this one causes follows from it too
 */
export async function act(
  ctx: Transacting,
  rule: Runnable,
  subjects: readonly Subject[],
  chain: readonly number[],
): Promise<Ran> {
  await follow(ctx, [...chain, rule.id])
  const ran: Ran = { results: [], records: [] }
  for (const subject of subjects) {
    for (const [place, action] of rule.actions.entries()) {
      const { touched, ...result } = await actOnce(ctx, action, situationOf(rule, subject, place))
      ran.results.push(result)
      if (touched && !ran.records.some((one) => isSame(one, touched))) ran.records.push(touched)
    }
  }
  return ran
}

const isSame = (one: Touched, other: Touched) => one.entity === other.entity && one.id === other.id

const situationOf = (rule: Runnable, subject: Subject, place: number): Situation => ({
  rule: { id: rule.id, name: rule.name },
  record: subject.record && { entity: subject.record.entity, id: subject.record.id },
  links: subject.record?.links ?? {},
  event_id: subject.event_id,
  shop: rule.shop,
  cause: `${subject.cause}/${place}`,
  fill: (text) => filled(text, rule.trigger, subject.record?.values ?? {}, rule.shop),
})

async function actOnce(
  ctx: Transacting,
  { type, params }: Action,
  at: Situation,
): Promise<Result & { touched?: Touched | null }> {
  const { record } = at
  const action = actionOf(type)
  if (!action) return { type, record, outcome: 'failed', error: 'There is no such action.' }
  const done = await attempt(ctx, () => action.perform(ctx, params, at))
  if (done instanceof Refusal) {
    const isNothing = action.skips?.includes(done.code)
    return { type, record, outcome: isNothing ? 'skipped' : 'failed', error: reasonOf(done) }
  }
  if ('skipped' in done) return { type, record, outcome: 'skipped', error: done.skipped }
  return { type, record, outcome: 'success', did: done.did, touched: done.touched }
}

/** The sentence that says most: of a field, where one is named. */
const reasonOf = ({ message, errors }: Refusal) => Object.values(errors ?? {})[0]?.[0] ?? message

/**
 * Answers a refusal in place of throwing it, with all undone that the work did in the open transaction. What
 * another try may mend is thrown: it ends the transaction.
 */
export async function attempt<T>(ctx: Transacting, work: () => Promise<T>): Promise<T | Refusal> {
  await ctx.db.execute(sql`savepoint attempt`)
  try {
    const result = await work()
    await ctx.db.execute(sql`release savepoint attempt`)
    return result
  } catch (error) {
    const refusal = refusalOf(error)
    if (!refusal || mayPass(refusal)) throw error
    await ctx.db.execute(sql`rollback to savepoint attempt`)
    return refusal
  }
}

type Outcome = (typeof outcomes)[number]

export function outcomeOf(results: readonly Result[]): Outcome {
  const has = (outcome: Outcome) => results.some((result) => result.outcome === outcome)
  if (has('failed')) return has('success') ? 'partial' : 'failed'
  return has('success') ? 'success' : 'skipped'
}

/** Writes into the rule's log what a run came to, and answers it. */
export async function log(
  ctx: Transacting,
  rule: Runnable,
  { results, records }: Ran,
  about: {
    event_id?: number | null
    chain?: readonly number[]
    error?: string | null
    dry_run?: boolean
  },
) {
  const { chain = [], ...rest } = about
  await insert(ctx, automationLogs, {
    ...rest,
    chain: [...chain],
    rule_id: rule.id,
    outcome: outcomeOf(results),
    affected_records: records.length,
    records,
    results,
  })
  if (!rest.dry_run) {
    await updateWhere(ctx, automationRules, eq(automationRules.id, rule.id), {
      last_run_at: sql`app.now()`,
    })
  }
  return oneLog(ctx, newId(automationLogs))
}
