import { eq, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Reading, Selecting, Transacting, Writing } from '../../context.ts'
import { insertMissing, mustExist, mustMatch, removeWhere, updateWhere } from '../../db/rows.ts'
import { checkedHost } from '../../integrations/outside.ts'
import { type FieldErrors, found, invalid, notFound } from '../../refusal.ts'
import { Id, id, optionalEmail, Stamps } from '../../schema.ts'
import { call, read, transact, write } from '../../verb.ts'
import { isMasked, mask } from '../integrations/integrations.ts'
import { sealSecrets } from '../integrations/secrets.ts'
import { employees } from '../staff/tables.ts'
import { encryption, hostName, optionalHeaderText, port, serverPassword } from './server-fields.ts'
import { employeeMailboxes, mailboxProviders } from './tables.ts'
import { MailTest, triedWay } from './test-mail.ts'
import { type Mailbox, sealedForEmployee, wayOfEmployee } from './ways.ts'

const provider = z
  .enum(mailboxProviders)
  .describe('outlook and google_workspace send by the shop’s integration of that name')

const Shown = z.object({
  employee_id: id(),
  provider,
  email_address: z
    .string()
    .nullable()
    .meta({ examples: ['john.doe@example.com'] }),
  display_name: z
    .string()
    .nullable()
    .meta({ examples: ['John Doe — Repair Angel'] }),
  smtp_host: z
    .string()
    .nullable()
    .meta({ examples: ['mail.example.com'] }),
  smtp_port: port().nullable(),
  smtp_encryption: encryption().nullable(),
  smtp_username: z
    .string()
    .nullable()
    .meta({ examples: ['john.doe@example.com'] }),
  smtp_password: z
    .string()
    .nullable()
    .meta({ examples: [mask] }),
  is_default: z.boolean(),
  created_at: Stamps.created_at.nullable(),
  updated_at: Stamps.updated_at.nullable(),
})

const Draft = z
  .object({
    provider,
    email_address: optionalEmail(),
    display_name: optionalHeaderText(),
    smtp_host: hostName()
      .transform((value) => value || null)
      .nullable(),
    smtp_port: port().nullable(),
    smtp_encryption: encryption().nullable(),
    smtp_username: optionalHeaderText(),
    smtp_password: serverPassword().describe('Kept as it is when absent, or given masked'),
    is_default: z
      .boolean()
      .describe('Mail of this employee leaves here; at first whether the mailbox is complete'),
  })
  .partial()

const ofEmployee = (employee_id: number) => eq(employeeMailboxes.employee_id, employee_id)

const storedMailbox = async (ctx: Selecting, employee_id: number): Promise<Mailbox | undefined> => {
  const [row] = await ctx.db.select().from(employeeMailboxes).where(ofEmployee(employee_id))
  return row
}

/** As the contract shows it; of an employee without one what holds until the first update. */
function shown(employee_id: number, row: Mailbox | undefined): z.input<typeof Shown> {
  if (!row) return { ...unset, employee_id }
  const { id: _id, tenant_id: _tenant, smtp_password, ...fields } = row
  return { ...fields, smtp_password: smtp_password && mask }
}

const unset = {
  provider: 'smtp',
  email_address: null,
  display_name: null,
  smtp_host: null,
  smtp_port: null,
  smtp_encryption: null,
  smtp_username: null,
  smtp_password: null,
  is_default: false,
  created_at: null,
  updated_at: null,
} as const

export const getMailbox = read(
  {
    summary: 'Get employee email config',
    description: 'The password is shown masked.',
    can: 'employees:read',
    module: 'hrm',
    params: Id,
    output: Shown,
    on: employees,
  },
  async (ctx: Reading, { params }) => {
    const [, mailbox] = await Promise.all([
      mustExist(ctx, employees, params.id),
      storedMailbox(ctx, params.id),
    ])
    return shown(params.id, mailbox)
  },
)

