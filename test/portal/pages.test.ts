import { describe, expect, test } from 'vitest'
import { dayIn, formatDate } from '../../src/lib/dates.ts'
import { startVisiting } from './visiting.ts'

const {
  api,
  shop,
  owner,
  mailbox,
  customer_id,
  linkOf,
  newQuotation,
  newInvoice,
  newOrder,
  newAgreement,
  open,
  send,
} = await startVisiting()

const today = formatDate(dayIn('Europe/Amsterdam', new Date()), 'nl')

/** What a reader sees: one kind of space, no markup. */
const seen = (html: string) =>
  html
    .replace(/<style>.*?<\/style>|<script>.*?<\/script>/gs, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/&nbsp;|\s+/g, ' ')

async function pageOf(subject: string, id: number) {
  const { url } = await linkOf(subject, id)
  const show = async (query = '') => seen((await open(url + query)).text)
  return {
    url: url as string,
    show,
    post: (action: string, fields = {}) => send(`${url}/${action}`, fields),
  }
}

const eventsOf = async (entity: string, id: number) => {
  const { rows } = await owner.query(
    `select name, actor, user_id, tenant_id::int from events where entity = $1 and entity_id = $2 order by id`,
    [entity, id],
  )
  return rows
}

describe('a quotation', () => {
  test('is shown as on paper, in both languages', async () => {
    const { id, quotation_number } = await newQuotation()
    const { show } = await pageOf('quotation', id)
    const dutch = await show()
    for (const part of [
      'Reparatiehuis Amsterdam',
      `Offerte ${quotation_number}`,
      'Offerte',
      'Wacht op uw akkoord',
      'Scherm vervangen iPhone 15 Pro',
      '0,75 × 65,00 · Korting 10% · Btw 21%',
      '43,87',
      '€ 292,87',
      'Btw 21% over € 292,87',
      '€ 354,37',
      '30 april 2099',
      'Klaar terwijl u wacht',
      'Akkoord met offerte',
      '020 123 45 67',
    ]) {
      expect(dutch).toContain(part)
    }
    const english = await show('?lang=en')
    for (const part of ['Quotation', 'Awaiting your approval', '€354.37', '30 April 2099']) {
      expect(english).toContain(part)
    }
    expect(await show('?lang=xx')).toBe(dutch)
  })

  test('is accepted once, by the customer', async () => {
    const { id } = await newQuotation()
    const { url, show, post } = await pageOf('quotation', id)
    for (const name of ['', '   ', 'x'.repeat(201), '\0']) {
      const refused = await post('accept', { name })
      expect(refused.status, JSON.stringify(name)).toBe(422)
      expect(refused.text).toContain('Vul uw naam in.')
    }
    expect((await send(`${url}/accept`)).status).toBe(422)
    const accepted = await post('accept', { name: 'Jane <b>Smith</b>' })
    expect(accepted.status).toBe(303)
    expect(accepted.headers.get('location')).toBe(new URL(url).pathname)
    const { body } = await api.get(`/quotations/${id}`)
    expect(body).toMatchObject({ status: 'accepted', accepted_at: expect.any(String) })
    const { rows } = await owner.query('select accepted_by from quotations where id = $1', [id])
    expect(rows).toEqual([{ accepted_by: 'Jane <b>Smith</b>' }])
    expect(await eventsOf('quotation', id)).toContainEqual({
      name: 'quotation.accepted',
      actor: 'customer',
      user_id: null,
      tenant_id: shop.tenant_id,
    })
    expect((await open(url)).text).toContain(
      `Jane &lt;b&gt;Smith&lt;/b&gt; ging op ${today} akkoord`,
    )
    expect(await show()).not.toContain('Akkoord met offerte')

    expect((await post('accept', { name: 'Someone else' })).status).toBe(303)
    expect((await post('reject', { reason: 'After all not' })).status).toBe(303)
    expect((await api.get(`/quotations/${id}`)).body).toMatchObject({
      status: 'accepted',
      accepted_at: body.accepted_at,
      rejection_reason: null,
    })
  })

  test('of ten answers at once one counts', async () => {
    const { id } = await newQuotation()
    const { post } = await pageOf('quotation', id)
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, n) =>
        n % 2 ? post('accept', { name: `Jane ${n}` }) : post('reject', { reason: `No ${n}` }),
      ),
    )
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 303))
    const answered = (await eventsOf('quotation', id)).filter(({ actor }) => actor === 'customer')
    expect(new Set(answered.map(({ name }) => name)).size).toBeLessThanOrEqual(2)
    expect(answered.filter(({ name }) => /accepted|rejected/.test(name))).toHaveLength(1)
  })

  test('is rejected with or without a reason', async () => {
    for (const reason of ['Te duur', '']) {
      const { id } = await newQuotation()
      const { show, post } = await pageOf('quotation', id)
      expect((await post('reject', { reason: 'x'.repeat(1001) })).status).toBe(422)
      expect((await post('reject', { reason })).status).toBe(303)
      expect((await api.get(`/quotations/${id}`)).body).toMatchObject({
        status: 'rejected',
        rejection_reason: reason || null,
      })
      expect(await show()).toContain(reason ? 'Uw toelichting Te duur' : 'afgewezen. Specificatie')
    }
  })

  test('is not accepted after its last day, nor while the shop changes it', async () => {
    const late = await newQuotation()
    await owner.query(`update quotations set valid_until = '2026-01-31' where id = $1`, [late.id])
    const page = await pageOf('quotation', late.id)
    expect(await page.show()).toContain('geldig tot en met 31 januari 2026')
    expect((await page.post('accept', { name: 'Jane' })).status).toBe(303)
    expect((await api.get(`/quotations/${late.id}`)).body.status).toBe('expired')

    const changing = await newQuotation()
    const again = await pageOf('quotation', changing.id)
    await owner.query(`update quotations set status = 'draft' where id = $1`, [changing.id])
    expect(await again.show()).toContain('Wij passen deze offerte nog aan')
    expect((await again.post('accept', { name: 'Jane' })).status).toBe(303)
    expect((await api.get(`/quotations/${changing.id}`)).body.status).toBe('draft')
  })

  test('takes no answer that is not its own', async () => {
    const { id } = await newQuotation()
    const { post } = await pageOf('quotation', id)
    expect((await post('sign', { signature_data: 'x' })).status).toBe(404)
    expect((await post('pay')).status).toBe(404)
  })
})

