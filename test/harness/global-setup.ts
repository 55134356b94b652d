import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { build, buildAssets } from '../../dev/build.ts'
import { systemContext } from '../../dev/context.ts'
import { migrate } from '../../dev/migrate.ts'
import { startNeonEndpoint } from '../../dev/neon-endpoint.ts'
import { startPostgres } from '../../dev/postgres.ts'
import { hashPassword } from '../../src/domain/identity/passwords.ts'
import { foundShop } from '../../src/domain/identity/tenants.ts'
import { worker } from './roles.ts'
import { type StaffedShop, staffShop } from './shop.ts'

/** One throw-away PostgreSQL for the run; each test file gets a copy of a migrated database. */
export default async function setup(project: TestProject) {
  const folder = await mkdtemp(join(tmpdir(), 'repair-angel-test-'))
  const [postgres] = await Promise.all([
    startPostgres({ folder: join(folder, 'postgres'), throwaway: true }),
    build({ outdir: join(folder, 'worker') }),
    buildAssets(),
  ])
  const owner = new pg.Client(postgres.url)
  await owner.connect()
  await owner.query('create database template_empty')
  await migrate(databaseUrl(postgres.url, 'template_empty'))
  await owner.query(`alter role ${worker.name} login password '${worker.password}'`)
  await owner.query('create database template_shops template template_empty')
  await owner.end()
  project.provide('shops', await foundShops(postgres.url))
  project.provide('postgres_url', postgres.url)
  project.provide('bundle', join(folder, 'worker'))
  return async () => {
    await postgres.stop()
    await rm(folder, { recursive: true })
  }
}

export function databaseUrl(url: string, database: string) {
  const changed = new URL(url)
  changed.pathname = `/${database}`
  return changed.href
}

/** Two shops on the largest tier, made by the product's own verb. */
async function foundShops(postgres_url: string) {
  const url = databaseUrl(postgres_url, 'template_shops')
  const port = Number(new URL(url).port)
  const endpoint = await startNeonEndpoint({ allow: (_, asked) => asked === port })
  const owner = new pg.Pool({ connectionString: url })
  const worker_url = Object.assign(new URL(url), {
    username: worker.name,
    password: worker.password,
  })
  const ctx = systemContext(
    { database_url: worker_url.href, endpoint_url: endpoint.url },
    { job: 'test', tenant_id: null },
  )
  const found = async (name: string) => {
    const admin = { name: 'Ada Admin', email: `admin@${name}.example`, password: 'password' }
    const password_hash = await hashPassword(admin.password)
    const shop = { name, admin, license_type: 'SMR', tier: 'enterprise', password_hash } as const
    const { id } = await foundShop({ ...ctx, session: {} }, { body: shop })
    return staffShop(owner, id, name)
  }
  const shops = { first: await found('first'), second: await found('second') }
  await owner.end()
  await endpoint.stop()
  return shops
}

declare module 'vitest' {
  export interface ProvidedContext {
    postgres_url: string
    /** Folder of the bundled Worker. */
    bundle: string
    /** Those of `template_shops`. */
    shops: { first: StaffedShop; second: StaffedShop }
  }
}
