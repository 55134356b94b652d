import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Misbehaviour } from '../fakes/provider.ts'
import { newCustomer, newIssued, screen } from '../sales/invoicing.ts'
import { adding, booking, patience_ms, type Slug, startBookkeeping } from './pushing.ts'

const world = await startBookkeeping()
const { shop, owner, fakes, connect, disconnect, settled, syncsOf, wake } = world
const { api } = shop

const labels: Record<Slug, string> = { moneybird: 'Moneybird', snelstart: 'SnelStart' }
const number = (issued: { invoice_number: string }) => issued.invoice_number

/** Service × case, as it came out. */
const outcomes: Record<string, Record<string, string>> = {}
afterAll(() => console.table(outcomes))

describe.each(['moneybird', 'snelstart'] as const)('%s', (slug) => {
  const fake = fakes[slug]
  beforeAll(async () => {
    await disconnect(slug === 'moneybird' ? 'snelstart' : 'moneybird')
    await connect(slug)
  })

  const requests = (pattern: RegExp) =>
    fake.requests.filter(({ method, url }) => pattern.test(`${method} ${url.pathname}`)).length

  /** Issues an invoice while the service misbehaves, and says what came of it. */
  async function pushed(name: string, pattern: RegExp, ...moods: Misbehaviour[]) {
    const before = requests(pattern)
    fake.next(pattern, ...moods)
    const invoice = await newIssued(api)
    await settled()
    const [sync] = await syncsOf(slug, number(invoice))
    const there = fake.named(number(invoice)).length
    const { status, attempts, failure } = sync
    outcomes[name] = {
      ...outcomes[name],
      [slug]: `${status}, ${there}× there${failure ? `: ${failure}` : ''}`,
    }
    return { status, attempts, failure, there, asked: requests(pattern) - before }
  }

  const once = { status: 'done', failure: null, there: 1 }

  test('success', async () => {
    expect(await pushed('success', booking[slug])).toEqual({ ...once, attempts: 1, asked: 1 })
  })

  test.each<[string, Misbehaviour, number]>([
    ['timeout', 'silence', 2],
    ['broken off', 'broken', 2],
    ['500, then success', 'error', 2],
    ['malformed', 'malformed', 2],
    ['429, 1 s', { status: 429, retry_after: '1' }, 2],
    ['done, but answered late', { late_ms: patience_ms + 500 }, 1],
  ])('%s: it is there once', async (name, mood, asked) => {
    expect(await pushed(name, booking[slug], mood)).toEqual({ ...once, attempts: 2, asked })
  })

  test.each<[string, Misbehaviour, number]>([
    ['customer: timeout', 'silence', 2],
    ['customer: 500, then success', 'error', 2],
    ['customer: made, but answered late', { late_ms: patience_ms + 500 }, 1],
  ])('%s: he is there once', async (name, mood, asked) => {
    expect(await pushed(name, adding[slug], mood)).toEqual({ ...once, attempts: 2, asked })
  })

  test('429 with a long Retry-After: not before that', async () => {
    fake.next(booking[slug], { status: 429, retry_after: '900' })
    const invoice = await newIssued(api)
    const failed = async () => (await syncsOf(slug, number(invoice)))[0]?.failure
    const failure = `${labels[slug]} failed (HTTP 429).`
    await expect.poll(failed, { timeout: 20_000 }).toBe(failure)
    const waits = () =>
      owner.query(`select extract(epoch from next_at - now())::int as wait_s from reactions
        where kind = 'bookkeeping' and done_at is null and failed_at is null`)
    await expect.poll(async () => (await waits()).rows[0]?.wait_s).toBeGreaterThan(600)
    expect((await waits()).rows[0].wait_s).toBeLessThanOrEqual(901)
    await settled()
    outcomes['429, 900 s'] = { ...outcomes['429, 900 s'], [slug]: 'tried again after 900 s, done' }
    expect(fake.named(number(invoice))).toHaveLength(1)
  })

  test('wrong credentials: given up, until somebody retries with others', async () => {
    await connect(slug, slug === 'moneybird' ? { api_token: 'no' } : { client_key: 'no' })
    const invoice = await newIssued(api)
    await settled()
    const [sync] = await syncsOf(slug, number(invoice))
    const failure = `${labels[slug]} does not accept our API key.`
    expect(sync).toMatchObject({ status: 'failed', failure, attempts: 1, external_id: null })
    outcomes['wrong credentials'] = {
      ...outcomes['wrong credentials'],
      [slug]: `failed: ${failure}`,
    }
    const { body: letters } = await api.get('/dead-letters?kind=bookkeeping&per_page=1')
    expect(letters.data[0]).toMatchObject({ failure, attempts: 1 })
    await connect(slug)
    const retried = await api.post(`/integrations/${slug}/sync/${sync.id}/retry`)
    expect(retried.status).toBe(202)
    expect(retried.body).toMatchObject({ id: sync.id, status: 'queued', failure: null })
    await settled()
    expect(await syncsOf(slug, number(invoice))).toMatchObject([{ status: 'done', failure: null }])
    expect(fake.named(number(invoice))).toHaveLength(1)
    const again = await api.post(`/integrations/${slug}/sync/${sync.id}/retry`)
    expect([again.status, again.body.code]).toEqual([422, 'already_synced'])
  })

  test('refused: given up with what the service names, but not with what was in it', async () => {
    const customer_id = await newCustomer(api, { email: 'jane@example.com' })
    await owner.query(`update customers set email = 'nobody at all' where id = $1`, [customer_id])
    const invoice = await newIssued(api, { customer_id })
    await settled()
    const [sync] = await syncsOf(slug, number(invoice))
    const named = slug === 'moneybird' ? 'send_invoices_to_email' : 'REL-0005'
    expect(sync).toMatchObject({
      status: 'failed',
      failure: `${labels[slug]} refused: ${named}.`,
      attempts: 1,
    })
    outcomes.refused = { ...outcomes.refused, [slug]: `failed: ${sync.failure}` }
  })

  test('it is there, and the consumer died before it noted that', async () => {
    const invoice = await newIssued(api)
    await settled()
    await owner.query(
      `with sync as (
         update document_syncs set status = 'queued', external_id = null, synced_at = null
         where slug = $1 and reference = $2 returning id)
       update reactions set done_at = null, next_at = now()
       where kind = 'bookkeeping' and event_id in (
         select id from events where name = 'invoice.issued' and entity_id = $3)
         and subject_id in (select id from integrations where slug = $1)`,
      [slug, number(invoice), invoice.id],
    )
    await wake()
    await settled()
    const [sync] = await syncsOf(slug, number(invoice))
    expect(sync).toMatchObject({ status: 'done', attempts: 2 })
    expect(sync.external_id).toBe(fake.named(number(invoice))[0]?.id)
    expect(fake.named(number(invoice))).toHaveLength(1)
    outcomes.killed = { ...outcomes.killed, [slug]: 'done, 1× there' }
  })

  test('many of one customer, by five consumers at once, while some are answered late', async () => {
    fake.next(booking[slug], { late_ms: 300 }, { late_ms: patience_ms + 300 }, 'broken')
    const customer_id = await newCustomer(api, { first_name: 'Busy', last_name: slug })
    const issued = await Promise.all(
      Array.from({ length: 5 }, () => newIssued(api, { customer_id, lines: [screen] })),
    )
    await wake(5)
    await settled()
    for (const invoice of issued) expect(fake.named(number(invoice))).toHaveLength(1)
    const people =
      slug === 'moneybird'
        ? fakes.moneybird.contacts.filter((contact) => contact.customer_id === `RA-${customer_id}`)
        : fakes.snelstart.relations.filter(({ memo }) => memo === `Repair Angel RA-${customer_id}`)
    expect(people).toHaveLength(1)
  })

  test('switched off meanwhile: given up, and a retry refused', async () => {
    fake.next(booking[slug], 'error')
    const invoice = await newIssued(api)
    const failed = async () => (await syncsOf(slug, number(invoice)))[0]?.failure
    await expect.poll(failed, { timeout: 20_000 }).toBe(`${labels[slug]} failed (HTTP 500).`)
    await disconnect(slug)
    await settled()
    const [sync] = await syncsOf(slug, number(invoice))
    expect(sync.status).toBe('failed')
    expect(sync.failure).toMatch(/ is not switched on for this shop\.$/)
    const retried = await api.post(`/integrations/${slug}/sync/${sync.id}/retry`)
    expect([retried.status, retried.body.code]).toEqual([422, 'integration_disabled'])
    await connect(slug)
  })
})
