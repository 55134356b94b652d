import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { build, buildAssets } from '../../dev/build.ts'
import { migrate } from '../../dev/migrate.ts'
import { startPostgres } from '../../dev/postgres.ts'
import { worker } from './roles.ts'

/** One throw-away PostgreSQL for the run; each test file gets a copy of the migrated database. */
export default async function setup(project: TestProject) {
  const folder = await mkdtemp(join(tmpdir(), 'repair-angel-test-'))
  const [postgres] = await Promise.all([
    startPostgres({ folder: join(folder, 'postgres'), throwaway: true }),
    build({ outdir: join(folder, 'worker') }),
    buildAssets(),
  ])
  const owner = new pg.Client(postgres.url)
  await owner.connect()
  await owner.query('create database template_shop')
  await migrate(databaseUrl(postgres.url, 'template_shop'))
  await owner.query(`alter role ${worker.name} login password '${worker.password}'`)
  await owner.end()
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

declare module 'vitest' {
  export interface ProvidedContext {
    postgres_url: string
    /** Folder of the bundled Worker. */
    bundle: string
  }
}
