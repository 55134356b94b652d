import type { Records } from './records.ts'

/** What is asked: days, both included, and a branch or the whole shop. */
export interface Asked {
  from: string
  to: string
  today: string
  branch_id?: number
}

const day_ms = 86_400_000
export const addDays = (day: string, days: number) =>
  new Date(Date.parse(day) + days * day_ms).toISOString().slice(0, 10)
export const dayIn = (zone: string, moment: Date) =>
  new Intl.DateTimeFormat('sv-SE', { timeZone: zone }).format(moment)
const daysBetween = (from: string, to: string) => (Date.parse(to) - Date.parse(from)) / day_ms

const sum = (numbers: number[]) => numbers.reduce((total, number) => total + number, 0)
const euros = (cents: number) => Math.round(cents) / 100
const tenth = (number: number) => Math.round(Number((number * 10).toFixed(6))) / 10
const mean = (numbers: number[]) =>
  numbers.length === 0 ? null : tenth(sum(numbers) / numbers.length)
const hoursOf = ({ created_at, completed_at }: { created_at: Date; completed_at: Date | null }) =>
  Math.round((Number(completed_at) - Number(created_at)) / 1000) / 3600

/** All six reports, worked out from the rows, one after the other. */
export function truthOf(records: Records, { from, to, today, branch_id }: Asked) {
  const { zone } = records
  const isOurs = (row: { branch_id: number | null }) =>
    branch_id === undefined || row.branch_id === branch_id
  const within = (day: string, first = from, last = to) => first <= day && day <= last
  const orders = records.orders.filter(isOurs)
  const issued = records.invoices.filter((invoice) => invoice.issued && isOurs(invoice))
  const byId = new Map(issued.map((invoice) => [invoice.id, invoice]))
  /** What was sold, and taken back. */
  const sales = [
    ...issued.map((invoice) => ({ invoice, day: invoice.invoice_date, cents: invoice.subtotal })),
    ...records.credits.flatMap((note) => {
      const invoice = byId.get(note.invoice_id)
      return invoice ? [{ invoice, day: note.credit_date, cents: -note.subtotal }] : []
    }),
  ]
  const soldIn = (first: string, last: string) =>
    sum(sales.filter(({ day }) => within(day, first, last)).map(({ cents }) => cents))

  function revenue() {
    const days = daysBetween(from, to) + 1
    const total = soldIn(from, to)
    const before = soldIn(addDays(from, -days), addDays(from, -1))
    return {
      data: Array.from({ length: days }, (_, place) => {
        const date = addDays(from, place)
        return { date, amount: euros(soldIn(date, date)) }
      }),
      total: euros(total),
      previous_total: euros(before),
      growth_pct:
        before === 0 ? null : Math.round(((total - before) / Math.abs(before)) * 1000) / 10,
    }
  }

  const completed = orders.filter(
    ({ completed_at }) => completed_at && within(dayIn(zone, completed_at)),
  )

  function workOrders() {
    const created = orders.filter(({ created_at }) => within(dayIn(zone, created_at)))
    const kinds = new Map(records.statuses.map(({ slug, kind }) => [slug, kind]))
    const wanted = created.filter(({ status }) => kinds.get(status) !== 'cancelled')
    const done = wanted.filter(({ status }) => kinds.get(status) === 'done')
    return {
      status_distribution: Object.fromEntries(
        records.statuses.map(({ slug }) => [
          slug,
          created.filter(({ status }) => status === slug).length,
        ]),
      ),
      avg_duration_hours: mean(completed.map(hoursOf)),
      completion_rate_pct: wanted.length === 0 ? null : tenth((100 * done.length) / wanted.length),
      created: created.length,
      completed: completed.length,
    }
  }

  function engineers() {
    const owners = new Map(records.orders.map(({ id, assigned_to }) => [id, assigned_to]))
    const rows = [...records.employees].map(([engineer_id, name]) => {
      const theirs = completed.filter(({ assigned_to }) => assigned_to === engineer_id)
      const sold = sales.filter(
        ({ invoice, day }) => within(day) && owners.get(invoice.work_order_id ?? 0) === engineer_id,
      )
      return {
        engineer_id,
        name,
        completed: theirs.length,
        avg_hours: mean(theirs.map(hoursOf)),
        revenue: euros(sum(sold.map(({ cents }) => cents))),
      }
    })
    return rows
      .filter((row) => row.completed > 0 || row.revenue !== 0)
      .toSorted((a, b) => b.revenue - a.revenue || a.engineer_id - b.engineer_id)
  }

  function customers() {
    const visits = [
      ...orders.map(({ customer_id, created_at }) => [customer_id, dayIn(zone, created_at)]),
      ...issued
        .filter(({ status }) => status !== 'cancelled')
        .map(({ customer_id, invoice_date }) => [customer_id, invoice_date]),
    ] as [number, string][]
    const came = new Set(visits.filter(([, day]) => within(day)).map(([id]) => id))
    const knew = new Set(visits.filter(([, day]) => day < from).map(([id]) => id))
    const returning = [...came].filter((id) => knew.has(id)).length
    const invoiced = new Set(
      issued.filter(({ status }) => status !== 'cancelled').map(({ customer_id }) => customer_id),
    )
    const lifetime = sum(sales.map(({ cents }) => cents))
    return {
      new_customers: came.size - returning,
      returning_customers: returning,
      active_customers: came.size,
      avg_ltv: invoiced.size === 0 ? 0 : euros(lifetime / invoiced.size),
    }
  }

  function parts() {
    const used = new Map<number, number>()
    for (const move of records.movements.filter(isOurs)) {
      if (!['pick', 'sale', 'return'].includes(move.kind)) continue
      if (!within(dayIn(zone, move.created_at))) continue
      used.set(move.product_id, (used.get(move.product_id) ?? 0) - move.quantity)
    }
    const products = new Map(records.products.map((product) => [product.id, product]))
    const worth =
      branch_id === undefined
        ? records.products.map(({ value }) => value)
        : records.stock.filter(isOurs).map(({ product_id, quantity }) => {
            const product = products.get(product_id)
            return product?.quantity ? Math.round((product.value * quantity) / product.quantity) : 0
          })
    return {
      top_parts: [...used]
        .filter(([, pieces]) => pieces > 0)
        .toSorted(([a, most], [b, more]) => more - most || a - b)
        .slice(0, 20)
        .map(([product_id, pieces]) => ({
          product_id,
          name: products.get(product_id)?.name,
          used: pieces,
        })),
      inventory_value: euros(sum(worth)),
    }
  }

  function invoices() {
    const open = issued.filter(({ status, due }) => status === 'sent' && due > 0)
    const late = (least: number, most: number) =>
      euros(
        sum(
          open
            .filter(({ due_date }) => {
              const days = daysBetween(due_date, today)
              return least <= days && days <= most
            })
            .map(({ due }) => due),
        ),
      )
    const paid = issued.filter(
      ({ status, paid: cents, paid_at }) =>
        status === 'paid' && cents > 0 && paid_at && within(dayIn(zone, paid_at)),
    )
    return {
      outstanding_amount: late(-Infinity, Infinity),
      overdue_amount: late(1, Infinity),
      avg_payment_days: mean(
        paid.map(({ invoice_date, paid_at }) =>
          daysBetween(invoice_date, dayIn(zone, paid_at as Date)),
        ),
      ),
      aging: [
        { bucket: 'current', amount: late(-Infinity, 0) },
        { bucket: '1-30', amount: late(1, 30) },
        { bucket: '31-60', amount: late(31, 60) },
        { bucket: '61-90', amount: late(61, 90) },
        { bucket: '90+', amount: late(91, Infinity) },
      ],
    }
  }

  return {
    revenue: revenue(),
    'work-orders': workOrders(),
    engineers: engineers(),
    customers: customers(),
    parts: parts(),
    invoices: invoices(),
  }
}
