import { describe, expect, test } from 'vitest'
import { startVisiting, today } from './visiting.ts'

const { api, shop, owner, newInvoice, newOrder, newAgreement, pageOf, eventsOf, open } =
  await startVisiting()

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
