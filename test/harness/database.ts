import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { inject, vi } from 'vitest'
import { worker } from './roles.ts'

/**
 * A migrated database of its own, and the two ways in: as owner and as the Worker.
 *
 * @param template which one it is a copy of: without a shop, or with the two of startShops
 */
export async function startDatabase(
  template: 'template_empty' | 'template_shops' = 'template_empty',
) {
  const name = `shop_${randomBytes(6).toString('hex')}`
  const server = new pg.Client(inject('postgres_url'))
  await server.connect()
  await server.query(`create database ${name} template ${template}`)
  await server.end()
  const url = new URL(inject('postgres_url'))
  url.pathname = `/${name}`
  const workerUrl = new URL(url)
  workerUrl.username = worker.name
  workerUrl.password = worker.password
  const owner = new pg.Pool({ connectionString: url.href, max: 3 })
  // The template's server is stopped under idle connections at the very end.
  owner.on('error', () => {})
  return { owner, worker_url: workerUrl.href, port: Number(url.port) }
}

/**
 * Waits until every transaction of the server that is under way now has ended: so long a list that other
 * systems copy holds back what was just written, and other test files write to the same server.
 */
export async function settled(owner: pg.Pool) {
  const { rows } = await owner.query('select pg_snapshot_xmax(pg_current_snapshot()) as next')
  await vi.waitUntil(
    async () => {
      const text = 'select pg_snapshot_xmin(pg_current_snapshot()) >= $1::xid8 as ended'
      return (await owner.query(text, [rows[0].next])).rows[0].ended
    },
    { timeout: 30_000 },
  )
}
