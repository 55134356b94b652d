import { and, eq, inArray, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Calling } from '../../context.ts'
import type { Mail, SentMail } from '../../integrations/mail-provider.ts'
import { checkedHost } from '../../integrations/outside.ts'
import { type SmtpServer, sendBySmtp, sendMail } from '../../integrations/smtp/client.ts'
import { refused } from '../../refusal.ts'
import { read } from '../../verb.ts'
import { tenants } from '../identity/tables.ts'
import { switchedOff, waits } from '../integrations/connection.ts'
import { openSecrets } from '../integrations/secrets.ts'
import { integrations } from '../integrations/tables.ts'
import { employees } from '../staff/tables.ts'
import { type MailSlug, mailProvider, mailSlugs } from './providers.ts'
import { employeeMailboxes, smtpConfigs } from './tables.ts'

/** Which way a mail went. */
export type MailRoute = 'smtp' | MailSlug

/** A way that mail leaves. */
export interface Way {
  route: MailRoute
  /** @throws Refusal 502 when nobody took it */
  send(mail: Mail): Promise<SentMail>
}

export type SmtpConfig = typeof smtpConfigs.$inferSelect
export type Mailbox = typeof employeeMailboxes.$inferSelect
type Integration = typeof integrations.$inferSelect

interface Ways {
  shop_name: string
  /** The sender's own. */
  mailbox: Mailbox | undefined
  services: Integration[]
  smtp: SmtpConfig | undefined
}

const storedWays = read(
  {
    summary: 'Read the ways that mail can leave',
    can: 'public',
    body: z.object({
      user_id: z.number().nullable().optional(),
      employee_id: z.number().optional(),
    }),
    output: z.custom<Ways>(),
  },
  async (ctx, { body: { user_id, employee_id } }) => {
    const isSender = employee_id
      ? eq(employees.id, employee_id)
      : and(eq(employees.user_id, user_id ?? 0), eq(employeeMailboxes.is_default, true))
    const [shops, mailboxes, services, servers] = await Promise.all([
      ctx.db.select({ name: tenants.name }).from(tenants).where(eq(tenants.id, sql`app.tenant()`)),
      ctx.db
        .select()
        .from(employeeMailboxes)
        .innerJoin(employees, eq(employees.id, employeeMailboxes.employee_id))
        .where(isSender),
      ctx.db.select().from(integrations).where(inArray(integrations.slug, mailSlugs)),
      ctx.db.select().from(smtpConfigs),
    ])
    return {
      shop_name: shops[0]?.name ?? '',
      mailbox: mailboxes[0]?.employee_mailboxes,
      services,
      smtp: servers[0],
    }
  },
)

/**
 * The way of a sender's mail: their own mailbox, else the one mail service that is on, else the shop's mail
 * server, else the service's own.
 *
 * @param user_id whose mail it is; null for what the shop sends by itself
 */
export async function wayOf(ctx: Calling, { user_id }: { user_id: number | null }): Promise<Way> {
  const ways = await storedWays(ctx, { body: { user_id } })
  if (ways.mailbox) return wayOfMailbox(ctx, ways.mailbox, ways)
  for (const slug of mailSlugs) {
    const service = ways.services.find((one) => one.slug === slug && one.enabled)
    if (service) return wayOfService(ctx, slug, service, { name: ways.shop_name })
  }
  return ways.smtp ? wayOfShop(ctx, ways.smtp, ways.shop_name) : ownWay(ctx)
}

/** The way of an employee's mailbox, in use or not; undefined when they have none. */
export async function wayOfEmployee(ctx: Calling, employee_id: number) {
  const ways = await storedWays(ctx, { body: { employee_id } })
  if (!ways.mailbox?.email_address) return undefined
  const way = await wayOfMailbox(ctx, ways.mailbox, ways)
  return { way, address: ways.mailbox.email_address }
}

/** The way of the shop's own mail server; undefined when it has none. */
export async function wayOfShopServer(ctx: Calling): Promise<Way | undefined> {
  const { smtp, shop_name } = await storedWays(ctx, { body: {} })
  return smtp && wayOfShop(ctx, smtp, shop_name)
}

/** The seal of a mail server's password opens for its owner alone. */
export const sealedForShop = 'smtp_config'
export const sealedForEmployee = (employee_id: number) => `mailbox/${employee_id}`

async function wayOfMailbox(ctx: Calling, mailbox: Mailbox, ways: Ways): Promise<Way> {
  const { provider, email_address: address, employee_id } = mailbox
  const name = mailbox.display_name ?? ways.shop_name
  if (provider !== 'smtp') {
    const service = ways.services.find(({ slug, enabled }) => slug === provider && enabled)
    if (!service) throw switchedOff(provider)
    return wayOfService(ctx, provider, service, { name, ...(address && { address }) })
  }
  const { smtp_host, smtp_port, smtp_encryption, smtp_username, smtp_password } = mailbox
  if (!smtp_host || !smtp_port || !address) {
    throw refused('mailbox_incomplete', 'The mailbox has no SMTP server.')
  }
  const { password } = await openSecrets(ctx.env, smtp_password, sealedForEmployee(employee_id))
  return wayBySmtp(ctx, {
    host: checkedHost(ctx.env, smtp_host, 'smtp_host'),
    port: smtp_port,
    encryption: smtp_encryption ?? 'tls',
    login: loginOf(smtp_username, password),
    from: { name, address },
  })
}

async function wayOfService(
  ctx: Calling,
  slug: MailSlug,
  { config, secrets }: Integration,
  from: { name: string; address?: string },
): Promise<Way> {
  const credentials = { config, secrets: await openSecrets(ctx.env, secrets) }
  const provider = mailProvider(ctx, slug, credentials, from)
  if (!provider) throw switchedOff(slug)
  return { route: slug, send: (mail) => provider.send(mail) }
}

async function wayOfShop(ctx: Calling, config: SmtpConfig, shop_name: string): Promise<Way> {
  const { host, port, encryption, username, from_name, from_address } = config
  const { password } = await openSecrets(ctx.env, config.password, sealedForShop)
  const address = from_address ?? (username.includes('@') ? username : `no-reply@${host}`)
  return wayBySmtp(ctx, {
    host: checkedHost(ctx.env, host),
    port,
    encryption,
    login: loginOf(username, password),
    from: { name: from_name ?? shop_name, address },
  })
}

/** Without a password there is nothing to log in with: relays that know their shops by address. */
const loginOf = (username: string | null, password: string | undefined) =>
  username && password ? { username, password } : undefined

const wayBySmtp = (ctx: Calling, server: SmtpServer): Way => ({
  route: 'smtp',
  send: (mail) => sendBySmtp(server, mail, waits(ctx.env)),
})

const ownWay = (ctx: Calling): Way => ({
  route: 'smtp',
  send: (mail) => sendMail(ctx.env, mail),
})
