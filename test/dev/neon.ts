import { randomBytes } from 'node:crypto'
import { NeonDbError, neon, neonConfig } from '@neondatabase/serverless'
import pg from 'pg'
import { afterAll, beforeEach, inject } from 'vitest'
import { startNeonEndpoint } from '../../dev/neon-endpoint.ts'

/**
 * Neon's driver, pointed at a local endpoint before an empty database of its own, for one test file.
 * The endpoint's counts start anew with each test. Port 9 is allowed, but nothing is there.
 */
export async function startNeon() {
  const url = new URL(inject('postgres_url'))
  const server = new pg.Client(url.href)
  await server.connect()
  url.pathname = `/neon_${randomBytes(6).toString('hex')}`
  await server.query(`create database ${url.pathname.slice(1)}`)
  await server.end()
  const endpoint = await startNeonEndpoint({
    allow: (host, port) => host === '127.0.0.1' && [Number(url.port), 9].includes(port),
  })
  neonConfig.fetchEndpoint = `${endpoint.url}/sql`
  neonConfig.wsProxy = (host, port) => `127.0.0.1:${endpoint.port}/v2?address=${host}:${port}`
  neonConfig.useSecureWebSocket = false
  neonConfig.pipelineConnect = 'password'
  beforeEach(() => endpoint.reset())
  afterAll(() => endpoint.stop())
  return { endpoint, url: url.href, connection: () => neon(url.href) }
}

/** The error that a query fails with. */
export async function failure(promise: Promise<unknown>): Promise<NeonDbError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof NeonDbError)) throw new Error('the query did not fail', { cause: error })
  return error
}
