import { createHash } from 'node:crypto'
import type pg from 'pg'
import { afterAll, inject } from 'vitest'
import { startNeonEndpoint } from '../../dev/neon-endpoint.ts'
import { Client } from './client.ts'
import { startDatabase } from './database.ts'
import { expectNoSecrets } from './secrets.ts'
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

/**
 * The Worker on a database of its own with two shops, for one test file; stopped after its last test.
 * `owner` sees everything in SQL.
 */
export async function startShops(
  options: Pick<WorkerOptions, 'smtp_url' | 'vars' | 'assets'> = {},
) {
  const database = await startDatabase('template_shops')
  const endpoint = await startNeonEndpoint({ allow: (_, port) => port === database.port })
  const worker = await startWorker({
    ...options,
    bundle: inject('bundle'),
    database_url: database.worker_url,
    endpoint_url: endpoint.url,
  })
  afterAll(async () => {
    await worker.stop()
    await endpoint.stop()
    await expectNoSecrets(database.owner, worker.logs)
    await database.owner.end()
  })
  const { first, second } = inject('shops')
  return {
    shop: openShop(worker.url, first),
    other: openShop(worker.url, second),
    url: worker.url,
    owner: database.owner,
    endpoint,
    miniflare: worker.miniflare,
    worker_url: database.worker_url,
    /** All that the Worker says. */
    logs: worker.logs,
  }
}

type Owner = Pick<pg.Pool, 'query'>

/** A shop and a token for each role in it. */
export interface StaffedShop {
  tenant_id: number
  tokens: Record<Role, string>
}

/** A user and a token per role, straight into the tables: what is tested elsewhere need not be slow here. */
export async function staffShop(
  owner: Owner,
  tenant_id: number,
  name: string,
): Promise<StaffedShop> {
  const tokens = roles.map(async (role) => {
    const { rows } = await owner.query(
      `insert into users (tenant_id, name, email, password_hash, role)
       values ($1, $2, $3, 'none', $4)
       on conflict (email) do update set name = excluded.name returning id`,
      [tenant_id, `${role} of ${name}`, `${role}@${name}.example`, role],
    )
    return [role, await newToken(owner, tenant_id, rows[0].id)] as const
  })
  return {
    tenant_id,
    tokens: Object.fromEntries(await Promise.all(tokens)) as Record<Role, string>,
  }
}

export function openShop(url: string, { tenant_id, tokens }: StaffedShop): Shop {
  const clients = roles.map((role) => [role, new Client(url, tokens[role])] as const)
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
