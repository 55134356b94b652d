import { createHash } from 'node:crypto'
import { eq, sql } from 'drizzle-orm'
import * as z from 'zod'
import { removeWhere } from '../../db/rows.ts'
import { found, invalid, tooMany } from '../../refusal.ts'
import { email, id, instant } from '../../schema.ts'
import { call, read, write } from '../../verb.ts'
import { employees } from '../staff/tables.ts'
import { hashPassword, verifyPassword } from './passwords.ts'
import { apiTokens, users } from './tables.ts'
import { newSecret } from './tokens.ts'

const Profile = z.object({
  id: id(),
  name: z.string().meta({ examples: ['John Doe'] }),
  email: z.string().meta({ examples: ['john@example.com'] }),
  role: z.string().meta({ examples: ['admin'] }),
  company_id: id().describe('The shop that holds the licence'),
})

const Me = Profile.extend({
  branch_id: id().nullable(),
  employee_id: id().nullable(),
  last_login_at: instant().nullable(),
  created_at: instant(),
  updated_at: instant(),
})

const failuresAllowed = 5

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
    const key = createHash('sha256').update(`${body.email} ${address}`).digest('hex')
    const account = await findLogin(ctx, { body: { email: body.email, key } })
    if (account.failures >= failuresAllowed) throw tooMany()
    const { matches, outdated } = await verifyPassword(body.password, account.password_hash)
    if (!matches || account.user_id === null) {
      const failures = await recordFailure(ctx, { body: { key } })
      throw failures > failuresAllowed ? tooMany() : wrongLogin()
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

const recordFailure = write(
  {
    summary: 'Record a failed login',
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

/** Columns of an account as its owner sees it. */
export const profile = {
  id: users.id,
  name: users.name,
  email: users.email,
  role: users.role,
  company_id: users.tenant_id,
  branch_id: users.branch_id,
  employee_id: employees.id,
  last_login_at: users.last_login_at,
  created_at: users.created_at,
  updated_at: users.updated_at,
}

export const currentUser = read(
  { summary: 'Current user', can: 'account', output: Me },
  async (ctx) => {
    const [me] = await ctx.db
      .select(profile)
      .from(users)
      .leftJoin(employees, eq(employees.user_id, users.id))
      .where(eq(users.id, sql`app.user_id()`))
    return found(me)
  },
)
