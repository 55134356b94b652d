import { cpuSince, cpuSoFar } from './cpu.ts'
import { load } from './load.ts'
import { bare, type Scenario, scenarios } from './scenarios.ts'
import { account, openStage } from './stage.ts'

const duration_s = 3
const rounds = 3
const wanted = process.argv.slice(2)

const stage = await openStage()
const service = await stage.service.start()
const reference = await stage.bare.start()
const all = await scenarios(stage.owner)
const chosen = all.filter(({ name }) => wanted.length === 0 || wanted.some((w) => name.includes(w)))
const login = await fetch(`${service.url}/api/auth/login`, {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(account),
})
const { token } = (await login.json()) as { token: string }

const measure = async (scenario: Scenario) => {
  const isBare = scenario === bare
  const before = cpuSoFar()
  const r = await load(isBare ? reference.url : `${service.url}/api`, scenario, {
    token,
    duration_s,
  })
  const cpu = cpuSince(before)
  return {
    ...r,
    workerd: (cpu.workerd_ms / r.requests) * 1000,
    postgres: (cpu.postgres_ms / r.requests) * 1000,
    endpoint: (cpu.endpoint_ms / r.requests) * 1000,
  }
}
type M = Awaited<ReturnType<typeof measure>>
await measure(bare)
const results: { name: string; m: M; b: M }[] = []
for (let round = 0; round < rounds; round++) {
  for (const s of chosen) {
    try {
      results.push({ name: s.name, b: await measure(bare), m: await measure(s) })
    } catch (error) {
      if (round === 0) console.log(String(error))
    }
  }
}
const median = (v: number[]) => v.toSorted((a, b) => a - b)[Math.floor(v.length / 2)] ?? 0
const row = (ms: M[]) => ({
  'requests/s': Math.round(median(ms.map((m) => m.requests_per_s))),
  p50: median(ms.map((m) => m.p50_ms)),
  p99: median(ms.map((m) => m.p99_ms)),
  'workerd µs': Math.round(median(ms.map((m) => m.workerd))),
  'postgres µs': Math.round(median(ms.map((m) => m.postgres))),
  'endpoint µs': Math.round(median(ms.map((m) => m.endpoint))),
})
const table: Record<string, object> = { bare: row(results.map(({ b }) => b)) }
for (const { name } of chosen) {
  const own = results.filter((r) => r.name === name)
  if (own.length === 0) continue
  table[name] = {
    ...row(own.map(({ m }) => m)),
    ratio:
      Math.round(100 * median(own.map(({ m, b }) => m.requests_per_s / b.requests_per_s))) / 100,
  }
}
console.table(table)
await service.stop()
await reference.stop()
await stage.close()
