import { sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Selecting, Writing } from '../../context.ts'
import { insertMissing, mustMatch, removeWhere, updateWhere } from '../../db/rows.ts'
import { checkedHost } from '../../integrations/outside.ts'
import { found, notFound } from '../../refusal.ts'
import { email, optionalEmail, Stamps } from '../../schema.ts'
import { call, read, write } from '../../verb.ts'
import { isMasked } from '../integrations/integrations.ts'
import { sealSecrets } from '../integrations/secrets.ts'
import {
  encryption,
  headerText,
  hostName,
  optionalHeaderText,
  port,
  serverPassword,
} from './server-fields.ts'
import { smtpConfigs } from './tables.ts'
import { addressOfCaller, MailTest, triedWay } from './test-mail.ts'
import { sealedForShop, wayOfShopServer } from './ways.ts'

const SmtpConfig = z.object({
  host: z
    .string()
    .nullable()
    .meta({ examples: ['smtp.mailgun.org'] }),
  port: port().nullable(),
  encryption: encryption(),
  username: z
    .string()
    .nullable()
    .meta({ examples: ['postmaster@mg.example.com'] }),
  from_name: z
    .string()
    .nullable()
    .meta({ examples: ['Repair Angel'] }),
  from_address: z
    .string()
    .nullable()
    .meta({ examples: ['noreply@example.com'] }),
  created_at: Stamps.created_at.nullable(),
  updated_at: Stamps.updated_at.nullable(),
})

const Draft = z.object({
  host: hostName().min(1),
  port: port(),
  encryption: encryption().optional(),
  username: headerText().min(1),
  password: serverPassword().describe('Kept as it is when absent, or given masked'),
  from_name: optionalHeaderText(),
  from_address: optionalEmail(),
})

/** What is shown of a shop that has none. */
const unset: z.input<typeof SmtpConfig> = {
  host: null,
  port: null,
  encryption: 'tls',
  username: null,
  from_name: null,
  from_address: null,
  created_at: null,
  updated_at: null,
}

const { host, port: serverPort, username, from_name, from_address } = smtpConfigs
const { encryption: mode, created_at, updated_at } = smtpConfigs
const columns = { host, port: serverPort, encryption: mode, username, from_name, from_address }

const rows = (ctx: Selecting) =>
  ctx.db.select({ ...columns, created_at, updated_at }).from(smtpConfigs)

export const getSmtpConfig = read(
  {
    summary: 'Get SMTP configuration',
    description: 'The password is never shown. Every field is null before the first update.',
    can: 'settings:read',
    module: 'messaging',
    output: SmtpConfig,
  },
  async (ctx) => (await rows(ctx))[0] ?? unset,
)

export const updateSmtpConfig = write(
  {
    summary: 'Update SMTP configuration',
    can: 'settings:write',
    module: 'messaging',
    body: Draft,
    output: SmtpConfig,
  },
  async (ctx, { body: { password, ...body } }) => {
    checkedHost(ctx.env, body.host)
    const secret = await sealedPassword(ctx, password)
    const [, , , [config]] = await Promise.all([
      mustMatchConfig(ctx),
      updateWhere(ctx, smtpConfigs, undefined, { ...body, ...secret }),
      insertMissing(ctx, smtpConfigs, { ...body, ...secret }),
      rows(ctx),
    ])
    return found(config)
  },
)

export const deleteSmtpConfig = write(
  {
    summary: 'Delete SMTP configuration',
    description: 'Mail then leaves through the server of the service itself.',
    can: 'settings:write',
    module: 'messaging',
  },
  async (ctx) => {
    const [, removed] = await Promise.all([
      mustMatchConfig(ctx),
      removeWhere(ctx, smtpConfigs, undefined),
    ])
    if (removed === 0) throw notFound('SMTP configuration')
  },
)

export const testSmtpConfig = call(
  {
    summary: 'Test SMTP configuration',
    description: 'Sends a test mail to `to`, else to the caller. Answers 200 also when that fails.',
    can: 'settings:write',
    module: 'messaging',
    body: z.object({ to: email() }).partial(),
    output: MailTest,
  },
  (ctx, { body: { to } }) =>
    triedWay(ctx, async () => {
      const way = await wayOfShopServer(ctx)
      return way && { way, address: to ?? (await addressOfCaller(ctx, {})) }
    }),
)

const mustMatchConfig = (ctx: Writing) =>
  mustMatch(ctx, smtpConfigs, sql`(select ${smtpConfigs.id} from ${smtpConfigs})`)

/** Nothing when it stays as it is. */
async function sealedPassword({ env }: Writing, password: string | null | undefined) {
  if (password === undefined || (password !== null && isMasked(password))) return {}
  return { password: password && (await sealSecrets(env, { password }, sealedForShop)) }
}
