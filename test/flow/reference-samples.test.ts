import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { hashPassword } from '../../src/domain/identity/passwords.ts'
import type { Json } from '../harness/client.ts'
import { startShops } from '../harness/shop.ts'

/** The JavaScript of the API reference, letter by letter: what users have copied into their code. */
const samples = await readSamples(join(import.meta.dirname, 'reference-samples.txt'))
const reference = join(import.meta.dirname, '../../../shared/reference/repair-angel-api-v2.txt')

const { shop, owner, url } = await startShops()
const base = `${url}/repair-angel-v2/api`

await owner.query(
  `update users set name = 'Admin', email = 'admin@example.com', password_hash = $1
   where tenant_id = $2 and role = 'admin'`,
  [await hashPassword('secret'), shop.tenant_id],
)
await owner.query(
  `insert into customers (id, tenant_id, first_name, last_name) overriding system value
   values (42, $1, 'Jane', 'Smith')`,
  [shop.tenant_id],
)

const AsyncFunction = (async () => {}).constructor as FunctionConstructor

/** Runs a sample with these names known to it, and answers the value of an expression after it. */
const run = (name: string, known: object, expression: string) =>
  new AsyncFunction(...Object.keys(known), `${samples.get(name)}\nreturn ${expression}`)(
    ...Object.values(known),
  )

async function loggedIn() {
  const token: string = await run('log in', { BASE: base }, 'token')
  const { BASE, headers } = await run('headers', { token }, '{ BASE, headers }')
  expect(BASE).toBe('https://yourdomain.com/repair-angel-v2/api')
  return { BASE: base, headers }
}

test.skipIf(!existsSync(reference))(
  'the samples stand in the reference (compared when it lies beside the checkout)',
  async () => {
    const text = await readFile(reference, 'utf8')
    expect(samples.size).toBe(5)
    for (const sample of samples.values()) expect(text).toContain(sample)
  },
)

test('logs in', async () => {
  expect((await run('log in', { BASE: base }, 'res')).status).toBe(200)
  const { headers } = await loggedIn()
  expect(headers.Authorization).toMatch(/^Bearer \d+\|\w+/)
  const me = await fetch(`${base}/auth/me`, { headers })
  expect(await me.json()).toMatchObject({
    name: 'Admin',
    email: 'admin@example.com',
    role: 'admin',
  })
})

test('creates and lists work orders', async () => {
  const known = await loggedIn()
  const created: Response = await run('create work order', known, 'res')
  expect(created.status).toBe(201)
  const workOrder: Json = await created.json()
  expect(workOrder).toMatchObject({
    ticket_no: expect.stringMatching(/^WO-\d{4}-\d{4}$/),
    customer: { id: 42, name: 'Jane Smith' },
    device_brand: 'Apple',
    device_model: 'iPhone 15 Pro',
    status: { slug: 'new', label: 'New' },
    lines: [],
    notes: [],
  })
  expect(await run('list work orders', known, 'orders')).toMatchObject({ data: [], total: 0 })
  const moved = await fetch(`${base}/work-orders/${workOrder.id}/status`, {
    method: 'POST',
    headers: known.headers,
    body: JSON.stringify({ status: 'in_repair' }),
  })
  expect(moved.status).toBe(200)
  expect(await run('list work orders', known, 'orders')).toMatchObject({
    data: [{ id: workOrder.id, status: { slug: 'in_repair', label: 'In Repair' } }],
    current_page: 1,
    total: 1,
  })
})

test('creates an invoice', async () => {
  const known = await loggedIn()
  await run('create invoice', known, 'undefined')
  const list = await fetch(`${base}/invoices?customer_id=42`, { headers: known.headers })
  expect(await list.json()).toMatchObject({
    data: [
      {
        status: 'draft',
        invoice_date: '2026-03-27',
        subtotal: 89,
        vat_total: 18.69,
        total: 107.69,
      },
    ],
    total: 1,
  })
})

async function readSamples(file: string): Promise<Map<string, string>> {
  const sections = (await readFile(file, 'utf8')).split(/^=== /m).slice(1)
  return new Map(
    sections.map((section) => {
      const end = section.indexOf('\n')
      return [section.slice(0, end), section.slice(end + 1).trimEnd()]
    }),
  )
}
