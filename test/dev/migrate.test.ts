import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { migrate } from '../../dev/migrate.ts'
import { type LocalPostgres, startPostgres } from '../../dev/postgres.ts'

let home: string
let postgres: LocalPostgres

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'migrate-test-'))
  postgres = await startPostgres({ folder: join(home, 'data'), throwaway: true })
})
afterAll(async () => {
  await postgres.stop()
  await rm(home, { recursive: true })
})

async function writeMigrations(statements: string[]): Promise<string> {
  const folder = join(home, 'migrations')
  await mkdir(join(folder, 'meta'), { recursive: true })
  const entries = statements.map((_, idx) => ({
    idx,
    version: '7',
    when: 1_700_000_000_000 + idx,
    tag: `000${idx}_step`,
    breakpoints: true,
  }))
  for (const { idx, tag } of entries) {
    await writeFile(join(folder, `${tag}.sql`), statements[idx] ?? '')
  }
  const journal = { version: '7', dialect: 'postgresql', entries }
  await writeFile(join(folder, 'meta', '_journal.json'), JSON.stringify(journal))
  return folder
}

async function parts(): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: postgres.url })
  await client.connect()
  const { rows } = await client.query({
    text: 'select id from parts order by id',
    rowMode: 'array',
  })
  await client.end()
  return rows
}

test('each migration is applied once, also by several runs at once', async () => {
  const lines: string[] = []
  const log = (line: string) => lines.push(line)
  const first = ['create table parts (id int)', 'insert into parts values (1)']
  const folder = await writeMigrations(first)
  await Promise.all([1, 2, 3].map(() => migrate(postgres.url, { folder, log })))
  expect(lines).toEqual(['2 migrations applied', '0 migrations applied', '0 migrations applied'])
  await writeMigrations([...first, 'insert into parts values (2)'])
  await migrate(postgres.url, { folder })
  expect(await parts()).toEqual([[1], [2]])
})

test('a failing migration leaves nothing behind', async () => {
  const folder = await writeMigrations([
    'create table parts (id int)',
    'insert into parts values (1)',
    'insert into parts values (2)',
    'insert into parts values (3);--> statement-breakpoint\nselect 1/0',
  ])
  await expect(migrate(postgres.url, { folder })).rejects.toThrow()
  expect(await parts()).toEqual([[1], [2]])
})
