import type pg from 'pg'
import { expect } from 'vitest'

const secrets = new Set<string>()

/** A secret of a test: when its file ends, no table and no line of a log may hold it in clear. */
export function secret(value: string): string {
  if (value.length < 8) throw new Error(`"${value}" may stand anywhere by chance`)
  secrets.add(value)
  return value
}

/** Tables of a database in which a secret stands in clear. */
async function tablesWith(owner: Pick<pg.Pool, 'query'>, wanted: string[]): Promise<string[]> {
  const { rows: tables } = await owner.query<{ name: string }>(
    `select relname as name from pg_class
     where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace`,
  )
  const looks = tables.map(
    ({ name }) =>
      `select '${name}' as name where exists (select from ${name} row where exists (
         select from unnest($1::text[]) secret where strpos(row::text, secret) > 0))`,
  )
  const { rows } = await owner.query<{ name: string }>(looks.join(' union all '), [wanted])
  return rows.map(({ name }) => name)
}

/** Fails when a secret of the tests so far stands in clear in the database or in what the Worker logged. */
export async function expectNoSecrets(owner: Pick<pg.Pool, 'query'>, logs: readonly string[]) {
  const wanted = [...secrets]
  if (wanted.length === 0) return
  expect(await tablesWith(owner, wanted), 'tables that hold a secret').toEqual([])
  const telling = logs.filter((line) => wanted.some((value) => line.includes(value)))
  expect(telling, 'lines of the log that hold a secret').toEqual([])
}
