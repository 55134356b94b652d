import { dayIn } from '../../src/lib/dates.ts'
import { vatReturnOf } from '../../src/lib/vat-return.ts'
import type { Json } from '../harness/client.ts'
import type { Body, Factory, Ids } from './factory.ts'

/** Valid bodies of the general ledger. */
export const journalBodies: Record<string, (f: Factory) => Promise<Body> | Body> = {
  '/gl-accounts': (f) => ({
    code: `4${f.next()}-${f.api.token?.split('|')[0]}`,
    name: f.name('Tools'),
    type: 'expense',
  }),
  '/journal-entries': async (f) => ({
    date: dayIn('Europe/Amsterdam', new Date()),
    description: f.name('Entry'),
    lines: [
      { account_id: await f.id('/gl-accounts'), debit: 100, description: 'Tools' },
      { account_id: await f.id('/gl-accounts'), credit: 100 },
    ],
  }),
  '/journal-entries/{id}/reverse': (f) => ({ description: f.name('Reversal') }),
  '/fiscal-years': async (f) => ({ year: Math.max(...(await years(f))) + 1 }),
  '/fiscal-years/{id}/opening-balance': async (f) => ({
    lines: [
      { account_id: await balanceAccount(f), debit: 100, description: 'Opening' },
      { account_id: await balanceAccount(f), credit: 100 },
    ],
  }),
}

const balanceAccount = async (f: Factory): Promise<number> => {
  const account = { ...(await f.body('/gl-accounts')), type: 'asset' }
  return (await f.create('/gl-accounts', account)).id
}

const years = async (f: Factory): Promise<number[]> =>
  (await f.api.get('/fiscal-years?per_page=100')).body.data.map(({ year }: Json) => year)

const newYear = async (f: Factory, year: number) => {
  const span = { start_date: `${year}-01-01`, end_date: `${year}-12-31` }
  return { id: await f.row('fiscal_years', { year, ...span }), ...span }
}

const filedBefore = 1950

/** One that begins before all entries, and after what was filed. */
export const firstYear = async (f: Factory): Promise<Ids> => {
  const taken = (await years(f)).filter((year) => year > filedBefore)
  return newYear(f, Math.min(...taken, 1990) - 1)
}

/** The first year of all, whose VAT was filed. */
export const filedYear = async (f: Factory): Promise<Ids> => {
  const year = Math.min(...(await years(f)), filedBefore) - 1
  const { id, ...span } = await newYear(f, year)
  const nothing = vatReturnOf([], { carried_cents: 0, ends_year: true })
  const vat_return = JSON.stringify(nothing)
  const filed = { status: 'closed', closed_at: new Date().toISOString(), vat_return }
  await f.row('btw_periods', { year, ...span, ...filed, due_date: span.end_date })
  return { id }
}

/** The VAT period of an entry. */
export const periodOfEntry = async (f: Factory): Promise<Ids> => {
  const entry = await f.create('/journal-entries', await f.body('/journal-entries'))
  return { id: entry.btw_period_id }
}
