import * as z from 'zod'
import type { Calling } from '../../context.ts'
import { refusalOf } from '../../db/errors.ts'
import { presenterOf } from '../../lib/present.ts'
import { instant } from '../../schema.ts'
import { getterOf } from './resources.ts'

/** As Standard Webhooks advises; a receiver that needs more reads the record itself. */
const most_bytes = 20_000

/** What a message tells of an event, as `events` has it. */
export interface Told {
  name: string
  entity: string
  entity_id: number
  changes: Record<string, [before: unknown, after: unknown]>
  at: string
}

/** The body that tells of an event; the record is as it is now. */
export async function eventBody(ctx: Calling, event: Told): Promise<string> {
  const { name, entity, entity_id, at } = event
  const data = (await shown(ctx, entity, entity_id)) ?? JSON.stringify(lastValues(event))
  return bodyOf(name, at, data, { id: entity_id })
}

/** What an automation rule asks to be told; a rule that runs by the clock has no record. */
export const RuleRun = z.object({
  type: z.string(),
  rule_id: z.number(),
  entity: z.string().nullable(),
  entity_id: z.number().nullable(),
})

/** The body that tells of a rule's run, and of the record that it ran for. */
export async function ruleBody(
  ctx: Calling,
  { type, ...run }: z.output<typeof RuleRun>,
): Promise<string> {
  const record = (await shown(ctx, run.entity, run.entity_id)) ?? 'null'
  const data = `${JSON.stringify(run).slice(0, -1)},"record":${record}}`
  return bodyOf(type, new Date().toISOString(), data, run)
}

/**
 * @param at a moment as Postgres or Date writes it
 * @param data JSON
 * @param short what is told in its place when the body would be too large
 */
export function bodyOf(type: string, at: string, data: string, short: object): string {
  const start = `{"type":${JSON.stringify(type)},"timestamp":"${instant().parse(at)}","data":`
  const body = `${start}${data}}`
  return Buffer.byteLength(body) <= most_bytes
    ? body
    : `${start}${JSON.stringify({ ...short, truncated: true })}}`
}

/** A record as its GET answers it; undefined when it is gone, or has no GET. */
async function shown(
  ctx: Calling,
  entity: string | null,
  id: number | null,
): Promise<string | undefined> {
  const get = getterOf(entity ?? '')
  if (!get?.spec.output || id === null) return undefined
  try {
    return JSON.stringify(presenterOf(get.spec.output)(await get(ctx, { params: { id } })))
  } catch (error) {
    if (refusalOf(error)?.status === 404) return undefined
    throw error
  }
}

const lastValues = ({ entity_id, changes }: Told) => ({
  id: entity_id,
  ...Object.fromEntries(
    Object.entries(changes).map(([field, [before, after]]) => [field, after ?? before]),
  ),
})
