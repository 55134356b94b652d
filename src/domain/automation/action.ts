import type { Transacting } from '../../context.ts'
import type { Link } from './sources.ts'
import type { Touched } from './tables.ts'
import type { Speaker } from './texts.ts'

interface ParamValues {
  /** May hold placeholders. */
  text: string
  integer: number
  boolean: boolean
  enum: string
  email: string
  phone: string
  url: string
  /** A slug of the shop. */
  status: string
  employee: number
  users: number[]
  tag: number
  webhook_endpoint: number
}
export type ParamType = keyof ParamValues

export interface Param {
  type: ParamType
  required?: true
  /** Characters of a text; greatest integer. */
  max?: number
  values?: readonly string[]
  description?: string
}
export type Params = Readonly<Record<string, Param>>

type Given<P extends Params> = {
  [K in keyof P]: P[K] extends { required: true }
    ? ParamValues[P[K]['type']]
    : ParamValues[P[K]['type']] | undefined
}

/** Where a rule acts: the record that it is about, and what belongs to it. */
export interface Situation {
  rule: { id: number; name: string }
  /** null for a rule of the schedule. */
  record: Touched | null
  links: Readonly<Partial<Record<Link, number | null>>>
  event_id: number | null
  shop: Speaker
  /** Begins the key of what this action asks to be done afterwards. */
  cause: string
  /** A text with its placeholders filled. */
  fill(text: string): string
}

/** What an action did to which record, in a few words; or why there was nothing to do. */
export type Done = { did: string; touched: Touched | null } | { skipped: string }

export interface Action {
  label: string
  params: Params
  /** What the record of the trigger must have, or be. */
  needs?: Link
  /** Codes of refusals that mean there was nothing to do. */
  skips?: readonly string[]
  /** What is wrong with the parameters together: parameter and sentence. */
  problem?(
    given: Readonly<Record<string, unknown>>,
    has: (link: Link) => boolean,
  ): [string, string] | undefined
  perform(ctx: Transacting, given: Record<string, unknown>, at: Situation): Promise<Done>
}

/** An action whose parameters were checked when the rule was saved. */
export const action = <const P extends Params>(
  definition: Omit<Action, 'params' | 'perform'> & {
    params: P
    perform(ctx: Transacting, given: Given<P>, at: Situation): Promise<Done>
  },
): Action => definition as unknown as Action

export const onlyOne = (given: Readonly<Record<string, unknown>>, names: readonly string[]) => {
  const [first = '', ...others] = names
  const count = names.filter((name) => given[name] !== undefined).length
  const rest = others.map((name) => name.replaceAll('_', ' ')).join(', ')
  if (count === 0) return [first, `is required without ${rest}`] as [string, string]
  return count > 1
    ? ([first, `may not be given together with ${rest}`] as [string, string])
    : undefined
}
