import { SignJWT } from 'jose'
import { describe, expect, test } from 'vitest'
import type { Json } from '../harness/client.ts'
import { Client } from '../harness/client.ts'
import { newToken } from '../harness/shop.ts'
import { newCustomer, newDraft } from '../sales/invoicing.ts'
import { startVisiting } from './visiting.ts'

const {
  api,
  shop,
  other,
  owner,
  url,
  customer_id,
  linkOf,
  newInvoice,
  newOrder,
  newQuotation,
  open,
  send,
} = await startVisiting()

const links = `/customers/${customer_id}/links`
const order = await newOrder()
const tokenOf = (link: Json): string => link.url.split('/p/')[1]

describe('a link', () => {
  test('is made, listed, opened and revoked', async () => {
    const { status, body, headers } = await api.post(links, {
      subject: 'work_order',
      subject_id: order.id,
    })
    expect(status).toBe(201)
    expect(headers.get('content-type')).toBe('application/json')
    expect(body.url).toMatch(new RegExp(`^${url}/p/[\\w-]+\\.[\\w-]+\\.[\\w-]+$`))
    const days = (new Date(body.expires_at).getTime() - Date.now()) / 86_400_000
    expect(days).toBeGreaterThan(29.9)
    expect(days).toBeLessThanOrEqual(30)
    const listed = async () => (await api.get(links)).body.find(({ id }: Json) => id === body.id)
    expect(await listed()).toMatchObject({
      subject: 'work_order',
      subject_id: order.id,
      expires_at: body.expires_at,
      opened_at: null,
      revoked_at: null,
    })
    expect((await open(body.url)).status).toBe(200)
    expect((await listed()).opened_at).toEqual(expect.any(String))
    expect((await api.delete(`${links}/${body.id}`)).status).toBe(204)
    const { revoked_at } = await listed()
    expect(revoked_at).toEqual(expect.any(String))
    expect((await open(body.url)).status).toBe(410)
    expect((await api.delete(`${links}/${body.id}`)).status).toBe(204)
    expect((await listed()).revoked_at).toBe(revoked_at)
  })

  test('lasts as long as was asked, at most a year', async () => {
    const asked = { subject: 'work_order', subject_id: order.id }
    const { body } = await api.post(links, { ...asked, expires_in_days: 1 })
    expect(new Date(body.expires_at).getTime() - Date.now()).toBeLessThanOrEqual(86_400_000)
    for (const expires_in_days of [0, -1, 366, 1.5, '7', null]) {
      const refused = await api.post(links, { ...asked, expires_in_days })
      expect(refused, String(expires_in_days)).toMatchObject({
        status: 422,
        body: { errors: { expires_in_days: [expect.any(String)] } },
      })
    }
  })

  test('shows a document of that customer, and no draft', async () => {
    const stranger = await newCustomer(api)
    const draft = await newDraft(api, { customer_id })
    const { body: quotation } = await api.post('/quotations', {
      customer_id,
      lines: [{ description: 'x', qty: 1, unit_price: 1 }],
    })
    const attempts: [number, object][] = [
      [stranger, { subject: 'work_order', subject_id: order.id }],
      [customer_id, { subject: 'invoice', subject_id: order.id + 1000 }],
      [customer_id, { subject: 'invoice', subject_id: draft.id }],
      [customer_id, { subject: 'quotation', subject_id: quotation.id }],
    ]
    for (const [id, body] of attempts) {
      expect(await api.post(`/customers/${id}/links`, body)).toMatchObject({
        status: 422,
        body: { errors: { subject_id: [expect.any(String)] } },
      })
    }
    expect(await api.post(links, { subject: 'payslip', subject_id: 1 })).toMatchObject({
      status: 422,
      body: { errors: { subject: [expect.any(String)] } },
    })
  })

  test('is not given by who may not see the document', async () => {
    const invoice = await newInvoice()
    const { rows } = await owner.query(`select id from users where email = 'admin@first.example'`)
    const narrow = new Client(
      url,
      await newToken(owner, shop.tenant_id, rows[0].id, ['customers:*', 'work_orders:read']),
    )
    const give = (subject: string, subject_id: number) =>
      narrow.post(links, { subject, subject_id })
    expect((await give('invoice', invoice.id)).status).toBe(403)
    expect((await give('quotation', 1)).status).toBe(403)
    expect((await give('work_order', order.id)).status).toBe(201)
    expect(
      (await shop.as.technician.post(links, { subject: 'work_order', subject_id: order.id }))
        .status,
    ).toBe(403)
    expect(
      (await other.api.post(links, { subject: 'work_order', subject_id: order.id })).status,
    ).toBe(404)
  })
})

