import { drizzle } from 'drizzle-orm/node-postgres'
import { migrate as applyMigrations } from 'drizzle-orm/node-postgres/migrator'
import pg from 'pg'

/** Any number does, as long as nothing else in the database locks on it. */
const lockKey = 7_243_001

export interface MigrateOptions {
  /** drizzle-kit's output folder; the project's own when absent. */
  folder?: string
  log?: (line: string) => void
}

/**
 * Brings the database up to date. All pending migrations are one transaction; two runs at once
 * wait for each other.
 *
 * @param url connection string of the schema's owner, not of a pooler
 */
export async function migrate(url: string, options: MigrateOptions = {}): Promise<void> {
  const { folder = `${import.meta.dirname}/../migrations`, log = () => {} } = options
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query('select pg_advisory_lock($1)', [lockKey])
    const before = await appliedCount(client)
    await applyMigrations(drizzle(client), { migrationsFolder: folder })
    log(`${(await appliedCount(client)) - before} migrations applied`)
  } finally {
    // The end of the session also gives up the lock.
    await client.end()
  }
}

async function appliedCount(client: pg.Client): Promise<number> {
  const table = 'drizzle.__drizzle_migrations'
  const { rows } = await client.query('select to_regclass($1) is not null as exists', [table])
  if (!rows[0].exists) return 0
  const counted = await client.query(`select count(*)::int as count from ${table}`)
  return counted.rows[0].count
}

if (import.meta.main) {
  const url = process.env.DATABASE_URL
  if (url === undefined) throw new Error('DATABASE_URL is not set')
  await migrate(url, { log: console.log })
}
