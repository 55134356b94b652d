import { extractText, getDocumentProxy } from 'unpdf'
import { expect, test } from 'vitest'
import { startShops } from '../harness/shop.ts'
import { postByHand, twoYears } from './reporting.ts'

const { shop, other, owner, endpoint } = await startShops()
const { api } = shop
await twoYears(api, owner, shop)

const paths = [
  'trial-balance',
  'general-ledger',
  'profit-loss',
  'balance-sheet',
  'aged-receivables',
  'aged-payables',
]
const rowsOf = (body: ArrayBuffer) => new TextDecoder().decode(body).trimEnd().split('\r\n')

/** The text of each page. */
async function pagesOf(body: ArrayBuffer): Promise<string[]> {
  const { text } = await extractText(await getDocumentProxy(new Uint8Array(body)))
  return text
}

test.each(paths)('%s: JSON, CSV and PDF, for who may read the ledger', async (path) => {
  for (const [format, type] of [
    ['json', 'application/json'],
    ['csv', 'text/csv'],
    ['pdf', 'application/pdf'],
  ]) {
    const answer = await shop.as.accountant.get(`/reports/${path}?format=${format}`)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toContain(type)
  }
  for (const role of ['technician', 'frontdesk'] as const) {
    expect((await shop.as[role].get(`/reports/${path}`)).status).toBe(403)
  }
})

test.each(paths)('%s: refuses what is no day, no format, no period', async (path) => {
  const span = /aged|sheet/.test(path) ? ['date', 'to'] : ['from', 'to']
  const wrong = [
    ...span.flatMap((name) => [`${name}=2026-02-30`, `${name}=today`, `${name}=01-02-2026`]),
    'format=xml',
    'separator=tab',
    ...(span.includes('from') ? ['from=2026-03-01&to=2026-02-28'] : []),
  ]
  for (const query of wrong) {
    const { status, body } = await api.get(`/reports/${path}?${query}`)
    expect({ query, status, code: body.code }).toEqual({
      query,
      status: 422,
      code: 'validation_failed',
    })
  }
})

test('a period that ends before it begins says so at its end', async () => {
  const { body } = await api.get('/reports/trial-balance?from=2026-03-01&to=2026-02-28&format=csv')
  expect(body.errors).toEqual({ to: ['The to field must be a date on or after from.'] })
  const far = await api.get('/reports/trial-balance?from=2999-01-01')
  expect(far.body).toMatchObject({ from: '2999-01-01', to: '2999-01-01', total_debit: 0 })
})

test.each(['json', 'csv', 'pdf'])(
  'the ledger of an unknown account is not found: %s',
  async (format) => {
    const { rows } = await owner.query(
      `select id from gl_accounts where tenant_id = $1 and code = '1300'`,
      [other.tenant_id],
    )
    for (const id of [rows[0].id, 999_999]) {
      const answer = await api.get(`/reports/general-ledger?account_id=${id}&format=${format}`)
      expect(answer).toMatchObject({ status: 404, body: { code: 'not_found' } })
    }
  },
)

test('another shop sees its own books only', async () => {
  const { body } = await other.api.get('/reports/trial-balance?from=2025-01-01')
  expect(body).toMatchObject({ rows: [], total_debit: 0, total_credit: 0 })
  expect((await other.api.get('/reports/aged-receivables')).body).toMatchObject({
    rows: [],
    totals: { total: 0 },
  })
})

test('every report is one round trip, as PDF too', async () => {
  for (const path of paths) {
    for (const format of ['json', 'pdf']) {
      endpoint.reset()
      await api.get(`/reports/${path}?format=${format}`)
      expect(endpoint.counts, `${path} ${format}`).toMatchObject({ http: 1, websocket_connects: 0 })
    }
  }
})

test('accounts without a balance are shown when asked for', async () => {
  const rows = async (query: string) =>
    (await api.get(`/reports/trial-balance?${query}`)).body.rows.length
  const { rows: accounts } = await owner.query(
    'select count(*)::int as count from gl_accounts where tenant_id = $1',
    [shop.tenant_id],
  )
  expect(await rows('zero=1')).toBe(accounts[0].count)
  expect(await rows('zero=0')).toBeLessThan(accounts[0].count)
})