describe('a link that is over, or was never ours', () => {
  const clear = (page: { text: string }) => {
    for (const secret of ['Reparatiehuis', 'iPhone', 'WO-2026', 'Jane']) {
      expect(page.text).not.toContain(secret)
    }
  }

  test('is told apart, in both languages, and says nothing', async () => {
    const link = await linkOf('work_order', order.id)
    await owner.query(`update customer_links set expires_at = now() where id = $1`, [link.id])
    const over = await open(link.url)
    expect(over.status).toBe(410)
    expect(over.text).toContain('Deze link werkt niet meer')
    expect(over.text).toContain('This link no longer works')
    clear(over)
    for (const path of ['', '/pdf']) expect((await open(link.url + path)).status).toBe(410)
    for (const action of ['accept', 'reject', 'sign', 'pay']) {
      expect((await send(`${link.url}/${action}`)).status).toBe(410)
    }
  })

  const secret = new TextEncoder().encode('the secret of links in tests only')
  const signed = (claims: object, key = secret, alg = 'HS256') =>
    new SignJWT({ ...claims }).setProtectedHeader({ alg }).setExpirationTime('1h').sign(key)

  test('cannot be forged', async () => {
    const link = await linkOf('work_order', order.id)
    const claims = { link: link.id, tenant: shop.tenant_id }
    expect((await open(`/p/${await signed(claims)}`)).status).toBe(200)
    const [head, body, signature] = tokenOf(link).split('.')
    const none = Buffer.from('{"alg":"none"}').toString('base64url')
    const forged = [
      'nonsense',
      `${head}.${body}`,
      `${none}.${body}.`,
      `${none}.${body}.${signature}`,
      `${head}.${body}.${signature?.split('').reverse().join('')}`,
      await signed(claims, new TextEncoder().encode('another secret of the same length')),
      await signed(claims, new TextEncoder().encode('x'.repeat(64)), 'HS512'),
      await signed({ ...claims, tenant: other.tenant_id }),
      await signed({ ...claims, link: 999_999 }),
      await signed({ link: link.id }),
      'x'.repeat(5000),
      '%00',
    ]
    for (const token of forged) {
      const page = await open(`/p/${token}`)
      expect(page.status, token).toBe(404)
      expect(page.text).toContain('Deze pagina bestaat niet')
      expect(page.text).toContain('This page does not exist')
      clear(page)
    }
    const late = new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).setExpirationTime(1)
    expect((await open(`/p/${await late.sign(secret)}`)).status).toBe(410)
    const eternal = await new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(secret)
    expect((await open(`/p/${eternal}`)).status).toBe(404)
  })

  test('is not looked for without end from one address', async () => {
    const from = { 'CF-Connecting-IP': '198.51.100.7' }
    const tries = await Promise.all(
      Array.from({ length: 101 }, () => open('/p/nonsense', { headers: from })),
    )
    const late = tries.filter(({ status }) => status === 429)
    expect(late.length).toBeGreaterThan(0)
    expect(late[0]?.text).toContain('One moment please')
    expect(late[0]?.headers.get('retry-after')).toBe('60')
    expect(
      (await open('/p/nonsense', { headers: { 'CF-Connecting-IP': '198.51.100.8' } })).status,
    ).toBe(404)
  })
})

describe('a page', () => {
  test('keeps its address and its content to the customer', async () => {
    const quotation = await newQuotation()
    const { url: address } = await linkOf('quotation', quotation.id)
    for (const target of [address, `${address}/pdf`]) {
      const { status, headers } = await open(target)
      expect(status).toBe(200)
      expect(Object.fromEntries(headers)).toMatchObject({
        'cache-control': 'private, no-store',
        'referrer-policy': 'no-referrer',
        'x-robots-tag': 'noindex, nofollow',
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
      })
    }
    const policy = (await open(address)).headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).toMatch(/script-src 'sha256-[^']+'(;|$)/)
    expect(policy).toContain("form-action 'self'")
    expect(policy).not.toContain('unsafe')
    const lost = await open('/p/nonsense')
    expect(Object.fromEntries(lost.headers)).toMatchObject({
      'cache-control': 'private, no-store',
      'x-robots-tag': 'noindex, nofollow',
    })
  })

  test('changes nothing by being read', async () => {
    const quotation = await newQuotation()
    const { url: address } = await linkOf('quotation', quotation.id)
    for (const action of ['accept', 'reject', 'sign', 'pay']) {
      expect((await open(`${address}/${action}`)).status).toBe(405)
    }
    expect((await api.get(`/quotations/${quotation.id}`)).body.status).toBe('sent')
  })

  test('needs no token, and gives a stranger’s no power', async () => {
    const { url: address } = await linkOf('work_order', order.id)
    const headers = { Authorization: `Bearer ${other.api.token}` }
    expect((await open(address, { headers })).status).toBe(200)
  })
})
