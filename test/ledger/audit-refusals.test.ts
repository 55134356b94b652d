import { expect, test } from 'vitest'
import { startShops } from '../harness/shop.ts'
import { auditFileOf, readAuditFile } from './auditing.ts'
import { book } from './booking.ts'

const { shop, other, owner } = await startShops()
const paths = ['/audit-file', '/audit-file/checks']

test.each(paths)('%s needs a year', async (path) => {
  expect(await shop.api.get(path)).toMatchObject({
    status: 422,
    body: { errors: { year: ['The year field is required.'] } },
  })
  for (const year of ['26', '1999', '2100', '2026.5', '-2026', 'this', '%00', '2026-01-01']) {
    const answer = await shop.api.get(`${path}?year=${year}`)
    expect(answer, year).toMatchObject({ status: 422 })
    expect(answer.body.errors, year).toHaveProperty('year')
  }
})

test('another version is refused', async () => {
  for (const version of ['3.1', '4', '', '4.0.0', 'xml']) {
    const answer = await shop.api.get(`/audit-file?year=2026&version=${version}`)
    expect(answer, version).toMatchObject({ status: 422, body: { code: 'validation_failed' } })
    expect(answer.body.errors, version).toHaveProperty('version')
  }
})

test.each(paths)('%s is for those who keep the books', async (path) => {
  for (const role of ['admin', 'manager', 'accountant'] as const) {
    expect((await shop.as[role].get(`${path}?year=2026`)).status, role).toBe(200)
  }
  for (const role of ['technician', 'frontdesk'] as const) {
    expect((await shop.as[role].get(`${path}?year=2026`)).status, role).toBe(403)
  }
})

test('a year without entries or a fiscal year of its own has a file all the same', async () => {
  const { header, periods, opening, transactions } = readAuditFile(
    await auditFileOf(shop.api, 2031),
  )
  expect(header).toMatchObject({
    fiscalYear: '2031',
    startDate: '2031-01-01',
    endDate: '2031-12-31',
  })
  expect(periods).toHaveLength(12)
  expect(opening.linesCount).toBe('0')
  expect(transactions).toEqual({ linesCount: '0', totalDebit: '0.00', totalCredit: '0.00' })
})

test('a fiscal year that begins in the middle of a month has its own periods', async () => {
  await owner.query(
    `insert into fiscal_years (tenant_id, year, start_date, end_date) values ($1, 2029, '2028-07-15', '2029-06-30')`,
    [shop.tenant_id],
  )
  for (const [date, amount] of [
    ['2028-06-30', 1],
    ['2028-07-01', 2],
    ['2028-07-14', 4],
    ['2028-07-15', 8],
    ['2029-06-30', 16],
    ['2029-07-01', 32],
  ] as const) {
    await book(owner, shop.tenant_id, {
      date,
      lines: [
        { code: '1000', debit: amount },
        { code: '8000', credit: amount },
      ],
    })
  }
  for (const version of ['4.0', '3.2']) {
    const { header, periods, opening, lines } = readAuditFile(
      await auditFileOf(shop.api, 2029, version),
    )
    expect(header.fiscalYear).toBe('2028-2029')
    expect(periods).toHaveLength(12)
    expect(periods[0]).toEqual({
      periodNumber: '1',
      startDatePeriod: '2028-07-15',
      endDatePeriod: '2028-07-31',
    })
    expect(periods.at(-1)).toMatchObject({ periodNumber: '12', endDatePeriod: '2029-06-30' })
    // Before: 1 + 2 + 4, all of it earned.
    expect(opening.obLine).toEqual([
      { nr: '1', accID: '0590', amnt: '7.00', amntTp: 'C' },
      { nr: '2', accID: '1000', amnt: '7.00', amntTp: 'D' },
    ])
    expect(lines.map((l) => [l.transaction.periodNumber, l.amnt, l.amntTp])).toEqual([
      ['1', '8.00', 'D'],
      ['1', '8.00', 'C'],
      ['12', '16.00', 'D'],
      ['12', '16.00', 'C'],
    ])
  }
  expect((await shop.api.get('/audit-file/checks?year=2029')).body.checks).not.toContainEqual(
    expect.objectContaining({ rule: expect.stringMatching(/^\d/), ok: false }),
  )
})

test('another shop sees nothing of it', async () => {
  const xml = await auditFileOf(other.api, 2029)
  expect(readAuditFile(xml).transactions.linesCount).toBe('0')
})

test('an expired licence still gives the books out', async () => {
  await owner.query(`update licenses set status = 'expired' where tenant_id = $1`, [
    other.tenant_id,
  ])
  await auditFileOf(other.api, 2029)
  expect((await other.api.get('/audit-file/checks?year=2029')).status).toBe(200)
})
