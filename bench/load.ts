import autocannon from 'autocannon'
import type { Scenario } from './scenarios.ts'

const addresses = 200

export interface Load {
  requests: number
  requests_per_s: number
  p50_ms: number
  p99_ms: number
}

/** Sends a scenario's requests for so long, from a thread of their own. */
export async function load(
  url: string,
  scenario: Scenario,
  options: { token?: string | undefined; duration_s: number },
): Promise<Load> {
  const { token, duration_s } = options
  const result = await autocannon({
    url,
    connections: scenario.connections ?? 16,
    duration: duration_s,
    workers: 1,
    requests: requestsOf(scenario, token),
  })
  const refused = result.non2xx + result.errors
  if (refused > 0) throw new Error(`${scenario.name}: ${refused} requests failed`)
  const requests = result.requests.total
  return {
    requests,
    requests_per_s: requests / result.duration,
    p50_ms: result.latency.p50,
    p99_ms: result.latency.p99,
  }
}

function requestsOf({ method, paths, body }: Scenario, token?: string): autocannon.Request[] {
  const headers = {
    ...(token && { authorization: `Bearer ${token}` }),
    ...(body && { 'content-type': 'application/json' }),
  }
  const count = Math.max(paths.length, body ? addresses : 1)
  return Array.from({ length: count }, (_, n) => ({
    method,
    path: paths[n % paths.length] ?? '/',
    // As if from as many people: the limit of logins is per address.
    headers: { ...headers, 'cf-connecting-ip': `198.51.100.${n % addresses}` },
    ...(body && { body: JSON.stringify(body(n)) }),
  }))
}
