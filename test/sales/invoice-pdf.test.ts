import { PDFDocument } from 'pdf-lib'
import { extractText, getDocumentProxy } from 'unpdf'
import { describe, expect, test } from 'vitest'
import { renderInvoice } from '../../src/domain/sales/documents/invoice-pdf.ts'
import { fonts, invoiceDocument, line, pagesOf, parts, textOf } from './invoice-document.ts'

/** All parts occur, each after the one before. */
function expectInOrder(text: string, parts: string[]): void {
  let from = 0
  for (const part of parts) {
    const found = text.indexOf(part, from)
    expect(found, `${JSON.stringify(part)} after position ${from} of ${text}`).not.toBe(-1)
    from = found + part.length
  }
}

describe('an invoice', () => {
  test('says all the law asks, in reading order', async () => {
    const document = invoiceDocument({
      lines: [
        line({ description: 'Schermvervanging', discount_pct: '10.00' }),
        line({ description: 'Zadelreparatie', unit_price: '34.5000', vat_rate: 9, quantity: '2' }),
        line({ description: 'Arbeid', unit_price: '65.3333', quantity: '1.250' }),
      ],
      paid_cents: 5000,
      clauses: ['Op de lederreparatie is het verlaagde tarief van toepassing.'],
      notes: 'Twaalf maanden garantie.',
      footer: 'Onze voorwaarden gelden.',
      payment_url: 'https://pay.example/i/1',
    })
    expectInOrder(await textOf(document), [
      'Reparatiehuis B.V.',
      'Kerkstraat 12',
      '1017 GC Amsterdam',
      'Jansen Advies B.V.',
      'Dorpsweg 7',
      'Btw-nummer NL009876543B02',
      'Factuurnummer',
      '2026-0001',
      'Factuurdatum',
      '27 maart 2026',
      'Leverdatum',
      '26 maart 2026',
      'Vervaldatum',
      '10 april 2026',
      'WO-2026-0101',
      'iPhone 14 Pro, 256 GB',
      'Factuur 2026-0001',
      'Omschrijving',
      'Aantal',
      'Korting',
      'Schermvervanging',
      '1',
      '89,00',
      '10%',
      '21%',
      '80,10',
      'Zadelreparatie',
      '2',
      '34,50',
      '9%',
      '69,00',
      'Arbeid',
      '1,25',
      '65,3333',
      '81,67',
      'Totaal excl. btw',
      '€ 230,77',
      'Btw 21% over € 161,77',
      '€ 33,97',
      'Btw 9% over € 69,00',
      '€ 6,21',
      'Totaal incl. btw',
      '€ 270,95',
      'Reeds betaald',
      '€ −50,00',
      'Te betalen',
      '€ 220,95',
      'Twaalf maanden garantie.',
      'verlaagde tarief',
      'Wilt u € 220,95 uiterlijk op 10 april 2026 overmaken',
      'NL91 ABNA 0417 1643 00',
      'ABNANL2A',
      'Factuur 2026-0001',
      'https://pay.example/i/1',
      'Onze voorwaarden gelden.',
      'KvK 12345678',
      'NL001234567B01',
      'Pagina 1 van 1',
    ])
  })

  test('is written in English for an English reader', async () => {
    const text = await textOf(invoiceDocument({ locale: 'en', lines: parts(1) }))
    expectInOrder(text, [
      'Invoice number',
      '27 March 2026',
      'Invoice 2026-0001',
      'Total excl. VAT',
      '€89.00',
      'VAT 21% on €89.00',
      'Total incl. VAT',
      '€107.69',
      'Page 1 of 1',
    ])
    expect(text).not.toMatch(/factuur|btw/i)
  })

  test('leaves out what is not known', async () => {
    const unknown = { vat_id: null, address: [] }
    const text = await textOf(
      invoiceDocument({
        seller: {
          ...invoiceDocument().seller,
          ...unknown,
          coc_number: null,
          iban: null,
          bic: null,
        },
        buyer: { ...unknown, name: 'A. Klant', customer_number: null },
        supply_date: null,
        due_date: null,
        reference: null,
        work_order: null,
      }),
    )
    expect(text).not.toMatch(/null|undefined|NaN|IBAN|KvK|Btw-nummer|Vervaldatum|Betaling/)
  })

  test('shows no VAT where the category bears none', async () => {
    const text = await textOf(
      invoiceDocument({
        lines: [
          line({ vat_rate: 0, category: 'AE' }),
          line({ vat_rate: 21, category: 'E', description: 'Gebruikte telefoon' }),
        ],
        clauses: ['Btw verlegd', 'Bijzondere regeling – gebruikte goederen'],
      }),
    )
    expect(text).not.toContain('21%')
    expectInOrder(text, ['verlegd', 'geen', 'Btw verlegd over € 89,00', '€ 178,00', 'Btw verlegd'])
    expect(text).toContain('Bijzondere regeling – gebruikte goederen')
  })

  test('tells title, author, language and the day it is of', async () => {
    const pdf = await PDFDocument.load(await renderInvoice(invoiceDocument(), fonts), {
      updateMetadata: false,
    })
    expect(pdf.getTitle()).toBe('Factuur 2026-0001')
    expect(pdf.getAuthor()).toBe('Reparatiehuis B.V.')
    expect(pdf.catalog.toString()).toContain('nl-NL')
    expect(pdf.getCreationDate()).toEqual(new Date('2026-03-27T00:00:00Z'))
  })

  test('is the same file for the same content', async () => {
    const [first, second] = await Promise.all(
      [1, 2].map(() =>
        renderInvoice(invoiceDocument({ payment_url: 'https://a.example/' }), fonts),
      ),
    )
    expect(first).toEqual(second)
  })

  test('an online payment address can be clicked', async () => {
    const payment_url = 'https://pay.example/i/1(a)?naam=é'
    const pdf = await getDocumentProxy(await renderInvoice(invoiceDocument({ payment_url }), fonts))
    const annotations = await (await pdf.getPage(1)).getAnnotations()
    expect(annotations.map((annotation) => annotation.url)).toEqual([new URL(payment_url).href])
  })
})