describe('an invoice', () => {
  test('is shown with what is open and how to pay it', async () => {
    const { id, invoice_number } = await newInvoice()
    const { url, show } = await pageOf('invoice', id)
    await api.post(`/invoices/${id}/payments`, { amount: 100, method: 'pin' })
    const page = await show()
    for (const part of [
      invoice_number,
      'Open',
      '€ 260,28 Nog te betalen',
      '27 april 2099',
      'NL91 ABNA 0417 1643 00',
      `Factuur ${invoice_number}`,
      'Scan met uw bankapp',
      'Reeds betaald',
      '€ 360,28',
    ]) {
      expect(page).toContain(part)
    }
    expect(page).not.toContain('online')
    expect((await open(url)).text).toContain('<svg viewBox=')
    const pdf = await open(`${url}/pdf`)
    expect(pdf.headers.get('content-type')).toBe('application/pdf')
    expect(pdf.headers.get('content-disposition')).toContain(`${invoice_number}.pdf`)
    expect(pdf.text).toMatch(/^%PDF-/)
  })

  test('says how things stand: overdue, paid, cancelled', async () => {
    const { id } = await newInvoice({ invoice_date: '2026-01-02', due_date: '2026-01-16' })
    const { show } = await pageOf('invoice', id)
    expect(await show()).toContain('Te laat')
    await api.post(`/invoices/${id}/payments`, { amount: 360.28, method: 'pin' })
    const paid = await show()
    expect(paid).toContain('Deze factuur is voldaan. Hartelijk dank.')
    expect(paid).toContain(`Betaald op ${today}`)
    expect(paid).not.toContain('IBAN')
    await owner.query(
      `update invoices set status = 'cancelled', paid_cents = 0, paid_at = null where id = $1`,
      [id],
    )
    const cancelled = await show()
    expect(cancelled).toContain('U hoeft niets te betalen')
    expect(cancelled).not.toContain('IBAN')
  })

  test('has a button to pay where the shop has a provider', async () => {
    const { id } = await newInvoice()
    const { url, show, post } = await pageOf('invoice', id)
    expect((await post('pay')).status).toBe(303)
    await owner.query(
      `insert into integrations (tenant_id, slug, enabled, webhook_key) values ($1, 'mollie', false, 'key')`,
      [shop.tenant_id],
    )
    expect(await show()).not.toContain('online')
    await owner.query(`update integrations set enabled = true`)
    expect(await show()).toContain('Betaal € 360,28 online')
    // The provider's page is where the form ends.
    const { headers } = await open(url)
    expect(headers.get('content-security-policy')).toContain("form-action 'self' https:")
    await api.post(`/invoices/${id}/payments`, { amount: 360.28, method: 'pin' })
    expect(await show()).not.toContain('online')
    await owner.query('delete from integrations')
  })

  test('that was taken back to a draft is not shown', async () => {
    const { id } = await newInvoice()
    const { url } = await pageOf('invoice', id)
    await owner.query(
      `update invoices set status = 'draft', issued_at = null, invoice_number = null where id = $1`,
      [id],
    )
    expect((await open(url)).status).toBe(404)
    expect((await open(`${url}/pdf`)).status).toBe(404)
  })
})

