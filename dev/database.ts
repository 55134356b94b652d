import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import type { DatabaseAddress } from './context.ts'
import { migrate } from './migrate.ts'
import { tlsOf } from './neon/server-socket.ts'
import { startNeonEndpoint } from './neon-endpoint.ts'
import { startPostgres } from './postgres.ts'
import { letWorkerIn, secretOf } from './roles.ts'
import type { Settings } from './settings.ts'

const name = 'repair_angel'

/** A migrated database, and the way in for the Worker's driver. */
export interface Database extends DatabaseAddress {
  /** The owner's connection string. */
  owner_url: string
  /** Fulfilled with the reason when it ends by itself; never, when it runs elsewhere. */
  ended: Promise<string>
  stop(): Promise<void>
}

/** PostgreSQL from npm on the data folder, or the one that DATABASE_URL names, brought up to date. */
export async function startDatabase(
  { folder, database_url }: Pick<Settings, 'folder' | 'database_url'>,
  log: (line: string) => void = () => {},
): Promise<Database> {
  if (database_url) return await reachDatabase(database_url, log)
  await mkdir(folder, { recursive: true })
  const postgres = await startPostgres({ folder: join(folder, 'postgres') })
  const owner_url = await ownDatabase(postgres.url)
  await writeFile(join(folder, 'database-url'), owner_url, { mode: 0o600 })
  await migrate(owner_url, { log })
  const endpoint = await startNeonEndpoint({ allow: (_, port) => port === postgres.port })
  return {
    owner_url,
    database_url: await letWorkerIn(owner_url, await secretOf(folder)),
    endpoint_url: endpoint.url,
    ended: postgres.ended.then(() => 'PostgreSQL ended'),
    stop: async () => {
      await endpoint.stop()
      await postgres.stop()
    },
  }
}

/**
 * The owner's way in for a command beside `npm run dev`: the database of DATABASE_URL, untouched, or
 * the one of the data folder, which is started unless it runs.
 */
export async function joinDatabase(
  settings: Pick<Settings, 'folder' | 'database_url'>,
): Promise<Pick<Database, 'owner_url' | 'stop'>> {
  const owner_url = settings.database_url ?? (await runningUrl(settings.folder))
  return owner_url ? { owner_url, stop: async () => {} } : await startDatabase(settings)
}

async function runningUrl(folder: string): Promise<string | undefined> {
  const url = await readFile(join(folder, 'database-url'), 'utf8').catch(() => '')
  const client = new pg.Client(url)
  try {
    await client.connect()
    const { rows } = await client.query('show data_directory')
    // The port may be another folder's by now.
    return rows[0].data_directory === join(folder, 'postgres') ? url : undefined
  } catch {
    return undefined
  } finally {
    await client.end()
  }
}

async function reachDatabase(owner_url: string, log: (line: string) => void): Promise<Database> {
  const { hostname, port } = new URL(owner_url)
  await migrate(owner_url, { log })
  const database_url = await letWorkerIn(owner_url, owner_url)
  const ended = new Promise<string>(() => {})
  // Neon itself speaks what the driver speaks.
  if (hostname.endsWith('.neon.tech')) {
    return { owner_url, database_url, ended, stop: async () => {} }
  }
  const tls = tlsOf(owner_url)
  const endpoint = await startNeonEndpoint({
    allow: (host, itsPort) => host === hostname && itsPort === Number(port || 5432),
    ...(tls && { tls }),
  })
  return {
    owner_url,
    database_url,
    endpoint_url: endpoint.url,
    pipeline_connect: 'off',
    ended,
    stop: endpoint.stop,
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
