import type { QueueMessage } from './jobs/queues.ts'

/** The Worker's bindings, variables and secrets (wrangler.toml; README lists each). */
export interface Env {
  DATABASE_URL: string
  /** Development only: `http://127.0.0.1:port` of a local endpoint that speaks Neon's protocol. */
  NEON_LOCAL_ENDPOINT?: string
  /** `off` for a database that does not take a cleartext password on the first flight. */
  NEON_PIPELINE_CONNECT?: string

  EMAIL_QUEUE: Queue<QueueMessage>
  EVENTS_QUEUE: Queue<QueueMessage>
  FILES: R2Bucket
  ASSETS: Fetcher
  LOGIN_RATE: RateLimit
  API_RATE: RateLimit

  /** Requests a minute per token; 0 or absent: no limit. */
  API_REQUESTS_PER_MINUTE?: string
  /** Comma-separated origins that may call from a browser; `*` for all. */
  CORS_ORIGINS?: string
  /** Signs the links that customers get, at least 32 random characters; without it mails have none. */
  LINK_SECRET?: string
  /** `smtp://user:password@host:port` or `smtps://…`. */
  SMTP_URL?: string
  /** `Name <address>` of mails that come from the service itself. */
  MAIL_FROM?: string
  /** Key pair that signs push messages (RFC 8292), base64url; without it nothing is pushed. */
  VAPID_PUBLIC_KEY?: string
  VAPID_PRIVATE_KEY?: string
  /** Whom a push service can turn to: `mailto:` or `https:`. */
  VAPID_SUBJECT?: string
  /** Where the front end shows its reset page; `?token=` is appended. */
  PASSWORD_RESET_URL?: string
  /** Where customers and services outside reach us; the address of the request when absent. */
  PUBLIC_URL?: string
  /** `kid:base64,kid:base64`, 256 bits each: the first closes the secrets of integrations, any opens. */
  ENCRYPTION_KEYS?: string
  /** Development only: `1` or `true` lets addresses that users give be private, and without TLS. */
  ALLOW_PRIVATE_HOSTS?: string
  MOLLIE_BASE_URL?: string
  STRIPE_BASE_URL?: string
  TWILIO_BASE_URL?: string
  UPS_BASE_URL?: string
  /** Of UPS's test environment; `https://wwwcie.ups.com` when absent. */
  UPS_TEST_BASE_URL?: string
  DHL_BASE_URL?: string
  OPENAI_BASE_URL?: string
  VIES_BASE_URL?: string
  MONEYBIRD_BASE_URL?: string
  SNELSTART_BASE_URL?: string
  /** Where SnelStart gives tokens; `https://auth.snelstart.nl` when absent. */
  SNELSTART_LOGIN_BASE_URL?: string
  GRAPH_BASE_URL?: string
  MICROSOFT_LOGIN_BASE_URL?: string
  GMAIL_BASE_URL?: string
  GOOGLE_OAUTH_BASE_URL?: string
  POSTMARK_BASE_URL?: string
  /** How long a service outside may take to answer; 10 s when absent, 15 s for webhooks. */
  PROVIDER_TIMEOUT_MS?: string
  /** `error` silences the line per request. */
  LOG_LEVEL?: string
  /** The released version, shown by /health. */
  VERSION?: string
}
