import { Client, neon, neonConfig } from '@neondatabase/serverless'
import type { Env } from '../env.ts'

type Http = ReturnType<typeof neon<true, true>>

let configuredFor: string | undefined
const clients = new Map<string, Http>()

/** Points the driver at the local endpoint, once per isolate. */
function configure(env: Env) {
  const endpoint = env.NEON_LOCAL_ENDPOINT ?? ''
  if (configuredFor === endpoint) return
  configuredFor = endpoint
  neonConfig.pipelineConnect = env.NEON_PIPELINE_CONNECT === 'off' ? false : 'password'
  if (!endpoint) return
  const { host } = new URL(endpoint)
  neonConfig.fetchEndpoint = `${endpoint}/sql`
  neonConfig.wsProxy = (address, port) => `${host}/v2?address=${address}:${port}`
  neonConfig.useSecureWebSocket = false
}

/** One HTTP request per call, a batch being one transaction. */
export function httpClient(env: Env): Http {
  configure(env)
  let client = clients.get(env.DATABASE_URL)
  if (!client) {
    client = neon(env.DATABASE_URL, { arrayMode: true, fullResults: true })
    clients.set(env.DATABASE_URL, client)
  }
  return client
}

/** A connection over WebSocket; it cannot outlive the request that opened it. */
export function socketClient(env: Env): Client {
  configure(env)
  return new Client(env.DATABASE_URL)
}
