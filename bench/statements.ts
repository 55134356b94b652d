import { setTimeout as sleep } from 'node:timers/promises'
import type { Scenario } from './scenarios.ts'
import type { Stage } from './stage.ts'

const requests = 300
/** The first ones plan and fill caches. */
const warm_up = 100
const shown = 10

interface Spent {
  count: number
  planning_ms: number
  running_ms: number
}

/** Lets PostgreSQL tell in its log how long each statement of the Worker took. */
export async function logStatements(owner: Stage['owner']) {
  await owner.query('alter role repair_angel_app set log_min_duration_statement = 0')
  // Connections that are open already keep their silence.
  await owner.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where usename = 'repair_angel_app'`,
  )
}

/**
 * Where PostgreSQL's time goes, per request and statement, the dearest first.
 *
 * @param log PostgreSQL's log; emptied here
 */
export async function statementsOf(
  scenario: Scenario,
  { log, url, token }: { log: string[]; url: string; token: string },
) {
  for (let n = 0; n < requests; n++) {
    if (n === warm_up) {
      await sleep(300)
      log.length = 0
    }
    const { method, paths, body } = scenario
    const response = await fetch(`${url}${paths[n % paths.length]}`, {
      method,
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      ...(body && { body: JSON.stringify(body(n)) }),
    })
    await response.text()
  }
  await sleep(300)
  const measured = requests - warm_up
  return [...summed(log)]
    .sort(([, a], [, b]) => cost(b) - cost(a))
    .slice(0, shown)
    .map(([text, { count, planning_ms, running_ms }]) => ({
      'per request': Math.round((count / measured) * 100) / 100,
      'plan µs': Math.round((planning_ms / count) * 1000),
      'run µs': Math.round((running_ms / count) * 1000),
      statement: text.slice(0, 110),
    }))
}

const cost = ({ planning_ms, running_ms }: Spent) => planning_ms + running_ms

function summed(log: string[]): Map<string, Spent> {
  const spent = new Map<string, Spent>()
  for (const line of log) {
    const match = /duration: ([\d.]+) ms {2}(parse|bind|execute) [^:]+: (.*)/.exec(line)
    const [, duration = '', step, text = ''] = match ?? []
    if (!match) continue
    const entry = spent.get(text) ?? { count: 0, planning_ms: 0, running_ms: 0 }
    if (step === 'execute') {
      entry.count += 1
      entry.running_ms += Number(duration)
    } else {
      entry.planning_ms += Number(duration)
    }
    spent.set(text, entry)
  }
  return spent
}
