import { join } from 'node:path'
import { databaseVars } from './context.ts'
import { startCron } from './cron.ts'
import { startDatabase } from './database.ts'
import { localKey, localVapidKeys } from './local-key.ts'
import { startMailbox } from './mailbox.ts'
import { demoLogins, seed } from './seed/seed.ts'
import { readSettings } from './settings.ts'
import { checkPort, startWorkerDev } from './worker-dev.ts'

const stops: (() => Promise<void>)[] = []
const endings: Promise<string>[] = []

/** Starts every part in order; the last one started is the first one stopped. */
async function start(): Promise<void> {
  const settings = readSettings(process.env)
  await checkPort(settings.port)

  const database = await step('database', () => startDatabase(settings, say))
  stops.push(database.stop)
  endings.push(database.ended)

  const mailbox = settings.smtp_url ? undefined : await step('mailbox', () => startMailbox())
  if (mailbox) stops.push(mailbox.stop)

  await step('demo shops, once', () => seed(database))

  const encryption_keys = await localKey(settings.folder)
  const vapid = await localVapidKeys(settings.folder)
  const worker = await step('API', () =>
    startWorkerDev({
      port: settings.port,
      folder: join(settings.folder, 'worker'),
      vars: {
        API_REQUESTS_PER_MINUTE: '0',
        CORS_ORIGINS: '*',
        ENCRYPTION_KEYS: encryption_keys,
        SMTP_URL: settings.smtp_url ?? mailbox?.smtp_url ?? '',
        // Known to everyone: links of demo shops, on this machine alone.
        LINK_SECRET: 'links of development only, no secret',
        ...vapid,
        ...settings.worker,
        ...databaseVars(database),
      },
      log: say,
    }),
  )
  stops.push(worker.stop)
  endings.push(worker.ended)
  const stopCron = await startCron(worker.schedule)
  stops.push(async () => stopCron())

  say(`
  API      ${worker.url}/api
  docs     ${worker.url}/docs
  figures  ${worker.url}/bi
  mailbox  ${mailbox?.url ?? `mail goes to ${new URL(settings.smtp_url ?? '').host}`}
  data     ${settings.database_url ? 'in the database of DATABASE_URL' : settings.folder}

  Log in with password "secret" as
${demoLogins.map(({ email, who }) => `    ${email.padEnd(26)} ${who}`).join('\n')}

  Ctrl-C stops everything; the data stays.
`)
}

function say(line: string): void {
  console.log(line)
}

async function step<T>(name: string, work: () => Promise<T>): Promise<T> {
  const startedAt_ms = performance.now()
  say(`- ${name} …`)
  const result = await work()
  say(`✓ ${name} (${((performance.now() - startedAt_ms) / 1000).toFixed(1)} s)`)
  return result
}

let stopping = false

async function stop(reason: string | undefined): Promise<void> {
  if (stopping) return
  stopping = true
  if (reason) console.error(`✗ ${reason}`)
  for (const stopPart of stops.toReversed()) await stopPart().catch(console.error)
  process.exit(reason ? 1 : 0)
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => void stop(undefined))
}
// npm that was killed alone leaves us behind, and the port taken.
if (process.env.npm_lifecycle_event === 'dev') {
  const { ppid } = process
  setInterval(() => process.ppid !== ppid && void stop('npm is gone'), 1_000).unref()
}
try {
  await start()
  await stop(await Promise.race(endings))
} catch (error) {
  await stop(error instanceof Error ? error.message : String(error))
}
