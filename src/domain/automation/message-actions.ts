import { and, eq, sql } from 'drizzle-orm'
import type { Transacting } from '../../context.ts'
import { emailOfNow } from '../customers/email-of-now.ts'
import { e164 } from '../customers/phone.ts'
import { companies, customers } from '../customers/tables.ts'
import { react } from '../engine/reaction.ts'
import { shopRoles } from '../identity/permissions.ts'
import { users } from '../identity/tables.ts'
import { subjects } from '../mail/written-mail.ts'
import { notificationTypes } from '../notifications/tables.ts'
import { tell } from '../notifications/tell.ts'
import { queueSms } from '../sms/queue.ts'
import { action, type Done, onlyOne, type Situation } from './action.ts'
import type { Link } from './sources.ts'

/** Whom a message goes to, when the rule names nobody. */
async function customerOf(ctx: Transacting, at: Situation) {
  const id = at.links.customer
  if (!id) return undefined
  const [customer] = await ctx.db
    .select({
      id: customers.id,
      phone: customers.phone_e164,
      wants_no_sms: customers.sms_opt_out,
      email: emailOfNow,
      bounced: sql<boolean>`${customers.email} is not null and ${customers.email_bounced_at} is not null`,
    })
    .from(customers)
    .leftJoin(companies, eq(companies.id, customers.company_id))
    .where(eq(customers.id, id))
  return customer
}

/** Mails about a work order or a document belong to its conversation. */
const aboutOf = ({ record }: Situation) => {
  const entity = subjects.find((subject) => subject === record?.entity)
  return record && entity ? { about: { entity, id: record.id } } : {}
}

const toSomebody = (given: Readonly<Record<string, unknown>>, has: (link: Link) => boolean) =>
  given.to === undefined && !has('customer')
    ? (['to', 'is required: the trigger is about no customer'] as [string, string])
    : undefined

const noCustomer: Done = { skipped: 'There is no customer.' }

export const messageActions = {
  send_sms: action({
    label: 'Send a text message',
    params: {
      body: { type: 'text', max: 1000, required: true },
      to: { type: 'phone', description: "The customer's number when absent" },
    },
    problem: toSomebody,
    perform: async (ctx, { body, to }, at) => {
      const customer = await customerOf(ctx, at)
      const phone = to === undefined ? customer?.phone : e164(to)
      if (to === undefined && !customer) return noCustomer
      if (!phone) return { skipped: 'The customer has no phone number.' }
      const isTheirs = customer !== undefined && customer.phone === phone
      if (isTheirs && customer.wants_no_sms) {
        return { skipped: 'The customer wants no text messages.' }
      }
      const customer_id = isTheirs ? customer.id : null
      await queueSms(ctx, { phone, body: at.fill(body), customer_id })
      return { did: 'text message queued', touched: at.record }
    },
  }),

  send_email: action({
    label: 'Send an e-mail',
    params: {
      subject: { type: 'text', max: 200, required: true },
      body: { type: 'text', max: 10_000, required: true },
      to: { type: 'email', description: "The customer's address when absent" },
    },
    problem: toSomebody,
    perform: async (ctx, { subject, body, to }, at) => {
      const customer = to === undefined ? await customerOf(ctx, at) : undefined
      const address = to ?? customer?.email
      if (to === undefined && !customer) return noCustomer
      if (!address) return { skipped: 'The customer has no e-mail address.' }
      if (customer?.bounced) return { skipped: 'Mail to the customer came back.' }
      await react(ctx, {
        kind: 'mail',
        key: `${at.cause}/mail`,
        payload: {
          to: address,
          subject: at.fill(subject).replace(/\s+/g, ' '),
          text: at.fill(body),
          outside: { ...(customer && { customer_id: customer.id }), ...aboutOf(at) },
        },
      })
      return { did: 'e-mail queued', touched: at.record }
    },
  }),

  notify: action({
    label: 'Tell people of the shop',
    params: {
      message: { type: 'text', max: 1000, required: true },
      title: { type: 'text', max: 200, description: 'The name of the rule when absent' },
      users: { type: 'users', description: 'Ids of accounts; the assignee when absent' },
      role: { type: 'enum', values: shopRoles, description: 'All who have it, in place of users' },
    },
    problem: (given, has) => {
      if (given.users !== undefined || given.role !== undefined || !has('assignee')) {
        return onlyOne(given, ['users', 'role'])
      }
      return undefined
    },
    perform: async (ctx, { message, title, users: named, role }, at) => {
      const assignee = at.links.assignee
      const people = role ? await usersWith(ctx, role) : (named ?? (assignee ? [assignee] : []))
      const { entity, id } = at.record ?? {}
      const told = await tell(
        ctx,
        people,
        {
          key: 'automation',
          type: notificationTypes.find((type) => type === entity) ?? 'system',
          title: title === undefined ? at.rule.name : at.fill(title),
          body: at.fill(message),
          entity: entity ?? null,
          entity_id: id ?? null,
          event_id: at.event_id,
        },
        at.cause,
      )
      if (told === 0) return { skipped: 'There is nobody to tell, or they know already.' }
      return { did: `${told} told`, touched: at.record }
    },
  }),

  webhook: action({
    label: 'Call a webhook',
    params: {
      endpoint_id: { type: 'webhook_endpoint' },
      url: { type: 'url', description: 'In place of an endpoint; https' },
    },
    problem: (given) => onlyOne(given, ['endpoint_id', 'url']),
    perform: async (ctx, { endpoint_id = null, url }, at) => {
      const { entity = null, id = null } = at.record ?? {}
      await react(ctx, {
        kind: 'webhook',
        key: `${at.cause}/webhook`,
        subject_id: endpoint_id,
        payload: {
          type: 'automation_rule.ran',
          rule_id: at.rule.id,
          entity,
          entity_id: id,
          ...(url !== undefined && { url }),
        },
      })
      return { did: 'webhook queued', touched: at.record }
    },
  }),
}

async function usersWith(ctx: Transacting, role: string): Promise<number[]> {
  const rows = await ctx.db
    .select({ id: users.id })
    .from(users)
    .where(and(eq(users.role, role), users.active))
  return rows.map(({ id }) => id)
}
