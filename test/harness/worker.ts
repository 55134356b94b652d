import { Miniflare } from 'miniflare'
import { workerManifest } from '../../dev/build.ts'

export interface WorkerOptions {
  /** Folder of the bundle. */
  bundle: string
  database_url: string
  endpoint_url: string
  smtp_url?: string
  /** Further variables of the Worker. */
  vars?: Record<string, string>
  assets?: boolean
  /** A free port when absent. */
  port?: number
  /** Lets a debugger in, on a free port. */
  inspected?: boolean
}

/** The production bundle in workerd, with the bindings of wrangler.toml; `logs` is all that it says. */
export async function startWorker(options: WorkerOptions) {
  const vars = {
    DATABASE_URL: options.database_url,
    NEON_LOCAL_ENDPOINT: options.endpoint_url,
    SMTP_URL: options.smtp_url ?? '',
    LINK_SECRET: 'the secret of links in tests only',
    LOG_LEVEL: 'info',
    // The example of RFC 8291: known to everyone.
    VAPID_PUBLIC_KEY:
      'BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8',
    VAPID_PRIVATE_KEY: 'yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw',
    VAPID_SUBJECT: 'mailto:test@example.com',
    // Nobody listens there: a test that means Twilio brings its own.
    TWILIO_BASE_URL: 'http://127.0.0.1:9',
    ENCRYPTION_KEYS: `test:${Buffer.alloc(32, 'key of tests').toString('base64')}`,
    ...options.vars,
  }
  const logs: string[] = []
  const miniflare = new Miniflare({
    logRequests: false,
    handleStructuredLogs: ({ level, message }: { level: string; message: string }) => {
      logs.push(message)
      if (level === 'warn' || level === 'error') console.log(message)
    },
    ...(options.port !== undefined && { port: options.port }),
    ...(options.inspected && { inspectorPort: 0 }),
    workers: [
      {
        config: {
          name: 'repair-angel',
          compatibilityDate: '2026-11-01',
          compatibilityFlags: ['nodejs_compat'],
          manifest: await workerManifest(options.bundle),
          env: {
            ...Object.fromEntries(
              Object.entries(vars).map(([name, value]) => [name, { type: 'text', value }]),
            ),
            ...bindings,
            ...(options.assets && { ASSETS: { type: 'assets' } }),
          },
          ...(options.assets && {
            assets: {
              directory: 'dist/assets',
              hasUserWorker: true,
              runWorkerFirst: true,
              htmlHandling: 'none',
            },
          }),
          triggers: [
            {
              type: 'queue',
              name: 'email',
              maxBatchTimeout: 0,
              maxRetries: 5,
              deadLetterQueue: 'dead-letters',
            },
            {
              type: 'queue',
              name: 'events',
              maxBatchTimeout: 0,
              maxRetries: 5,
              deadLetterQueue: 'dead-letters',
            },
            { type: 'queue', name: 'dead-letters', maxBatchTimeout: 0, maxRetries: 5 },
          ],
        },
        dev: { stripCfConnectingIp: false },
      },
    ],
  } as ConstructorParameters<typeof Miniflare>[0])
  const url = (await miniflare.ready).href.replace(/\/$/, '')
  return { miniflare, url, logs, stop: () => miniflare.dispose() }
}

const bindings = {
  EMAIL_QUEUE: { type: 'queue', name: 'email' },
  EVENTS_QUEUE: { type: 'queue', name: 'events' },
  FILES: { type: 'r2', name: 'repair-angel-files' },
  LOGIN_RATE: { type: 'rate-limit', namespace: '1001', simple: { limit: 100, period: 60 } },
  API_RATE: { type: 'rate-limit', namespace: '1002', simple: { limit: 3000, period: 60 } },
}
