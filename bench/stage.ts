import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { type BuiltFile, build } from '../dev/build.ts'
import { systemContext } from '../dev/context.ts'
import { startMailbox } from '../dev/mailbox.ts'
import { migrate } from '../dev/migrate.ts'
import { startNeonEndpoint } from '../dev/neon-endpoint.ts'
import { startPostgres } from '../dev/postgres.ts'
import { createTenant } from '../src/domain/identity/tenants.ts'
import { worker } from '../test/harness/roles.ts'
import { startWorker, type WorkerOptions } from '../test/harness/worker.ts'
import { fill } from './fill.ts'

export const account = { email: 'bench@example.com', password: 'a long password' }

/** A Worker's bundle, not yet running. */
export interface Bundle {
  files: BuiltFile[]
  start(): ReturnType<typeof startWorker>
}

/**
 * The three Workers that are compared, on a throw-away PostgreSQL that holds a shop of some years.
 *
 * @param log hears PostgreSQL's log
 */
export async function openStage(log: (line: string) => void = () => {}) {
  const folder = await mkdtemp(join(tmpdir(), 'repair-angel-bench-'))
  const postgres = await startPostgres({ folder: join(folder, 'postgres'), throwaway: true, log })
  const owner = new pg.Pool({ connectionString: postgres.url, max: 2 })
  // A profile ends idle connections, so that every new one is heard.
  owner.on('error', () => {})
  await migrate(postgres.url)
  await owner.query(`alter role ${worker.name} login password '${worker.password}'`)
  const endpoint = await startNeonEndpoint({ allow: (_, port) => port === postgres.port })
  const workerUrl = new URL(postgres.url)
  workerUrl.username = worker.name
  workerUrl.password = worker.password
  const mailbox = await startMailbox()
  const database = { database_url: workerUrl.href, endpoint_url: endpoint.url }

  const shop = await createTenant(systemContext(database, { job: 'bench', tenant_id: null }), {
    body: {
      name: 'Bench',
      admin: { name: 'Ben Bench', ...account },
      license_type: 'SMR',
      tier: 'enterprise',
    },
  })
  await fill(postgres.url, shop.id)

  const bundle = async (name: string, entry?: string): Promise<Bundle> => {
    const outdir = join(folder, name)
    const files = await build({ outdir, ...(entry && { entry: join(import.meta.dirname, entry) }) })
    const options: WorkerOptions = { bundle: outdir, smtp_url: mailbox.smtp_url, ...database }
    return { files, start: () => startWorker(options) }
  }
  return {
    owner,
    endpoint,
    database,
    service: await bundle('service'),
    bare: await bundle('bare', 'bare/worker.ts'),
    hono: await bundle('hono', 'bare/hono.ts'),
    close: async () => {
      await endpoint.stop()
      await mailbox.stop()
      await owner.end()
      await postgres.stop()
      await rm(folder, { recursive: true })
    },
  }
}

export type Stage = Awaited<ReturnType<typeof openStage>>
