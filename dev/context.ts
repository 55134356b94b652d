import { randomUUID } from 'node:crypto'
import type { Calling } from '../src/context.ts'
import type { Env } from '../src/env.ts'

export interface DatabaseAddress {
  /** Connection string of the Worker's role. */
  database_url: string
  /** The local Neon endpoint, when the database is not Neon itself. */
  endpoint_url?: string
}

/** A context outside the Worker: the seed, the command line and tests call the same verbs with it. */
export function systemContext(
  { database_url, endpoint_url }: DatabaseAddress,
  who: { job: string; tenant_id: number | null; user_id?: number; now?: Date },
): Calling {
  const { now, ...caller } = who
  const env = { DATABASE_URL: database_url, NEON_LOCAL_ENDPOINT: endpoint_url } as Env
  return {
    env,
    caller: { kind: 'system', ...caller },
    request_id: randomUUID(),
    session: {},
    defer: (work) => void work.catch(() => {}),
    ...(now && { now }),
  }
}
