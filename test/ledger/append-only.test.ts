import pg from 'pg'
import { afterAll, expect, test } from 'vitest'
import { startShops } from '../harness/shop.ts'
import { chartOf, expectSums } from './books.ts'

const { shop, other, owner, worker_url } = await startShops()
const { api } = shop
const of = await chartOf(api)
const theirs = await chartOf(other.api)
const app = new pg.Client(worker_url)
await app.connect()
afterAll(() => app.end())

const { body: posted } = await api.post('/journal-entries', {
  date: new Date().toISOString().slice(0, 10),
  lines: [
    { account_id: of('4500'), debit: 100 },
    { account_id: of('1100'), credit: 100 },
  ],
})

type Line = [account: number, debit: number, credit: number]

/** Writes an entry in SQL, line by line, as if no verb were there; answers its id. */
async function write(
  client: pg.Client | pg.PoolClient,
  lines: Line[],
  head: Record<string, unknown> = {},
): Promise<number> {
  await client.query('begin')
  try {
    await client.query(`select set_config('app.tenant_id', $1, true)`, [shop.tenant_id])
    const given = { tenant_id: shop.tenant_id, entry_date: '2026-06-01', ...head }
    const names = Object.keys(given)
    const { rows } = await client.query(
      `insert into journal_entries (${names.join()}) values (${names.map((_, i) => `$${i + 1}`).join()}) returning id`,
      Object.values(given),
    )
    for (const [i, line] of lines.entries()) {
      await client.query(
        `insert into journal_lines (tenant_id, journal_entry_id, position, account_id, debit_cents, credit_cents)
         values ($1, $2, $3, $4, $5, $6)`,
        [shop.tenant_id, rows[0].id, i + 1, ...line],
      )
    }
    await client.query('commit')
    return Number(rows[0].id)
  } catch (error) {
    await client.query('rollback')
    throw error
  }
}

/** The same as the owner of the tables and as the Worker's role. */
async function asBoth(act: (client: pg.Client | pg.PoolClient) => Promise<void>) {
  const client = await owner.connect()
  await act(client).finally(() => client.release())
  await act(app)
}

test('takes a balanced entry from any path, with a number of the series', () =>
  asBoth(async (client) => {
    const id = await write(client, [
      [of('4500'), 500, 0],
      [of('1100'), 0, 500],
    ])
    const { body } = await api.get(`/journal-entries/${id}`)
    expect(body).toMatchObject({ total: 5, entry_number: expect.stringMatching(/^JE-/) })
    await expectSums(owner)
  }))

test('takes none out of balance, of one line, or of none', () =>
  asBoth(async (client) => {
    const wrong: Line[][] = [
      [],
      [[of('4500'), 500, 0]],
      [
        [of('4500'), 500, 0],
        [of('1100'), 0, 499],
      ],
    ]
    for (const lines of wrong) {
      await expect(write(client, lines)).rejects.toMatchObject({
        constraint: 'journal_entry_balanced',
      })
    }
    const sides: Line[] = [
      [of('4500'), 500, 500],
      [of('1100'), 0, 0],
    ]
    for (const line of sides) {
      await expect(write(client, [line, line])).rejects.toMatchObject({
        constraint: 'journal_lines_one_side_check',
      })
    }
    await expectSums(owner)
  }))

test('takes no line of another shop, nor on an account that documents keep', () =>
  asBoth(async (client) => {
    for (const [account, code] of [
      [theirs('1100'), 'validation_failed'],
      [of('1300'), 'control_account'],
      [of('3000'), 'control_account'],
    ] as const) {
      const lines: Line[] = [
        [of('4500'), 500, 0],
        [account, 0, 500],
      ]
      await expect(write(client, lines)).rejects.toMatchObject({
        detail: expect.stringContaining(`"${code}"`),
      })
    }
  }))

test('nothing is changed, deleted or emptied', () =>
  asBoth(async (client) => {
    const line = posted.lines[0].id
    for (const statement of [
      `update journal_entries set description = 'x' where id = ${posted.id}`,
      `delete from journal_entries where id = ${posted.id}`,
      `update journal_lines set debit_cents = 1 where id = ${line}`,
      `delete from journal_lines where id = ${line}`,
      'truncate journal_lines',
      'truncate journal_entries cascade',
    ]) {
      await expect(client.query(statement), statement).rejects.toThrow(/append-only|denied/)
    }
  }))

test('a sealed entry takes no further line', () =>
  asBoth(async (client) => {
    await client.query('begin')
    await client.query(`select set_config('app.tenant_id', $1, true)`, [shop.tenant_id])
    await expect(
      client.query(
        `insert into journal_lines (tenant_id, journal_entry_id, position, account_id, debit_cents)
         values ($1, $2, 3, $3, 1)`,
        [shop.tenant_id, posted.id, of('1100')],
      ),
    ).rejects.toMatchObject({ constraint: 'journal_entry_sealed' })
    await client.query('rollback')
  }))

test('a reversal is its entry the other way round, and nothing else', () =>
  asBoth(async (client) => {
    const entry: Line[] = [
      [of('4500'), 500, 0],
      [of('1100'), 0, 500],
    ]
    const reverses_id = await write(client, entry)
    const others: Line[][] = [
      entry,
      [
        [of('4500'), 0, 400],
        [of('1100'), 400, 0],
      ],
      [
        [of('4400'), 0, 500],
        [of('1100'), 500, 0],
      ],
    ]
    for (const lines of others) {
      await expect(write(client, lines, { reverses_id })).rejects.toMatchObject({
        constraint: 'journal_entry_mirrored',
      })
    }
    const mirrored: Line[] = [
      [of('1100'), 500, 0],
      [of('4500'), 0, 500],
    ]
    const reversal = await write(client, mirrored, { reverses_id })
    await expect(write(client, entry, { reverses_id: reversal })).rejects.toMatchObject({
      constraint: 'journal_entry_mirrored',
    })
    await expect(write(client, mirrored, { reverses_id })).rejects.toMatchObject({
      constraint: 'journal_entries_reverses_id_unique',
    })
    await expectSums(owner)
  }))

test('the sums beside the lines are written by nobody but the database', async () => {
  await app.query('begin')
  await app.query(`select set_config('app.tenant_id', $1, true)`, [shop.tenant_id])
  await expect(app.query('update ledger_balances set debit_cents = 0')).rejects.toThrow(/denied/)
  await app.query('rollback')
})

test.each([1, 99])(
  'checked halfway, an entry takes no line out of balance at position %d',
  (position) =>
    asBoth(async (client) => {
      const line = `insert into journal_lines (id, tenant_id, journal_entry_id, position, account_id, debit_cents, credit_cents)
      overriding system value values ($1, $2, $3, $4, $5, $6, $7)`
      await client.query('begin')
      await client.query(`select set_config('app.tenant_id', $1, true)`, [shop.tenant_id])
      const { rows } = await client.query(
        `insert into journal_entries (tenant_id, entry_date) values ($1, '2026-06-01') returning id`,
        [shop.tenant_id],
      )
      const add = (id: number, place: number, debit: number, credit: number) =>
        client.query(line, [id, shop.tenant_id, rows[0].id, place, of('1100'), debit, credit])
      await add(900_001, 50, 5, 0)
      await add(900_002, 51, 0, 5)
      await client.query('set constraints all immediate')
      await expect(add(-1, position, 7, 0)).rejects.toMatchObject({
        constraint: position > 51 ? 'journal_entry_balanced' : 'journal_entry_sealed',
      })
      await client.query('rollback')
    }),
)
