import type { Body, Factory, Ids } from './factory.ts'

// A shop's periods never overlap, and none opens before a closed one: months of the far future in turn, and,
// to close, months before there was any VAT, which no other record of the tests opens.
const months = { future: 0, past: 0 }

const monthFrom = (year: number, month: number) => ({
  year: year + Math.floor(month / 12),
  month: (month % 12) + 1,
})

export const btwBodies: Record<string, (f: Factory) => Body> = {
  '/btw-periods': () => monthFrom(2100, months.future++),
}

const lastOf = new WeakMap<Factory, number>()

/** A period before which none is open; the same one until it is closed. */
export async function closablePeriod(f: Factory): Promise<Ids> {
  const last = lastOf.get(f)
  if (last !== undefined && (await f.api.get(`/btw-periods/${last}`)).body.status === 'open') {
    return { id: last }
  }
  const { year, month } = monthFrom(1700, months.past++)
  const day = (at: number) => `${year}-${String(month).padStart(2, '0')}-${at}`
  const id = await f.row('btw_periods', {
    year,
    month,
    start_date: day(10),
    end_date: day(20),
    due_date: day(28),
  })
  lastOf.set(f, id)
  return { id }
}
