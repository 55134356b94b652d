import { createHash } from 'node:crypto'
import { afterAll, inject } from 'vitest'
import { systemContext } from '../../dev/context.ts'
import { startNeonEndpoint } from '../../dev/neon-endpoint.ts'
import { hashPassword } from '../../src/domain/identity/passwords.ts'
import { foundShop } from '../../src/domain/identity/tenants.ts'
import { Client } from './client.ts'
import { startDatabase } from './database.ts'
import { startWorker, type WorkerOptions } from './worker.ts'

export const roles = ['admin', 'manager', 'technician', 'frontdesk', 'accountant'] as const
export type Role = (typeof roles)[number]

export interface Shop {
  tenant_id: number
  /** A client for each role. */
  as: Record<Role, Client>
  /** The administrator's. */
  api: Client
}

let passwordHash: Promise<string> | undefined

/** Made once for all files: it takes half as long as a Worker to start. */
function hashOnce(password: string) {
  passwordHash ??= hashPassword(password)
  return passwordHash
}

/**
 * The Worker on a database of its own with two shops, for one test file; stopped after its last test.
 * `owner` sees everything in SQL.
 */
export async function startShops(
  options: Pick<WorkerOptions, 'smtp_url' | 'vars' | 'assets'> = {},
) {
  const database = await startDatabase()
  const endpoint = await startNeonEndpoint({ allow: (_, port) => port === database.port })
  const worker = await startWorker({
    ...options,
    bundle: inject('bundle'),
    database_url: database.worker_url,
    endpoint_url: endpoint.url,
  })
  const found = async (name: string) => {
    const ctx = systemContext(
      { database_url: database.worker_url, endpoint_url: endpoint.url },
      { job: 'test', tenant_id: null },
    )
    const admin = { name: 'Ada Admin', email: `admin@${name}.example`, password: 'password' }
    const tenant = await foundShop(ctx, {
      body: {
        name,
        admin,
        license_type: 'SMR',
        tier: 'enterprise',
        password_hash: await hashOnce(admin.password),
      },
    })
    return openShop(database.owner, worker.url, tenant.id, name)
  }
  const shop = await found('first')
  const other = await found('second')
  afterAll(async () => {
    await worker.stop()
    await endpoint.stop()
    await database.owner.end()
  })
  return {
    shop,
    other,
    url: worker.url,
    owner: database.owner,
    endpoint,
    miniflare: worker.miniflare,
    worker_url: database.worker_url,
  }
}

type Owner = Awaited<ReturnType<typeof startDatabase>>['owner']

/** A user and a token per role, straight into the tables: what is tested elsewhere need not be slow here. */
export async function openShop(
  owner: Owner,
  url: string,
  tenant_id: number,
  name: string,
): Promise<Shop> {
  const clients = await Promise.all(
    roles.map(async (role) => {
      const { rows } = await owner.query(
        `insert into users (tenant_id, name, email, password_hash, role)
         values ($1, $2, $3, 'none', $4)
         on conflict (email) do update set name = excluded.name returning id`,
        [tenant_id, `${role} of ${name}`, `${role}@${name}.example`, role],
      )
      return [role, new Client(url, await newToken(owner, tenant_id, rows[0].id))] as const
    }),
  )
  const as = Object.fromEntries(clients) as Shop['as']
  return { tenant_id, as, api: as.admin }
}

/**
 * A bearer token for a user, made in SQL. Used as if a day from now: otherwise the first request of each
 * token, and one a minute later, notes its use after the answer, in a round trip that no test expects.
 */
export async function newToken(
  owner: Owner,
  tenant_id: number,
  user_id: number,
  abilities: string[] = ['*'],
): Promise<string> {
  const secret = crypto.randomUUID()
  const hash = createHash('sha256').update(secret).digest('hex')
  const { rows } = await owner.query(
    `insert into api_tokens (tenant_id, user_id, name, token_hash, abilities, last_used_at)
     values ($1, $2, 'test', $3, $4, now() + interval '1 day') returning id`,
    [tenant_id, user_id, hash, JSON.stringify(abilities)],
  )
  return `${rows[0].id}|${secret}`
}
