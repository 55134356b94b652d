import { createHash } from 'node:crypto'
import { eq, sql } from 'drizzle-orm'
import * as z from 'zod'
import { removeWhere } from '../../db/rows.ts'
import { found, invalid, tooMany } from '../../refusal.ts'
import { email, id } from '../../schema.ts'
import { call, read, write } from '../../verb.ts'
import { hashPassword, verifyPassword } from './passwords.ts'
import { apiTokens } from './tables.ts'
import { newSecret } from './tokens.ts'

/** An account as a login answers it. */
export const Profile = z.object({
  id: id(),
  name: z.string().meta({ examples: ['John Doe'] }),
  email: z.string().meta({ examples: ['john@example.com'] }),
  role: z.string().meta({ examples: ['admin'] }),
  company_id: id().describe('The shop that holds the licence'),
})

/** Tries that one e-mail address has from one network address in a minute. */
export const triesAllowed = 5

/** Where tries are counted; the addresses themselves are not kept. */
export const attemptKey = (purpose: 'login' | 'reset', email: string, address: string) =>
  createHash('sha256').update(`${purpose} ${email} ${address}`).digest('hex')

/** Two round trips: the account with its failures, then the session or one more failure. */
export const login = call(
  {
    summary: 'Login',
    description:
      'Returns a bearer token. Pass it in the Authorization header of all other requests.',
    can: 'public',
    body: z.object({ email: email(), password: z.string().min(1).max(1024) }),
    output: z.object({ token: z.string().meta({ examples: ['1|abc123...'] }), user: Profile }),
  },
  async (ctx, { body }) => {
    const address = ctx.address ?? 'unknown'
    if (!(await ctx.env.LOGIN_RATE.limit({ key: address })).success) throw tooMany()
    const key = attemptKey('login', body.email, address)
    const account = await findLogin(ctx, { body: { email: body.email, key } })
    if (account.failures >= triesAllowed) throw tooMany()
    const { matches, outdated } = await verifyPassword(body.password, account.password_hash)
    if (!matches || account.user_id === null) {
      const failures = await recordTry(ctx, { body: { key } })
      throw failures > triesAllowed ? tooMany() : wrongLogin()
    }
    const { secret, hash } = newSecret()
    const { token_id, ...user } = await openSession(ctx, {
      body: {
        user_id: account.user_id,
        key,
        hash,
        rehashed: outdated ? await hashPassword(body.password) : null,
      },
    })
    return { token: `${token_id}|${secret}`, user }
  },
)

const wrongLogin = () => invalid({ email: ['These credentials do not match our records.'] })

const findLogin = read(
  {
    summary: 'Account of a login',
    can: 'public',
    body: z.object({ email: z.string(), key: z.string() }),
    output: z.object({
      user_id: z.number().nullable(),
      password_hash: z.string().nullable(),
      failures: z.number(),
    }),
  },
  async (ctx, { body }) => {
    const { rows } = await ctx.db.execute<{
      user_id: string | null
      password_hash: string | null
      failures: number
    }>(sql`select * from app.find_login(${body.email}, ${body.key})`)
    const { user_id, ...account } = found(rows[0])
    return { ...account, user_id: user_id === null ? null : Number(user_id) }
  },
)

/** Counts one more try under a key, and answers how many there were in this minute. */
export const recordTry = write(
  {
    summary: 'Record a try',
    can: 'public',
    body: z.object({ key: z.string() }),
    output: z.number(),
  },
  async (ctx, { body }) => {
    const { rows } = await ctx.db.execute<{ failures: number }>(
      sql`select app.record_login_failure(${body.key}) as failures`,
    )
    return found(rows[0]).failures
  },
)

const openSession = write(
  {
    summary: 'Open a session',
    can: 'public',
    body: z.object({
      user_id: z.number(),
      key: z.string(),
      hash: z.string(),
      rehashed: z.string().nullable(),
    }),
    output: Profile.extend({ token_id: z.string() }),
  },
  async (ctx, { body }) => {
    const { rows } = await ctx.db.execute<{
      token_id: string
      id: string
      name: string
      email: string
      role: string
      company_id: string
    }>(
      sql`select * from app.open_session(${body.user_id}, ${body.key}, ${body.hash}, ${body.rehashed}, ${ctx.request_id})`,
    )
    // No row: other wrong tries of the same minute came in while this password was checked.
    if (!rows[0]) throw tooMany()
    return { ...rows[0], id: Number(rows[0].id), company_id: Number(rows[0].company_id) }
  },
)

export const logout = write(
  {
    summary: 'Logout',
    description: 'Revokes the current bearer token.',
    can: 'account',
    output: z.object({ message: z.string().meta({ examples: ['Logged out'] }) }),
  },
  async (ctx) => {
    const hash = ctx.caller.kind === 'token' ? ctx.caller.hash : ''
    await removeWhere(ctx, apiTokens, eq(apiTokens.token_hash, hash))
    return { message: 'Logged out' }
  },
)