describe('a work order', () => {
  test('tells how far it is, and nothing internal', async () => {
    const order = await newOrder()
    const path = `/work-orders/${order.id}`
    await api.post(`${path}/status`, { status: 'waiting_parts', note: 'Supplier is slow again' })
    await api.post(`${path}/notes`, { note: 'Klant is lastig' })
    await api.post(`${path}/notes`, { note: 'Uw scherm is onderweg.', is_internal: false })
    const { url, show } = await pageOf('work_order', order.id)
    const page = await show()
    for (const part of [
      order.ticket_no,
      'Apple iPhone 15 Pro',
      'ma 30 maart, 17:00',
      'Scherm gebarsten',
      'Uw scherm is onderweg.',
      'Wacht op onderdelen',
      'Aangemeld',
    ]) {
      expect(page).toContain(part)
    }
    expect(page).not.toMatch(/lastig|Supplier|Ada Admin/)
    expect(page.indexOf('onderweg')).toBeLessThan(page.indexOf('Aangemeld'))
    const english = await show('?lang=en')
    expect(english).toContain('Waiting for parts')
    expect((await open(`${url}/pdf`)).status).toBe(404)
    // A label of the shop's own is shown as the shop wrote it.
    await owner.query(
      `update work_order_statuses set label = 'Bij de groothandel' where slug = $1`,
      ['waiting_parts'],
    )
    expect(await show()).toContain('Bij de groothandel')
  })
})

describe('a price agreement', () => {
  const png =
    'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

  test('is signed once, by the customer', async () => {
    const id = await newAgreement()
    const { url, show, post } = await pageOf('price_agreement', id)
    const page = await show()
    for (const part of ['Schermreparatie', '€ 95,00', '1 januari 2026', '31 december 2099']) {
      expect(page).toContain(part)
    }
    expect((await open(`${url}/pdf`)).status).toBe(404)
    for (const fields of [{}, { signature_data: '' }, { signature_data: 'bm8gcGljdHVyZQ==' }]) {
      const refused = await post('sign', fields)
      expect(refused.status).toBe(422)
      expect(refused.text).toContain('Uw handtekening kon niet worden gelezen')
    }
    expect((await post('sign', { signature_data: png })).status).toBe(303)
    const signed = await show()
    expect(signed).toContain(`U heeft deze prijsafspraak op ${today} ondertekend.`)
    expect(signed).not.toContain('Teken hieronder')
    expect(await eventsOf('price_agreement', id)).toContainEqual({
      name: 'price_agreement.signed',
      actor: 'customer',
      user_id: null,
      tenant_id: shop.tenant_id,
    })
    expect((await post('sign', { signature_data: png })).status).toBe(303)
    const times = (await eventsOf('price_agreement', id)).filter(({ name }) => /signed/.test(name))
    expect(times).toHaveLength(1)
  })

  test('cannot be signed any more when it has expired', async () => {
    const id = await newAgreement({ valid_until: '2026-02-28' })
    const { show } = await pageOf('price_agreement', id)
    const page = await show()
    expect(page).toContain('Deze prijsafspraak gold tot en met 28 februari 2026.')
    expect(page).not.toContain('Teken hieronder')
  })
})

describe('a mail', () => {
  const linksIn = (text = '') => text.match(/http\S+\/p\/[\w-]+\.[\w-]+\.[\w-]+/g) ?? []

  test('of a quotation or an invoice has the link, in the text and as a button', async () => {
    const quotation = await newQuotation()
    const invoice = await newInvoice()
    for (const [path, heading] of [
      [`/quotations/${quotation.id}/send`, quotation.quotation_number],
      [`/invoices/${invoice.id}/send`, invoice.invoice_number],
    ]) {
      mailbox.clear()
      expect((await api.post(path, { message: 'Our <own> words' })).status).toBe(200)
      const mail = mailbox.mails()[0]
      const [address = ''] = linksIn(mail?.text)
      expect(mail?.text).toContain('Our <own> words')
      expect(mail?.html).toContain('Our &lt;own&gt; words')
      expect(mail?.html).toContain(`<a href="${address}"`)
      const page = await open(address)
      expect(page.status).toBe(200)
      expect(seen(page.text)).toContain(heading)
    }
  })

  test('of an invoice that was mailed before is a copy', async () => {
    const { id, invoice_number } = await newInvoice({ customer_id })
    await api.post(`/invoices/${id}/send`)
    expect(mailbox.mails()[0]?.subject).toBe(
      `Factuur ${invoice_number} van Reparatiehuis Amsterdam`,
    )
    await api.post(`/invoices/${id}/send`)
    expect(mailbox.mails()[0]?.subject).toBe(
      `Kopie factuur ${invoice_number} van Reparatiehuis Amsterdam`,
    )
  })
})