describe('the kinds', () => {
  test('a draft says so, has no number and asks for no payment', async () => {
    const text = await textOf(invoiceDocument({ kind: 'draft', number: null }))
    expectInOrder(text, ['CONCEPT', 'Conceptfactuur', 'Totaal incl. btw'])
    expect(text).not.toMatch(/Factuurnummer|Kenmerk|Scan/)
  })

  test('a copy is marked on every page', async () => {
    const pages = await pagesOf(invoiceDocument({ kind: 'copy', lines: parts(40) }))
    expect(pages.length).toBeGreaterThan(1)
    for (const page of pages) expect(page).toContain('KOPIE')
  })

  test('a reminder has its own date and no payment day that has passed', async () => {
    const text = await textOf(invoiceDocument({ kind: 'reminder', reminder_date: '2026-04-20' }))
    expectInOrder(text, ['20 april 2026', 'Betalingsherinnering factuur 2026-0001', 'nog open'])
    expect(text).not.toContain('uiterlijk')
  })

  test('a paid invoice thanks and asks nothing', async () => {
    const text = await textOf(invoiceDocument({ paid_cents: 10769 }))
    expect(text).toContain('Deze factuur is voldaan')
    expect(text).not.toMatch(/Kenmerk|Scan/)
  })

  test('an overpaid one says by how much', async () => {
    const text = await textOf(invoiceDocument({ paid_cents: 11000 }))
    expectInOrder(text, ['Te veel betaald', '€ 2,31'])
    expect(text).not.toMatch(/Kenmerk|Scan/)
  })
})

describe('the logo', () => {
  const png = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  )
  const withLogo = (logo: Uint8Array) =>
    renderInvoice(invoiceDocument({ seller: { ...invoiceDocument().seller, logo } }), fonts)

  test('is drawn beside the name', async () => {
    expect(Buffer.from(await withLogo(png)).toString('latin1')).toContain('/Subtype /Image')
  })

  test.each([
    ['no image', Buffer.from('<svg/>')],
    ['empty', Buffer.alloc(0)],
    ['a torn PNG', png.subarray(0, 30)],
    ['a torn JPEG', Buffer.from([0xff, 0xd8, 0xff])],
  ])('is left out when it is %s', async (_, logo) => {
    const pdf = await getDocumentProxy(await withLogo(logo))
    const { text } = await extractText(pdf, { mergePages: true })
    expect(text).toContain('Reparatiehuis B.V.')
  })
})
