import { load } from './load.ts'
import type { Scenario } from './scenarios.ts'
import type { Stage } from './stage.ts'

const rtt_ms = 20
const duration_s = 3

/** A database so far away must cost one round trip, not several: one client, near and far. */
export async function distance(
  scenarios: Scenario[],
  { endpoint, url, token }: { endpoint: Stage['endpoint']; url: string; token: string },
) {
  const table: Record<string, object> = {}
  for (const scenario of scenarios) {
    const p50_ms = async () =>
      (await load(url, scenario, { token, duration_s, connections: 1 })).p50_ms
    const near = await p50_ms()
    endpoint.setRtt(rtt_ms)
    const far = await p50_ms().finally(() => endpoint.setRtt(0))
    const limit = rtt_ms + 1.5 * near
    table[scenario.name] = {
      'near p50': near,
      [`p50 at ${rtt_ms} ms`]: far,
      target: `${far <= limit ? '✓' : '✗'} at most ${limit}`,
    }
  }
  return table
}