export const updateMailbox = transact(
  {
    summary: 'Update employee email config',
    can: 'employees:write',
    module: 'hrm',
    params: Id,
    body: Draft,
    output: Shown,
  },
  async (ctx, { params, body }) => {
    await mustExist(ctx, employees, params.id)
    await mustMatchMailbox(ctx, params.id)
    if (body.smtp_host) checkedHost(ctx.env, body.smtp_host, 'smtp_host')
    const before = await lockedMailbox(ctx, params.id)
    const { smtp_password, ...given } = body
    const secret = await sealedPassword(ctx, params.id, smtp_password)
    const missing = missingOf({ ...before, ...given, ...secret })
    const is_default = given.is_default ?? (before.isNew ? missing.length === 0 : before.is_default)
    if (is_default) refuseMissing(missing)
    await updateWhere(ctx, employeeMailboxes, ofEmployee(params.id), {
      ...given,
      ...secret,
      is_default,
    })
    return shown(params.id, found(await storedMailbox(ctx, params.id)))
  },
)

export const deleteMailbox = write(
  {
    summary: 'Delete employee email config',
    description: 'Their mail then leaves as the shop’s does.',
    can: 'employees:write',
    module: 'hrm',
    params: Id,
  },
  async (ctx, { params }) => {
    const [, , removed] = await Promise.all([
      mustExist(ctx, employees, params.id),
      mustMatchMailbox(ctx, params.id),
      removeWhere(ctx, employeeMailboxes, ofEmployee(params.id)),
    ])
    if (removed === 0) throw notFound('Email config')
  },
)

export const testMailbox = call(
  {
    summary: 'Test employee email config',
    description: 'Sends a test mail to the mailbox itself. Answers 200 also when that fails.',
    can: 'employees:write',
    module: 'hrm',
    params: Id,
    output: MailTest,
  },
  async (ctx, { params }) => {
    await getMailbox(ctx, { params })
    return triedWay(ctx, () => wayOfEmployee(ctx, params.id))
  },
)

const mustMatchMailbox = (ctx: Writing, employee_id: number) =>
  mustMatch(
    ctx,
    employeeMailboxes,
    sql`(select ${employeeMailboxes.id} from ${employeeMailboxes} where ${ofEmployee(employee_id)})`,
  )

/** The row, made if need be, until the transaction ends ours alone. */
async function lockedMailbox(ctx: Transacting, employee_id: number) {
  const added = await insertMissing(ctx, employeeMailboxes, { employee_id, is_default: false })
  const [row] = await ctx.db
    .select()
    .from(employeeMailboxes)
    .where(ofEmployee(employee_id))
    .for('update')
  return { ...found(row), isNew: added.length > 0 }
}

/** Nothing when it stays as it is. */
async function sealedPassword(
  { env }: Transacting,
  employee_id: number,
  password: string | null | undefined,
) {
  if (password === undefined || (password !== null && isMasked(password))) return {}
  const sealed = password && (await sealSecrets(env, { password }, sealedForEmployee(employee_id)))
  return { smtp_password: sealed || null }
}

type Fields = Pick<
  Mailbox,
  'provider' | 'email_address' | 'smtp_host' | 'smtp_port' | 'smtp_username' | 'smtp_password'
>

/** Fields without which nothing can be sent. */
function missingOf(mailbox: { [K in keyof Fields]: Fields[K] | undefined }): string[] {
  const needed = ['email_address', ...(mailbox.provider === 'smtp' ? smtpNeeds : [])] as const
  const missing = needed.filter((field) => !mailbox[field])
  // A name without a password is a login that was forgotten; without both a relay may take it.
  if (mailbox.provider !== 'smtp' || !mailbox.smtp_username || mailbox.smtp_password) return missing
  return [...missing, 'smtp_password']
}

const smtpNeeds = ['smtp_host', 'smtp_port'] as const

function refuseMissing(fields: string[]) {
  const errors: FieldErrors = Object.fromEntries(
    fields.map((field) => [field, [`The ${field.replaceAll('_', ' ')} field is required.`]]),
  )
  if (fields.length > 0) throw invalid(errors)
}
