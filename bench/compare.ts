import { type Cpu, cpuSince, cpuSoFar } from './cpu.ts'
import { type Load, load } from './load.ts'
import { bare, type Scenario } from './scenarios.ts'

const rounds = 3
const slice_s = 3

type Measured = Load & { cpu: Cpu }

export interface Urls {
  service: string
  bare: string
  token: string
}

/**
 * Scenario by scenario against the bare Worker, in turns, so that whatever else the machine does
 * meets both. The ratio is the median of the turns; the one of processor time holds on a busy machine too.
 */
export async function compare(scenarios: Scenario[], urls: Urls) {
  const turns = new Map<string, { own: Measured; bare: Measured }[]>()
  await measure(bare, urls)
  for (const scenario of scenarios) await measure(scenario, urls)
  for (let round = 1; round <= rounds; round++) {
    for (const scenario of scenarios) {
      const pair = { bare: await measure(bare, urls), own: await measure(scenario, urls) }
      turns.set(scenario.name, [...(turns.get(scenario.name) ?? []), pair])
      process.stderr.write('.')
    }
  }
  process.stderr.write('\n')
  const references = [...turns.values()].flat().map((pair) => pair.bare)
  const table: Record<string, object> = { [bare.name]: row(references) }
  for (const { name, target } of scenarios) {
    const pairs = turns.get(name) ?? []
    const ratio = median(pairs.map(({ own, bare }) => own.requests_per_s / bare.requests_per_s))
    table[name] = {
      ...row(pairs.map(({ own }) => own)),
      ratio: round2(ratio),
      'cpu ratio': round2(median(pairs.map(({ own, bare }) => cpuOf(bare) / cpuOf(own)))),
      ...(target && { target: `${ratio >= target ? '✓' : '✗'} ${target}` }),
    }
  }
  return table
}

async function measure(scenario: Scenario, { service, bare: bareUrl, token }: Urls) {
  const before = cpuSoFar()
  const url = scenario === bare ? bareUrl : `${service}/api`
  const result = await load(url, scenario, { token, duration_s: slice_s })
  return { ...result, cpu: cpuSince(before) }
}

/** Times in milliseconds; processor time per request in microseconds. */
function row(measured: Measured[]) {
  const middle = (pick: (m: Measured) => number) => median(measured.map(pick))
  const cpu_us = (part: keyof Cpu) => Math.round(middle((m) => (m.cpu[part] / m.requests) * 1000))
  return {
    'requests/s': Math.round(middle((m) => m.requests_per_s)),
    p50: middle((m) => m.p50_ms),
    p99: middle((m) => m.p99_ms),
    'workerd µs': cpu_us('workerd_ms'),
    'postgres µs': cpu_us('postgres_ms'),
    'endpoint µs': cpu_us('endpoint_ms'),
  }
}

const cpuOf = ({ cpu, requests }: Measured) =>
  (cpu.workerd_ms + cpu.postgres_ms + cpu.endpoint_ms) / requests

export const median = (values: number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

export const round2 = (value: number) => Math.round(value * 100) / 100
