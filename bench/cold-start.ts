import { median, round2 } from './compare.ts'
import type { Bundle } from './stage.ts'

const starts = 7

/** From a new process to the first answer of /health, against framework and driver alone. */
export async function coldStart(service: Bundle, hono: Bundle) {
  const times: { service: number[]; hono: number[] } = { service: [], hono: [] }
  for (let n = 0; n < starts; n++) {
    times.service.push(await firstAnswer_ms(service))
    times.hono.push(await firstAnswer_ms(hono))
  }
  const [own, least] = [median(times.service), median(times.hono)]
  return {
    'service ms': Math.round(own),
    'Hono and driver ms': Math.round(least),
    ratio: round2(own / least),
    target: `${own <= 2 * least ? '✓' : '✗'} at most 2`,
  }
}

async function firstAnswer_ms(bundle: Bundle): Promise<number> {
  const started_ms = performance.now()
  const worker = await bundle.start()
  const response = await fetch(`${worker.url}/health`)
  await response.text()
  const elapsed_ms = performance.now() - started_ms
  if (!response.ok) throw new Error(`/health answered ${response.status}`)
  await worker.stop()
  return elapsed_ms
}
