import { count, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Selecting, Transacting } from '../../context.ts'
import { page } from '../../db/pages.ts'
import { insert, remove, rowsBy, same, update } from '../../db/rows.ts'
import { checkedUrl } from '../../integrations/outside.ts'
import { found, refused } from '../../refusal.ts'
import { flag, Id, id, instant, optionalText, Paging, pageOf, Stamps, text } from '../../schema.ts'
import { read, transact, write } from '../../verb.ts'
import { isAskable } from './resources.ts'
import { newKey, openKeys, sealKeys } from './signing-keys.ts'
import { webhookEndpoints } from './tables.ts'

const exampleUrl = 'https://shop.example.com/hooks/repairs'

const Endpoint = z.object({
  id: id(),
  url: z.string().meta({ examples: [exampleUrl] }),
  events: z.array(z.string()).meta({ examples: [['invoice.paid', 'work_order.status_changed']] }),
  description: z.string().nullable(),
  active: z.boolean(),
  failing_since: instant()
    .nullable()
    .describe('Since when nothing arrives; null while all is well'),
  disabled_at: instant().nullable().describe('When the service switched it off'),
  disabled_reason: z.string().nullable(),
  previous_until: instant()
    .nullable()
    .describe('Until then messages carry a signature of the secret before too'),
  ...Stamps,
})

const WithSecret = Endpoint.extend({
  secret: z
    .string()
    .describe('Verifies the signature of messages; shown here and never again')
    .meta({ examples: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo='] }),
})

const Draft = z.object({
  url: text(2000).meta({ examples: [exampleUrl] }),
  events: z
    .array(z.string().refine(isAskable, 'must be the name of an event, or *'))
    .min(1)
    .max(200)
    .transform((names) => [...new Set(names)])
    .describe('Names of `GET /webhook-endpoints/events`, or `*` for all')
    .meta({ examples: [['invoice.paid', 'work_order.status_changed']] }),
  description: optionalText(),
  active: z.boolean().optional(),
})

const columns = {
  id: webhookEndpoints.id,
  url: webhookEndpoints.url,
  events: webhookEndpoints.events,
  description: webhookEndpoints.description,
  active: webhookEndpoints.active,
  failing_since: webhookEndpoints.failing_since,
  disabled_at: webhookEndpoints.disabled_at,
  disabled_reason: webhookEndpoints.disabled_reason,
  previous_until: webhookEndpoints.previous_until,
  created_at: webhookEndpoints.created_at,
  updated_at: webhookEndpoints.updated_at,
}

const rows = (ctx: Selecting) => ctx.db.select(columns).from(webhookEndpoints)

const one = async (ctx: Selecting, id: number) =>
  found((await rowsBy(ctx, rows, webhookEndpoints.id, id))[0])

export const listEndpoints = read(
  {
    summary: 'List webhook endpoints',
    can: 'webhook_endpoints:read',
    query: Paging.extend({ active: flag().optional() }),
    output: pageOf(Endpoint),
  },
  (ctx, { query: { active, ...paging } }) =>
    page(ctx, webhookEndpoints, paging, same(webhookEndpoints.active, active), rows),
)

export const getEndpoint = read(
  {
    summary: 'Get webhook endpoint',
    can: 'webhook_endpoints:read',
    params: Id,
    output: Endpoint,
    on: webhookEndpoints,
  },
  (ctx, { params }) => one(ctx, params.id),
)

const mostEndpoints = 20

/** One that comes for the last place waits for the others; or all of them would find it free. */
async function takePlace(ctx: Transacting) {
  await ctx.db.execute(
    sql`select pg_advisory_xact_lock(hashtextextended('webhook_endpoints ' || app.tenant(), 0))`,
  )
  const [taken] = await ctx.db.select({ places: count() }).from(webhookEndpoints)
  if ((taken?.places ?? 0) >= mostEndpoints) {
    const message = `A shop has at most ${mostEndpoints} webhook endpoints.`
    throw refused('too_many_endpoints', message)
  }
}

export const createEndpoint = transact(
  {
    summary: 'Create webhook endpoint',
    description: `Messages follow Standard Webhooks 1.0.0 (standardwebhooks.com): a POST of
\`{"type", "timestamp", "data"}\` with the headers \`webhook-id\`, \`webhook-timestamp\` and \`webhook-signature\`.
\`data\` is the record as its GET shows it when the message is first sent; of a deleted record it is the id and the
last values of its columns; when the message would be larger than 20 kB it is \`{"id", "truncated": true}\`.
Any 2xx within 15 seconds is success. Everything else, redirects included, is tried again after 5 seconds,
5 and 30 minutes, 2, 5, 10, 14, 20 and 24 hours, with the same \`webhook-id\` and body, so drop what you have seen;
messages may overtake each other. 410 switches the endpoint off, and so do five days of failures.
The \`url\` is https on a public host name. A shop has at most ${mostEndpoints} endpoints.`,
    can: 'webhook_endpoints:write',
    body: Draft,
    output: WithSecret,
    secret: true,
    status: 201,
  },
  async (ctx, { body }) => {
    checkedUrl(ctx.env, body.url)
    await takePlace(ctx)
    const secret = newKey()
    const secrets = await sealKeys(ctx.env, ctx.session.tenant_id, { current: secret })
    const [added] = await insert(ctx, webhookEndpoints, { ...body, secrets })
    return { ...(await one(ctx, found(added).id)), secret }
  },
)

export const updateEndpoint = write(
  {
    summary: 'Update webhook endpoint',
    description:
      '`active: false` ends what waits to be sent; `active: true` starts anew, also after the service had switched it off.',
    can: 'webhook_endpoints:write',
    params: Id,
    body: Draft.partial(),
    output: Endpoint,
    on: webhookEndpoints,
  },
  async (ctx, { params, body }) => {
    if (body.url !== undefined) checkedUrl(ctx.env, body.url)
    const anew = { failing_since: null, disabled_at: null, disabled_reason: null }
    const [, endpoint] = await Promise.all([
      update(ctx, webhookEndpoints, params.id, { ...body, ...(body.active && anew) }),
      one(ctx, params.id),
    ])
    return endpoint
  },
)

export const deleteEndpoint = write(
  {
    summary: 'Delete webhook endpoint',
    description: 'Together with the log of its deliveries.',
    can: 'webhook_endpoints:write',
    params: Id,
    on: webhookEndpoints,
  },
  (ctx, { params }) => remove(ctx, webhookEndpoints, params.id),
)

export const rotateSecret = transact(
  {
    summary: 'Rotate the secret of a webhook endpoint',
    description:
      'For 24 hours messages are signed with both, so that no receiver has to change at the same moment.',
    can: 'webhook_endpoints:write',
    params: Id,
    output: WithSecret,
    secret: true,
    on: webhookEndpoints,
  },
  async (ctx, { params }) => {
    const [row] = await ctx.db
      .select({ secrets: webhookEndpoints.secrets })
      .from(webhookEndpoints)
      .where(same(webhookEndpoints.id, params.id))
      .for('update')
    const { tenant_id } = ctx.session
    const { current } = await openKeys(ctx.env, tenant_id, found(row).secrets)
    const secret = newKey()
    await update(ctx, webhookEndpoints, params.id, {
      secrets: await sealKeys(ctx.env, tenant_id, { current: secret, previous: current }),
      previous_until: sql`app.now() + interval '24 hours'`,
    })
    return { ...(await one(ctx, params.id)), secret }
  },
)
