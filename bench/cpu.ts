import { readdirSync, readFileSync } from 'node:fs'

const tick_ms = 10

/** Processor time so far, of the Workers, of PostgreSQL, and of this thread (the Neon endpoint). */
export interface Cpu {
  workerd_ms: number
  postgres_ms: number
  endpoint_ms: number
}

/** Linux tells it in /proc; elsewhere Workers and PostgreSQL read 0. */
export function cpuSoFar(): Cpu {
  const used = { workerd: 0, postgres: 0 }
  for (const { name, cpu_ms } of descendants(process.pid)) {
    if (name in used) used[name as keyof typeof used] += cpu_ms
  }
  const { user, system } = process.threadCpuUsage()
  return {
    workerd_ms: used.workerd,
    postgres_ms: used.postgres,
    endpoint_ms: (user + system) / 1000,
  }
}

export const cpuSince = (before: Cpu, now = cpuSoFar()): Cpu => ({
  workerd_ms: now.workerd_ms - before.workerd_ms,
  postgres_ms: now.postgres_ms - before.postgres_ms,
  endpoint_ms: now.endpoint_ms - before.endpoint_ms,
})

interface Process {
  pid: number
  parent: number
  name: string
  cpu_ms: number
}

function descendants(root: number): Process[] {
  const all = processes()
  const below = (pid: number): Process[] =>
    all.filter(({ parent }) => parent === pid).flatMap((child) => [child, ...below(child.pid)])
  return below(root)
}

function processes(): Process[] {
  if (process.platform !== 'linux') return []
  return readdirSync('/proc').flatMap((entry) => {
    if (!/^\d+$/.test(entry)) return []
    try {
      // `pid (name) state parent …`; utime and stime are fields 14 and 15.
      const stat = readFileSync(`/proc/${entry}/stat`, 'utf8')
      const name = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'))
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      const cpu_ms = (Number(fields[11]) + Number(fields[12])) * tick_ms
      return [{ pid: Number(entry), parent: Number(fields[1]), name, cpu_ms }]
    } catch {
      // It ended meanwhile.
      return []
    }
  })
}