test('a CSV has the rows and the total', async () => {
  const { body, headers } = await api.get(
    '/reports/trial-balance?from=2026-02-01&to=2026-02-28&format=csv&separator=semicolon',
  )
  expect(headers.get('content-disposition')).toContain('trial-balance-2026-02-01-2026-02-28.csv')
  const rows = rowsOf(body)
  expect(rows[0]).toBe('code;name;opening;debit;credit;balance')
  expect(rows).toContain('4100;Huisvestingskosten;0;600,05;0;600,05')
  expect(rows).toContain('0590;Winstreserve;899,5;0;0;899,5')
  const { total_debit } = (await api.get('/reports/trial-balance?from=2026-02-01&to=2026-02-28'))
    .body
  const total = String(total_debit).replace('.', ',')
  expect(rows.at(-1)).toBe(`;Totaal;;${total};${total};`)
})

test('the result stands beside that of the year before', async () => {
  const path = '/reports/profit-loss?from=2025-11-01&to=2026-02-28'
  expect((await api.get(path)).body).toMatchObject({
    previous_from: null,
    previous_to: null,
    previous_result: null,
    revenue: [
      { code: '8000', amount: 460, previous: null },
      { code: '8001', amount: 200.5, previous: null },
      { code: '8002', amount: 33.33, previous: null },
      { code: '8200', amount: 12.5, previous: null },
    ],
    total_revenue: 706.33,
    total_expenses: 1803.05,
    result: -1096.72,
  })
  const compared = async (query: string) => {
    const { body } = await api.get(`/reports/profit-loss?${query}`)
    return [body.previous_from, body.previous_to, body.previous_result]
  }
  const year = 'compare=previous_year'
  expect(await compared(`from=2026-11-01&to=2026-11-30&${year}`)).toEqual([
    '2025-11-01',
    '2025-11-30',
    100,
  ])
  expect((await compared(`from=2024-02-01&to=2024-02-29&${year}`))[1]).toBe('2023-02-28')
  expect((await compared(`from=2025-02-01&to=2025-02-28&${year}`))[1]).toBe('2024-02-29')
  const period = 'compare=previous_period'
  expect(await compared(`from=2026-01-01&to=2026-03-31&${period}`)).toEqual([
    '2025-10-01',
    '2025-12-31',
    -899.5,
  ])
  expect((await compared(`from=2026-02-10&to=2026-02-12&${period}`)).slice(0, 2)).toEqual([
    '2026-02-07',
    '2026-02-09',
  ])
})

test('a long ledger repeats its head on every page and ends with the closing balance', async () => {
  for (let n = 0; n < 10; n++) {
    const lines = Array.from({ length: 20 }, (_, place): [string, number] => ['4300', 100 + place])
    const name =
      'Advertentie in de plaatselijke krant, met een omschrijving die langer is dan een regel breed is op papier, zodat zij verder gaat'
    await postByHand(owner, shop, '2026-05-05', [...lines, ['1400', -2190]], name)
  }
  const { rows } = await owner.query(
    `select id from gl_accounts where tenant_id = $1 and code = '4300'`,
    [shop.tenant_id],
  )
  const path = `/reports/general-ledger?account_id=${rows[0].id}&from=2026-05-01&to=2026-05-31`
  const { body, headers } = await api.get(`${path}&format=pdf`)
  expect(headers.get('content-disposition')).toContain('general-ledger-2026-05-01-2026-05-31.pdf')
  const pages = await pagesOf(body)
  expect(pages.length).toBeGreaterThan(2)
  pages.forEach((page, index) => {
    expect(page).toContain('Omschrijving')
    expect(page).toContain(`Pagina ${index + 1} van ${pages.length}`)
  })
  expect(pages[0]).toContain('1 mei 2026 t/m 31 mei 2026')
  expect(pages[0]).toContain('4300 Verkoopkosten')
  expect(pages.at(-1)).toContain('Eindsaldo')
  expect(pages.at(-1)).toContain('219,00')
})

test('in English for a shop that writes English', async () => {
  await owner.query(`update tenants set locale = 'en' where id = $1`, [other.tenant_id])
  const [page] = await pagesOf((await other.api.get('/reports/balance-sheet?format=pdf')).body)
  expect(page).toContain('Balance sheet')
  expect(page).toContain('Total liabilities and equity')
})
