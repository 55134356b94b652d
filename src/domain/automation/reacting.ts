import { eq, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Selecting, Transacting } from '../../context.ts'
import { updateWhere } from '../../db/rows.ts'
import { events } from '../../db/tables.ts'
import { transact } from '../../verb.ts'
import { finish, type Reaction, type ReactionHandler } from '../engine/reaction.ts'
import { reactions } from '../engine/tables.ts'
import { allHold, type Judged } from './operators.ts'
import { type Known, recordsOf } from './record.ts'
import { act, log, type Runnable, ruleToRun } from './run.ts'
import { conditionsInTime } from './time.ts'
import type { Trigger } from './triggers.ts'

/** Rules in a row, each set off by the one before. */
const deepest = 10
/** How often a rule may stand in such a row. */
const mostOften = 2

/** Runs a rule, in the name of the automation. */
export const runRuleOnReaction: ReactionHandler = async (ctx, reaction) => {
  const { caller } = ctx
  const tenant_id = caller.kind === 'system' ? caller.tenant_id : null
  await reactWithRule(
    { ...ctx, caller: { kind: 'system', job: 'automation', tenant_id }, session: {} },
    { body: { reaction } },
  )
}

/** In one transaction with the reaction's end: the rule's effects happen once, or not at all. */
const reactWithRule = transact(
  {
    summary: 'Run an automation rule',
    can: 'automation_rules:write',
    body: z.object({ reaction: z.custom<Reaction>() }),
  },
  async (ctx, { body: { reaction } }) => {
    if (!(await finish(ctx, reaction))) return
    const rule = await ruleToRun(ctx, reaction.subject_id ?? 0)
    if (!rule?.active || !rule.licensed) return
    const { event_id, key: cause, chain } = reaction
    const about = await whatItIsAbout(ctx, rule, reaction)
    if (!about) return
    const conditions = conditionsInTime(rule)
    if (!allHold(conditions, rule.trigger, about, rule.shop)) {
      return event_id === null ? forget(ctx, reaction) : undefined
    }
    const error = loopOf(rule, chain)
    const subject = { record: about.record, event_id, cause }
    const ran = error ? nothing : await act(ctx, rule, [subject], chain)
    await log(ctx, rule, ran, { event_id, chain, error })
  },
)

const nothing = { results: [], records: [] }

/** Why a rule is not to run once more because of its own doing; null when it may. */
function loopOf({ id }: Runnable, chain: readonly number[]): string | null {
  if (chain.filter((one) => one === id).length >= mostOften) {
    return 'It was cut off: the rule reacted to its own change before.'
  }
  if (chain.length >= deepest) {
    return `It was cut off: ${deepest} rules in a row set each other off.`
  }
  return null
}

interface About extends Judged {
  record: Known | null
}

/** The record of the event, or the one that the job found; undefined when it is gone. */
async function whatItIsAbout(
  ctx: Selecting,
  { trigger }: Runnable,
  { event_id, payload }: Reaction,
): Promise<About | undefined> {
  const { source } = trigger
  if (!source) return { record: null, values: payload }
  const event = event_id === null ? undefined : await eventOf(ctx, event_id)
  const id = event?.entity_id ?? Number(payload.entity_id)
  const [found] = await recordsOf(ctx, trigger, source, [id])
  if (!found) return undefined
  const values = { ...found.values, ...toldBy(trigger, event?.changes ?? {}) }
  return { record: { ...found, values }, values, changes: event?.changes }
}

/** The fields that the event itself fills. */
const toldBy = ({ fields }: Trigger, changes: NonNullable<Judged['changes']>) =>
  Object.fromEntries(
    Object.entries(fields).flatMap(([name, { told }]) =>
      told ? [[name, changes[told]?.[1] ?? null]] : [],
    ),
  )

async function eventOf(ctx: Selecting, id: number) {
  const [event] = await ctx.db
    .select({ entity_id: events.entity_id, changes: events.changes })
    .from(events)
    .where(eq(events.id, id))
  return event as { entity_id: number; changes: NonNullable<Judged['changes']> } | undefined
}

/** The rule did not act: should its conditions become others, the record is to be found again. */
async function forget(ctx: Transacting, { id }: Reaction) {
  await updateWhere(ctx, reactions, eq(reactions.id, id), {
    key: sql`${reactions.key} || '/unmet:' || ${reactions.id}`,
  })
}
