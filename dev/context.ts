import { randomUUID } from 'node:crypto'
import type { Calling } from '../src/context.ts'
import type { Env } from '../src/env.ts'

export interface DatabaseAddress {
  /** Connection string of the Worker's role. */
  database_url: string
  /** The local Neon endpoint, when the database is not Neon itself. */
  endpoint_url?: string
  /** `off` when the database asks for another proof than a cleartext password. */
  pipeline_connect?: 'off'
}

/** A context outside the Worker: the seed, the command line and tests call the same verbs with it. */
export function systemContext(
  database: DatabaseAddress,
  who: { job: string; tenant_id: number | null; user_id?: number; now?: Date },
): Calling {
  const { now, ...caller } = who
  return {
    env: databaseVars(database) as Env,
    caller: { kind: 'system', ...caller },
    request_id: randomUUID(),
    session: {},
    defer: (work) => void work.catch(() => {}),
    ...(now && { now }),
  }
}

/** The variables by which the Worker finds its database. */
export function databaseVars({ database_url, endpoint_url, pipeline_connect }: DatabaseAddress) {
  return {
    DATABASE_URL: database_url,
    ...(endpoint_url && { NEON_LOCAL_ENDPOINT: endpoint_url }),
    ...(pipeline_connect && { NEON_PIPELINE_CONNECT: pipeline_connect }),
  }
}
