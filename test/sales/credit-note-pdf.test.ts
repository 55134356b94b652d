import { extractText, getDocumentProxy } from 'unpdf'
import { expect, test } from 'vitest'
import { startShops } from '../harness/shop.ts'
import { all, newCredit } from './crediting.ts'
import { business, repairShop } from './e-invoicing.ts'
import { newCustomer, newIssued } from './invoicing.ts'
import { storeInvoice } from './stored-invoice.ts'

const { shop, owner } = await startShops()
const { api } = shop

async function textOf(path: string): Promise<string> {
  const answer = await api.get(path)
  expect(answer.status).toBe(200)
  expect(answer.headers.get('content-type')).toBe('application/pdf')
  const pdf = await getDocumentProxy(new Uint8Array(answer.body))
  return (await extractText(pdf, { mergePages: true })).text
}

test('a credit note names its invoice and shows what it takes back below zero', async () => {
  const invoice = await newIssued(api)
  const note = await newCredit(api, { invoice_id: invoice.id })
  const path = `/credit-notes/${note.id}/pdf`
  const text = await textOf(path)
  for (const part of [
    `Creditnota ${note.credit_note_number}`,
    `Deze creditnota corrigeert factuur ${invoice.invoice_number} van 27 maart 2026.`,
    'Screen replacement',
    '−1',
    '40,00',
    '21%',
    '−40,00',
    'Totaal excl. btw',
    'Btw 21% over € −40,00',
    '€ −8,40',
    '€ −48,40',
    'Screen was faulty',
  ]) {
    expect(text).toContain(part)
  }
  expect(text).not.toContain('verrekend')
  expect((await api.get(path)).headers.get('content-disposition')).toContain(
    `inline; filename="${note.credit_note_number}.pdf"`,
  )
  await api.post(`/credit-notes/${note.id}/apply`)
  expect(await textOf(path)).toContain(
    `Het bedrag is verrekend met factuur ${invoice.invoice_number}.`,
  )
  const paper = await textOf(`/invoices/${invoice.id}/pdf`)
  expect(paper).toMatch(/Gecrediteerd\s+€ −48,40\s+Te betalen\s+€ 59,29/)
})

test('it is in the language of the shop, and says when it is void', async () => {
  await api.put('/settings', { locale: 'en' })
  const note = await newCredit(api)
  await api.delete(`/credit-notes/${note.id}`)
  const text = await textOf(`/credit-notes/${note.id}/pdf`)
  expect(text).toContain(`Credit note ${note.credit_note_number}`)
  expect(text).toContain('VOID')
  expect(text).not.toMatch(/factuur|btw/i)
  await api.put('/settings', { locale: 'nl' })
})

test('it shows seller, buyer, discount and prices as the invoice had them', async () => {
  const line = { milli: 1000, price_cents: 10_000, rate: 21, category: 'S', discount_e2: 0 }
  const id = await storeInvoice(
    owner,
    { tenant_id: shop.tenant_id, customer_id: await newCustomer(api) },
    { prices_include_vat: true, discount_e2: 1000, lines: [line] },
    { buyer: business, seller: repairShop },
  )
  const note = await newCredit(api, { invoice_id: id, ...all })
  const text = await textOf(`/credit-notes/${note.id}/pdf`)
  for (const part of [
    'Reparatiehuis B.V.',
    'KvK 12345678',
    'Jansen Advies B.V.',
    'Btw-nummer NL009876543B02',
    'Prijs incl. btw',
    'Korting',
    // Incl. VAT, as the line above it.
    '€ 10,00',
    '€ −90,00',
  ]) {
    expect(text).toContain(part)
  }
})
