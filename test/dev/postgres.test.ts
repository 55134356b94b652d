import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startPostgres } from '../../dev/postgres.ts'

let home: string
let folder: string

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'postgres-test-'))
  folder = join(home, 'data')
})
afterAll(() => rm(home, { recursive: true }))

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query({ text, rowMode: 'array' })).rows
  } finally {
    await client.end()
  }
}

/** Another Node process that runs PostgreSQL on the folder. */
async function startElsewhere(): Promise<{ parent: ChildProcess; url: string }> {
  const program = `
    import { startPostgres } from ${JSON.stringify(join(import.meta.dirname, '../../dev/postgres.ts'))}
    const { url } = await startPostgres({ folder: process.argv[1] })
    console.log(url)
    setInterval(() => {}, 1000)`
  const args = ['--input-type=module', '-e', program, folder]
  const parent = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = await once(parent.stdout, 'data')
  return { parent, url: String(line).trim() }
}

async function kill(parent: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  parent.kill(signal)
  await once(parent, 'exit')
}

const postmasterPid = async () =>
  Number((await readFile(join(folder, 'postmaster.pid'), 'utf8')).split('\n')[0])

test('a cluster whose making was interrupted is made again', async () => {
  await mkdir(join(`${folder}.new`, 'data'), { recursive: true })
  await writeFile(join(`${folder}.new`, 'data', 'PG_VERSION'), '18\n')
  const postgres = await startPostgres({ folder })
  await query(postgres.url, "create table kept as select 'first' as word")
  await postgres.stop()
  expect(existsSync(`${folder}.new`)).toBe(false)
})

test('data survives an orderly stop', async () => {
  const postgres = await startPostgres({ folder })
  expect(await query(postgres.url, 'table kept')).toEqual([['first']])
  await postgres.stop()
})

test('data survives the violent end of the parent', async () => {
  const { parent, url } = await startElsewhere()
  await query(url, "insert into kept values ('second')")
  await kill(parent, 'SIGKILL')
  const postgres = await startPostgres({ folder })
  expect(await query(postgres.url, 'table kept')).toEqual([['first'], ['second']])
  await postgres.stop()
})

test('data survives the violent end of everything', async () => {
  const { parent, url } = await startElsewhere()
  await query(url, "insert into kept values ('third')")
  process.kill(await postmasterPid(), 'SIGKILL')
  await kill(parent, 'SIGKILL')
  const postgres = await startPostgres({ folder })
  expect(await query(postgres.url, 'table kept')).toEqual([['first'], ['second'], ['third']])
  await postgres.stop()
})

test('SIGTERM to the parent ends PostgreSQL in order', async () => {
  const { parent } = await startElsewhere()
  await kill(parent, 'SIGTERM')
  expect(existsSync(join(folder, 'postmaster.pid'))).toBe(false)
})

test('a lock that names an unrelated process does not matter', async () => {
  const lock = [process.ppid, folder, 0, 1, '', '127.0.0.1', '', 'ready'].join('\n')
  await writeFile(join(folder, 'postmaster.pid'), lock)
  const postgres = await startPostgres({ folder })
  await postgres.stop()
})

test('two folders are served side by side, one folder only once', async () => {
  const throwaway = join(home, 'throwaway')
  const first = await startPostgres({ folder })
  const second = await startPostgres({ folder: throwaway, throwaway: true })
  expect(second.port).not.toBe(first.port)
  expect(await query(second.url, "select current_user, to_regclass('kept')")).toEqual([
    ['postgres', null],
  ])
  await expect(startPostgres({ folder })).rejects.toThrow('already runs PostgreSQL')
  await Promise.all([first.stop(), second.stop()])
  expect(existsSync(throwaway)).toBe(false)
})
