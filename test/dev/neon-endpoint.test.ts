import { neon } from '@neondatabase/serverless'
import { expect, test } from 'vitest'
import { failure, startNeon } from './neon.ts'

const { connection, url } = await startNeon()

test('a single statement', async () => {
  const sql = connection()
  const name = 'ŝtrømé 🔧'
  expect(await sql`select ${7}::int + 1 as sum, ${name} as name`).toEqual([{ sum: 8, name }])
})

test('values of all kinds arrive exactly, as Postgres writes them', async () => {
  // The driver's own parsers are global, and Drizzle, which other tests load, replaces some.
  const types = { getTypeParser: () => (text: string | null) => text }
  const [row] = await connection().query(
    String.raw`
    select 9223372036854775807::bigint as big, 199.80::numeric(12,2) as amount,
      '2026-03-29 01:30:00+00'::timestamptz as at, '{"a":[1,null]}'::jsonb as document,
      array['x', null, 'y"z'] as words, array[1.50, 2]::numeric[] as amounts, null::text as nothing,
      true as yes, '\x00ff'::bytea as bytes, '' as empty`,
    [],
    { types },
  )
  expect(row).toEqual({
    big: '9223372036854775807',
    amount: '199.80',
    at: '2026-03-29 01:30:00+00',
    document: '{"a": [1, null]}',
    words: '{x,NULL,"y\\"z"}',
    amounts: '{1.50,2}',
    nothing: null,
    yes: 't',
    bytes: '\\x00ff',
    empty: '',
  })
})

test('parameters of all kinds are understood', async () => {
  const sql = connection()
  const [row] = await sql`
    select ${true}::boolean as yes, ${null}::int as nothing, ${['a,b', null, '"']}::text[] as words,
      ${{ a: 1 }}::jsonb as document, ${Buffer.from('hi')}::bytea as bytes, ${1.25}::numeric as number`
  expect(row).toEqual({
    yes: true,
    nothing: null,
    words: ['a,b', null, '"'],
    document: { a: 1 },
    bytes: Buffer.from('hi'),
    number: '1.25',
  })
})

test('array mode and full results', async () => {
  const sql = neon(url, { arrayMode: true, fullResults: true })
  const result = await sql.query('select 1 as a, 2 as a')
  expect(result).toMatchObject({ command: 'SELECT', rowCount: 1, rows: [[1, 2]] })
  expect(result.fields.map(({ name, dataTypeID }) => [name, dataTypeID])).toEqual([
    ['a', 23],
    ['a', 23],
  ])
  const created = await sql.query('create table shapes (id int)')
  expect(created).toMatchObject({ command: 'CREATE', rowCount: null, rows: [] })
  const inserted = await sql.query('insert into shapes values (1), (2)')
  expect(inserted).toMatchObject({ command: 'INSERT', rowCount: 2 })
})

test('a batch is one transaction', async () => {
  const sql = connection()
  const [, setting, first, second] = await sql.transaction([
    sql`select set_config('test.word', ${'inside'}, true)`,
    sql`select current_setting('test.word') as word`,
    sql`select txid_current()::text as id`,
    sql`select txid_current()::text as id`,
  ])
  expect(setting).toEqual([{ word: 'inside' }])
  expect(first).toEqual(second)
  expect(await sql`select nullif(current_setting('test.word', true), '') as word`).toEqual([
    { word: null },
  ])
})

test('a batch takes isolation level and access mode', async () => {
  const sql = connection()
  const [levels] = await sql.transaction([sql`show transaction_isolation`], {
    isolationLevel: 'Serializable',
    readOnly: true,
    deferrable: true,
  })
  expect(levels).toEqual([{ transaction_isolation: 'serializable' }])
  const error = await failure(
    sql.transaction([sql`create table never (id int)`], { readOnly: true }),
  )
  expect(error.code).toBe('25006')
})

test('a failing statement rolls the batch back, wherever it stands', async () => {
  const sql = connection()
  await sql`create table batch_log (id int primary key deferrable initially deferred)`
  const insert = (id: number) => sql`insert into batch_log values (${id})`
  expect((await failure(sql.transaction([insert(1), sql`select 1/0`, insert(2)]))).code).toBe(
    '22012',
  )
  // The deferred constraint fails at COMMIT only.
  expect((await failure(sql.transaction([insert(3), insert(3)]))).code).toBe('23505')
  expect((await failure(sql.transaction([insert(4), sql`selec`]))).code).toBe('42601')
  await sql.transaction([insert(5)])
  expect(await sql`select id from batch_log`).toEqual([{ id: 5 }])
})

test('an error carries the fields of PostgreSQL', async () => {
  const sql = connection()
  await sql`create table devices (serial text constraint serial_once unique)`
  await sql`insert into devices values ('A1')`
  const error = await failure(sql`insert into devices values ('A1')`)
  expect(error).toMatchObject({
    message: 'duplicate key value violates unique constraint "serial_once"',
    severity: 'ERROR',
    code: '23505',
    detail: 'Key (serial)=(A1) already exists.',
    schema: 'public',
    table: 'devices',
    constraint: 'serial_once',
  })
  expect((await failure(sql`select  nothing`)).position).toBe('9')
})

test('a statement keeps working when its table changes under it', async () => {
  const sql = connection()
  await sql`create table changing (a int)`
  await sql`insert into changing values (1)`
  expect(await sql`select * from changing`).toEqual([{ a: 1 }])
  await sql`alter table changing add column b int default 2`
  expect(await sql`select * from changing`).toEqual([{ a: 1, b: 2 }])
  await sql`discard all`
  expect(await sql`select * from changing`).toEqual([{ a: 1, b: 2 }])
  await sql`alter table changing rename b to c`
  expect(await sql.transaction([sql`select 1 as x`, sql`select * from changing`])).toEqual([
    [{ x: 1 }],
    [{ a: 1, c: 2 }],
  ])
})
