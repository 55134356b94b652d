import { median, round2 } from './compare.ts'
import type { Scenario } from './scenarios.ts'
import type { Stage } from './stage.ts'

const rtt_ms = 20
const requests = 100

/** A database so far away must cost one round trip, not several: one client, near and far. */
export async function distance(
  scenarios: Scenario[],
  { endpoint, url, token }: { endpoint: Stage['endpoint']; url: string; token: string },
) {
  const table: Record<string, object> = {}
  for (const scenario of scenarios) {
    const p50_ms = () => median_ms(scenario, url, token)
    const near = await p50_ms()
    endpoint.setRtt(rtt_ms)
    const far = await p50_ms().finally(() => endpoint.setRtt(0))
    const limit = rtt_ms + 1.5 * near
    table[scenario.name] = {
      'near p50': round2(near),
      [`p50 at ${rtt_ms} ms`]: round2(far),
      target: `${far <= limit ? '✓' : '✗'} at most ${round2(limit)}`,
    }
  }
  return table
}

/** One request after the other; a tool for load would round to whole milliseconds. */
async function median_ms({ paths }: Scenario, url: string, token: string): Promise<number> {
  const times: number[] = []
  for (let n = 0; n < requests; n++) {
    const started_ms = performance.now()
    const response = await fetch(`${url}${paths[n % paths.length]}`, {
      headers: { Authorization: `Bearer ${token}` },
    })
    await response.text()
    times.push(performance.now() - started_ms)
  }
  return median(times)
}
