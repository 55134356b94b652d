import { readdir, readFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { startWorker, type WorkerOptions } from '../harness/worker.ts'

/** A Worker at an address that stays, whose process is killed without warning and started again. */
export async function startMortalWorker(options: WorkerOptions) {
  const port = await freePort()
  let running = await startWorker({ ...options, port })
  let pid = await processOf(port)
  let restart: Promise<void> | undefined
  let kills = 0

  async function startAgain() {
    await running.miniflare.dispose().catch(() => {})
    running = await startWorker({ ...options, port })
    pid = await processOf(port)
    restart = undefined
  }

  return {
    url: running.url,
    kills: () => kills,
    /** Memory that its process holds now; 0 while it is coming up. */
    async memory_mb(): Promise<number> {
      const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
      return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) / 1024
    },
    /** At once; a kill while it is coming up again is none. */
    kill() {
      if (restart) return
      kills += 1
      process.kill(pid, 'SIGKILL')
      restart = startAgain()
    },
    /** The Worker, once it is up. */
    async up() {
      await restart
      return running.miniflare
    },
    async stop() {
      await restart
      await running.stop()
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** The process of ours that serves at that port. */
async function processOf(port: number): Promise<number> {
  for (const entry of await readdir('/proc')) {
    const command = await readFile(`/proc/${entry}/cmdline`, 'utf8').catch(() => '')
    if (command.includes('workerd') && command.includes(`entry=127.0.0.1:${port}`)) {
      return Number(entry)
    }
  }
  throw new Error(`no process serves at port ${port}`)
}
