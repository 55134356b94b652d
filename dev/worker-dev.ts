import { type ChildProcess, spawn } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { delimiter, dirname, join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'

const host = '127.0.0.1'
const root = resolve(import.meta.dirname, '..')
const startTimeout_ms = 120_000
const stopTimeout_ms = 5_000
/** What wrangler says at each start and request; what the Worker says, and errors, remain. */
const chatter = new RegExp(
  [
    String.raw`^(env\.|Binding |Your Worker has |Using secrets |Attaching |⎔|\[wrangler:info\]|[┌├│└]|$)`,
    String.raw`^\[custom build\] ?([┌├│└]|Running|main |$)`,
    // startCron does it.
    'Scheduled Workers are not automatically|To manually trigger a scheduled|/cdn-cgi/local/scheduled|test-cron-triggers-locally',
  ].join('|'),
)

/** Where Miniflare takes the place of the clock. */
const scheduledPath = '/cdn-cgi/local/scheduled'

export interface WorkerDevOptions {
  port: number
  /** Where R2's files and wrangler's own notes are kept. */
  folder: string
  /** Variables and secrets of the Worker. */
  vars: Record<string, string>
  log: (line: string) => void
}

export interface WorkerDev {
  url: string
  /** Fulfilled with the reason when it ends by itself. */
  ended: Promise<string>
  /** Fires a cron trigger. */
  schedule(cron: string): Promise<unknown>
  stop(): Promise<void>
}

/** @throws when another program listens on the port */
export async function checkPort(port: number): Promise<void> {
  await new Promise<void>((done, fail) => {
    const server = createServer().once('error', fail)
    server.listen(port, host, () => server.close(() => done()))
  }).catch((error: NodeJS.ErrnoException) => {
    throw new Error(
      error.code === 'EADDRINUSE'
        ? `port ${port} is taken: stop the program that has it, or start with PORT=${port + 1}`
        : `port ${port} cannot be used: ${error.message}`,
    )
  })
}

/** Runs `wrangler dev`, which builds, rebuilds after a change in src/, and serves; resolves when /health does. */
export async function startWorkerDev(options: WorkerDevOptions): Promise<WorkerDev> {
  const { port, folder, vars, log } = options
  await mkdir(folder, { recursive: true })
  const variables = join(folder, 'variables')
  await writeFile(variables, Object.entries(vars).map(assignment).join(''), { mode: 0o600 })
  const child = spawn(
    process.execPath,
    ['--no-warnings', '--import', join(root, 'dev/ends-with-parent.ts'), wranglerProgram()].concat(
      ['dev', '--ip', host, '--port', String(port), '--inspector-port', '0'],
      ['--persist-to', join(folder, 'state'), '--env-file', variables, '--log-level', 'log'],
      ['--show-interactive-dev-session=false'],
    ),
    // A group of its own: Ctrl-C reaches us alone, and we end it with all that it started.
    { cwd: root, env: environment(folder), detached: true, stdio: ['pipe', 'pipe', 'pipe'] },
  )
  for (const input of [child.stdout, child.stderr]) {
    createInterface({ input }).on('line', (line) => chatter.test(line) || log(line))
  }
  const closed = new Promise<string>((done) => {
    child.once('error', (error) => done(`wrangler did not start: ${error.message}`))
    child.once('close', (code, signal) => done(`wrangler ended (${signal ?? `exit ${code}`})`))
  })
  const url = `http://${host}:${port}`
  const stop = () => end(child, closed)
  const failure = await Promise.race([closed, untilHealthy(url)])
  if (failure) {
    await stop()
    throw new Error(failure)
  }
  const schedule = (cron: string) =>
    fetch(`${url}${scheduledPath}?${new URLSearchParams({ cron })}`)
  return { url, ended: closed, schedule, stop }
}

/** Values in single quotes are taken as they are, but for `$`, which names another variable. */
function assignment([name, value]: [string, string]): string {
  return `${name}='${value.replaceAll('$', '\\$')}'\n`
}

function wranglerProgram(): string {
  const manifest = createRequire(import.meta.url).resolve('wrangler/package.json')
  return join(dirname(manifest), 'wrangler-dist/cli.js')
}

/** Offline, silent about itself, and with the pinned Node for the build that it starts. */
function environment(folder: string): NodeJS.ProcessEnv {
  return {
    ...process.env,
    PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
    CI: 'true',
    CLOUDFLARE_CF_FETCH_ENABLED: 'false',
    WRANGLER_SEND_METRICS: 'false',
    WRANGLER_SEND_ERROR_REPORTS: 'false',
    WRANGLER_HIDE_BANNER: 'true',
    WRANGLER_WRITE_LOGS: 'false',
    WRANGLER_REGISTRY_PATH: join(folder, 'registry'),
  }
}

async function untilHealthy(url: string): Promise<string | undefined> {
  const giveUpAt_ms = Date.now() + startTimeout_ms
  let answer = 'no answer'
  while (Date.now() < giveUpAt_ms) {
    try {
      const response = await fetch(`${url}/health`, { signal: AbortSignal.timeout(5_000) })
      const body = await response.text()
      if (response.ok) return undefined
      answer = `${response.status} ${body}`
    } catch {
      // Not listening yet.
    }
    await sleep(100)
  }
  return `the API does not answer at ${url}/health: ${answer}`
}

async function end(child: ChildProcess, closed: Promise<string>): Promise<void> {
  child.kill('SIGTERM')
  const ended = await Promise.race([closed.then(() => true), sleep(stopTimeout_ms, false)])
  try {
    // Whatever of the group is still there.
    if (child.pid) process.kill(-child.pid, 'SIGKILL')
  } catch {
    // Nothing.
  }
  if (!ended) await closed
}
