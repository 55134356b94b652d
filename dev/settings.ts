import { resolve } from 'node:path'

/** What `npm run dev` takes from its environment. */
export interface Settings {
  /** Port of the API on 127.0.0.1. */
  port: number
  /** Folder of everything that outlives a restart. */
  folder: string
  /** The owner's connection string of a database that runs elsewhere; absent: one of our own. */
  database_url?: string
  /** A mail server to use in place of the local mailbox. */
  smtp_url?: string
  /** Variables of the Worker that were set by hand. */
  worker: Record<string, string>
}

const passedOn = [
  'ALLOW_PRIVATE_HOSTS',
  'API_REQUESTS_PER_MINUTE',
  'CORS_ORIGINS',
  'ENCRYPTION_KEYS',
  'LOG_LEVEL',
  'LINK_SECRET',
  'MAIL_FROM',
  'PASSWORD_RESET_URL',
  'PUBLIC_URL',
  'VAPID_PRIVATE_KEY',
  'VAPID_PUBLIC_KEY',
  'VAPID_SUBJECT',
]

/** @throws when a setting makes no sense */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  const port = Number(env.PORT || 8787)
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new Error(`PORT is "${env.PORT}", which is no port number`)
  }
  const worker = Object.entries(env).filter(
    ([name, value]) => value && (passedOn.includes(name) || name.endsWith('_BASE_URL')),
  )
  return {
    port,
    folder: resolve(env.DEV_DATA || '.data'),
    ...(env.DATABASE_URL && { database_url: env.DATABASE_URL }),
    ...(env.SMTP_URL && { smtp_url: env.SMTP_URL }),
    worker: Object.fromEntries(worker) as Record<string, string>,
  }
}
