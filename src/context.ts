import type { NeonHttpDatabase } from 'drizzle-orm/neon-http'
import type { Env } from './env.ts'

/** Who asks. A token is checked by the database, in the same round trip as the work. */
export type Caller =
  | { kind: 'anonymous' }
  /** `id` is null for a token written without its row id. */
  | { kind: 'token'; id: number | null; hash: string }
  | { kind: 'system'; job: string; tenant_id: number | null; user_id?: number }
  /** Who opened a link that a shop gave out: may do what the verbs behind that link do, and no more. */
  | { kind: 'customer'; tenant_id: number; link_id: number }

/** What the database says of the caller, known once the first statements have answered. */
export interface Session {
  token_id: number | null
  user_id: number | null
  tenant_id: number
  role: string
  abilities: string[]
  /** The token's `last_used_at` is older than a minute. */
  touch: boolean
}

/** What the outermost verb asks of its caller; verbs that it calls are under the same gate. */
export interface Gate {
  /** null: any account. */
  permission: string | null
  /** Roles that hold the permission. */
  roles: readonly string[]
  module: string | null
  /** Changes records of the shop, which an expired licence does not allow. */
  writes: boolean
  /** No account needed. */
  open: boolean
  /**
   * The record that the path names: it must exist, and match If-Match, before anything else happens.
   * `across`: the service's own staff enters its shop first.
   */
  on?: { table: string; id: number; across: boolean }
}

export type Db = Omit<NeonHttpDatabase, 'transaction' | 'batch' | 'query' | '_' | '$withAuth'>

/** What a reading verb sees of Drizzle. */
export type ReadOnlyDb = Pick<
  Db,
  'select' | 'selectDistinct' | 'selectDistinctOn' | '$with' | 'with' | 'execute'
>

/** The same, and the right to write through the functions of db/rows.ts. */
export type WritableDb = ReadOnlyDb & { readonly [writes]: true }
declare const writes: unique symbol

export interface Context {
  readonly env: Env
  readonly caller: Caller
  readonly request_id: string
  /** The client's address, as Cloudflare saw it; never what a client claims. */
  readonly address?: string
  /** `https://host` that the request came in on; absent outside requests. */
  readonly origin?: string
  /** Sets the clock of `app.now()`; absent: the database's. */
  readonly now?: Date
  /**
   * Versions named by If-Match; an update of another version is refused with 412. Checked by the first
   * transaction that may write: after it the record has a version that the caller cannot know.
   */
  readonly if_match?: { readonly versions: readonly string[]; checked: boolean }
  /** Work that may finish after the answer. */
  defer(work: Promise<unknown>): void
  readonly gate?: Gate
  /** Set inside a batch or a transaction; a verb that finds one joins it. */
  readonly db?: ReadOnlyDb
  /** Filled by the first answer of the database. */
  readonly session: Partial<Session>
}

/** Whatever can select; what a part of a statement needs of a context. */
export interface Selecting {
  readonly db: ReadOnlyDb
}

/** Where customers and services outside reach us; undefined when nobody knows: a job without PUBLIC_URL. */
export const originOf = ({ env, origin }: Pick<Context, 'env' | 'origin'>) =>
  (env.PUBLIC_URL || origin)?.replace(/\/$/, '')

export type Reading = Context & { readonly db: ReadOnlyDb }
export type Writing = Context & { readonly db: WritableDb }
/** In an open transaction: who is asking is already known. */
export type Transacting = Context & { readonly db: WritableDb; readonly session: Session }
/** May talk to the outside; holds no transaction. */
export type Calling = Omit<Context, 'db'>
