import type { ComponentChildren } from 'preact'
import type { Figures } from './figures.ts'
import type { Format } from './format.ts'
import type { Words } from './words.ts'

/** A figure that a program can read too: `value` is as the API gave it. */
export const Figure = ({ value, children }: { value: number | null; children: string }) => (
  <data value={value ?? ''}>{children}</data>
)

/** The figures at a glance. */
export function Tiles({
  t: { tiles: t },
  format,
  figures,
}: {
  t: Words
  format: Format
  figures: Figures | undefined
}) {
  const tile = (
    label: string,
    show: (figures: Figures) => ComponentChildren,
    note: (figures: Figures) => ComponentChildren,
  ) => (
    <div class="card tile">
      <dt>{label}</dt>
      <dd class="figure">{figures ? show(figures) : <span class="bone" />}</dd>
      <dd class="quiet">{figures ? note(figures) : <span class="bone" />}</dd>
    </div>
  )
  return (
    <dl class="tiles">
      {tile(
        t.revenue,
        ({ revenue: { total } }) => (
          <Figure value={total}>{format.euro(total)}</Figure>
        ),
        ({ revenue }) => (
          <Growth t={t} format={format} pct={revenue.growth_pct} />
        ),
      )}
      {tile(
        t.outstanding,
        ({ invoices: { outstanding_amount: amount } }) => (
          <Figure value={amount}>{format.euro(amount)}</Figure>
        ),
        ({ invoices: { overdue_amount: amount } }) =>
          amount > 0 ? (
            <data value={amount} class="late">
              {t.overdue(format.euro(amount))}
            </data>
          ) : (
            <data value={amount}>{t.onTime}</data>
          ),
      )}
      {tile(
        t.payment,
        ({ invoices: { avg_payment_days: days } }) => (
          <Figure value={days}>{format.days(days)}</Figure>
        ),
        () => t.paymentNote,
      )}
      {tile(
        t.completion,
        ({ workOrders: { completion_rate_pct: pct } }) => (
          <Figure value={pct}>{format.percent(pct)}</Figure>
        ),
        () => t.completionNote,
      )}
      {tile(
        t.duration,
        ({ workOrders: { avg_duration_hours: hours } }) => (
          <Figure value={hours}>{format.hours(hours)}</Figure>
        ),
        () => t.durationNote,
      )}
      {tile(
        t.customers,
        ({ customers: { new_customers: count } }) => (
          <Figure value={count}>{format.count(count)}</Figure>
        ),
        ({ customers: { returning_customers, avg_ltv } }) =>
          t.customersNote(format.count(returning_customers), format.euro(avg_ltv)),
      )}
    </dl>
  )
}

function Growth({ t, format, pct }: { t: Words['tiles']; format: Format; pct: number | null }) {
  if (pct === null) return <>{t.noGrowth}</>
  const direction = pct > 0 ? 'up' : pct < 0 ? 'down' : 'level'
  return (
    <>
      <data value={pct} class={`growth ${direction}`}>
        {format.growth(pct)}
      </data>{' '}
      {t.growth}
    </>
  )
}
