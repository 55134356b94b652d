import { sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Transacting } from '../../context.ts'
import { insertMissing } from '../../db/rows.ts'
import { found, invalid } from '../../refusal.ts'
import { Id, id } from '../../schema.ts'
import { transact } from '../../verb.ts'
import { reactions } from '../engine/tables.ts'
import { allHold } from './operators.ts'
import { type Known, recordsOf } from './record.ts'
import { Log } from './rule-record.ts'
import { act, log, type Ran, type Runnable, ruleToRun, type Subject } from './run.ts'
import type { Source } from './sources.ts'
import { automationRules } from './tables.ts'
import { conditionsInTime } from './time.ts'

/** A request ends while somebody waits for it; what is left over is for the next run. */
const mostActedOn = 100
const mostLookedAt = 1000

export const runRule = transact(
  {
    summary: 'Run automation rule',
    description:
      'At once, active or not, and answers what it did: at most 100 records, those that waited longest. A rule about time finds them itself and leaves out what it reacted to already; a rule about an event needs `entity_id`. With `dry_run` nothing happens but an entry in the log, which tells what would have.',
    can: 'automation_rules:write',
    module: 'automation',
    params: Id,
    body: z.object({
      dry_run: z.boolean().optional().describe('false when absent'),
      entity_id: id().optional().describe('Record of the kind that the trigger is about'),
    }),
    output: Log,
    on: automationRules,
  },
  async (ctx, { params, body: { dry_run = false, entity_id } }) => {
    const rule = found(await ruleToRun(ctx, params.id))
    const subjects = await subjectsOf(ctx, rule, entity_id)
    const error = subjects.length === 0 ? 'No record meets the conditions.' : null
    if (!dry_run) {
      return log(ctx, rule, await act(ctx, rule, await taken(ctx, rule, subjects), []), { error })
    }
    const ran = await undone(ctx, () => act(ctx, rule, subjects, []))
    return log(ctx, rule, ran, { error, dry_run })
  },
)

/** What the work would have come to: all that it did is taken back. */
async function undone(ctx: Transacting, work: () => Promise<Ran>): Promise<Ran> {
  await ctx.db.execute(sql`savepoint dry_run`)
  const ran = await work()
  await ctx.db.execute(sql`rollback to savepoint dry_run`)
  return ran
}

async function subjectsOf(
  ctx: Transacting,
  rule: Runnable,
  entity_id: number | undefined,
): Promise<Subject[]> {
  const run = `rule:${rule.id}/run:${crypto.randomUUID()}`
  const { source, line } = rule.trigger
  if (!source) return [{ record: null, event_id: null, cause: run }]
  const waiting = line ? await overLine(ctx, rule, entity_id) : new Map<number, string>()
  if (!line && entity_id === undefined) {
    throw invalid({ entity_id: ['The entity id field is required.'] })
  }
  const ids = entity_id === undefined ? [...waiting.keys()] : [entity_id]
  const records = await recordsFor(ctx, rule, source, ids)
  return records.flatMap((record) => {
    const cause = line ? waiting.get(record.id) : `${run}/${record.entity}:${record.id}`
    return cause === undefined ? [] : [{ record, event_id: null, cause }]
  })
}

/** Those of the records that meet the conditions, in the order of the ids. */
async function recordsFor(ctx: Transacting, rule: Runnable, source: Source, ids: number[]) {
  const records = await recordsOf(ctx, rule.trigger, source, ids)
  if (ids.length === 1 && records.length === 0) {
    throw invalid({ entity_id: ['The selected entity id is invalid.'] })
  }
  const byId = new Map<number, Known>(records.map((record) => [record.id, record]))
  const conditions = conditionsInTime(rule)
  return ids
    .flatMap((id) => byId.get(id) ?? [])
    .filter((record) => allHold(conditions, rule.trigger, record, rule.shop))
    .slice(0, mostActedOn)
}

/** Records over the rule's line that it did not react to: id → key of the reaction, longest over it first. */
async function overLine(ctx: Transacting, { id }: Runnable, entity_id: number | undefined) {
  const { rows } = await ctx.db.execute<{ entity_id: string; key: string }>(sql`
    select o.entity_id, o.key
    from ${automationRules} a
    join tenants t on t.id = a.tenant_id
    cross join lateral app.line_of(a.trigger, a.conditions) line
    cross join lateral (select app.line_moment(a.trigger, line.days, t.timezone) as until) l
    cross join lateral app.over_line(a.id, a.trigger, a.tenant_id,
      case when line.exact then l.until - interval '1 day' end, l.until, null) o
    where a.id = ${id} and coalesce(o.entity_id = ${entity_id ?? null}::bigint, true)
      and (select r.id from ${reactions} r where r.tenant_id = a.tenant_id and r.key = o.key) is null
    order by o.since, o.entity_id limit ${mostLookedAt}`)
  return new Map(rows.map(({ entity_id, key }) => [Number(entity_id), key]))
}

/** As reacted to, so that neither the job nor another run does it again. */
async function taken(ctx: Transacting, rule: Runnable, subjects: Subject[]): Promise<Subject[]> {
  if (!rule.trigger.line) return subjects
  const mine: Subject[] = []
  for (const subject of subjects) {
    const added = await insertMissing(ctx, reactions, {
      kind: 'rule',
      key: subject.cause,
      subject_id: rule.id,
      done_at: sql`app.now()`,
    })
    if (added.length > 0) mine.push(subject)
  }
  return mine
}
