import { join } from 'node:path'
import pg from 'pg'
import type { DatabaseAddress } from './context.ts'
import { migrate } from './migrate.ts'
import { startNeonEndpoint } from './neon-endpoint.ts'
import { startPostgres } from './postgres.ts'
import { letWorkerIn, secretOf } from './roles.ts'
import type { Settings } from './settings.ts'

const name = 'repair_angel'

/** A migrated database, and the way in for the Worker's driver. */
export interface Database extends DatabaseAddress {
  /** The owner's connection string. */
  owner_url: string
  /** Variables with which the Worker finds it. */
  worker: Record<string, string>
  /** Fulfilled with the reason when it ends by itself; never, when it runs elsewhere. */
  ended: Promise<string>
  stop(): Promise<void>
}

/** PostgreSQL from npm on the data folder, or the one that DATABASE_URL names, brought up to date. */
export async function startDatabase(
  { folder, database_url }: Pick<Settings, 'folder' | 'database_url'>,
  log: (line: string) => void = () => {},
): Promise<Database> {
  const postgres = database_url
    ? undefined
    : await startPostgres({ folder: join(folder, 'postgres') })
  const owner_url = database_url ?? (await ownDatabase(postgres?.url ?? ''))
  const secret = database_url ?? (await secretOf(folder))
  await migrate(owner_url, { log })
  const worker_url = await letWorkerIn(owner_url, secret)
  const ended = postgres
    ? postgres.ended.then(() => 'PostgreSQL ended')
    : new Promise<string>(() => {})
  // Neon itself speaks what the driver speaks.
  if (new URL(owner_url).hostname.endsWith('.neon.tech')) {
    const worker = { DATABASE_URL: worker_url }
    return { owner_url, database_url: worker_url, worker, ended, stop: async () => {} }
  }
  const { hostname, port } = new URL(owner_url)
  const endpoint = await startNeonEndpoint({
    allow: (host, itsPort) => host === hostname && itsPort === Number(port || 5432),
  })
  return {
    owner_url,
    database_url: worker_url,
    endpoint_url: endpoint.url,
    worker: { DATABASE_URL: worker_url, NEON_LOCAL_ENDPOINT: endpoint.url },
    ended,
    stop: async () => {
      await endpoint.stop()
      await postgres?.stop()
    },
  }
}

async function ownDatabase(server_url: string): Promise<string> {
  const server = new pg.Client({ connectionString: server_url })
  await server.connect()
  try {
    const { rowCount } = await server.query('select from pg_database where datname = $1', [name])
    if (rowCount === 0) await server.query(`create database ${name}`)
  } finally {
    await server.end()
  }
  const url = new URL(server_url)
  url.pathname = `/${name}`
  return url.href
}
