import type { ComponentChildren } from 'preact'
import type { Figures } from './figures.ts'
import type { Format } from './format.ts'
import type { Words } from './words.ts'

/** A figure that a program can read too: `value` is as the API gave it. */
export const Figure = ({ value, children }: { value: number | null; children: string }) => (
  <data value={value ?? ''}>{children}</data>
)

interface Tile {
  label: string
  show: (figures: Figures) => { value: number | null; text: string; note: ComponentChildren }
}

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
  const tiles = tilesOf(t, format).map(({ label, show }) => ({
    label,
    figure: figures && show(figures),
  }))
  const longest = Math.max(...tiles.map(({ figure }) => figure?.text.length ?? 0))
  return (
    // All in one size, that of the longest.
    <dl class="tiles" style={{ '--letters': Math.max(longest, 9) }}>
      {tiles.map(({ label, figure }) => (
        <div key={label} class="card tile">
          <dt>{label}</dt>
          <dd class="figure">
            {figure ? <Figure value={figure.value}>{figure.text}</Figure> : <span class="bone" />}
          </dd>
          <dd class="quiet">{figure ? figure.note : <span class="bone" />}</dd>
        </div>
      ))}
    </dl>
  )
}

const tilesOf = (t: Words['tiles'], format: Format): Tile[] => [
  {
    label: t.revenue,
    show: ({ revenue: { total, growth_pct } }) => ({
      value: total,
      text: format.euro(total),
      note: <Growth t={t} format={format} pct={growth_pct} />,
    }),
  },
  {
    label: t.outstanding,
    show: ({ invoices: { outstanding_amount, overdue_amount } }) => ({
      value: outstanding_amount,
      text: format.euro(outstanding_amount),
      note: (
        <>
          {t.outstandingNote}{' '}
          <data value={overdue_amount} class={overdue_amount > 0 ? 'late' : ''}>
            {overdue_amount > 0 ? t.overdue(format.euro(overdue_amount)) : t.onTime}
          </data>
        </>
      ),
    }),
  },
  {
    label: t.payment,
    show: ({ invoices: { avg_payment_days: days } }) => ({
      value: days,
      text: format.days(days),
      note: t.paymentNote,
    }),
  },
  {
    label: t.completion,
    show: ({ workOrders: { completion_rate_pct: pct } }) => ({
      value: pct,
      text: format.percent(pct),
      note: t.completionNote,
    }),
  },
  {
    label: t.duration,
    show: ({ workOrders: { avg_duration_hours: hours } }) => ({
      value: hours,
      text: format.hours(hours),
      note: t.durationNote,
    }),
  },
  {
    label: t.customers,
    show: ({ customers: { new_customers, returning_customers, avg_ltv } }) => ({
      value: new_customers,
      text: format.count(new_customers),
      note: t.customersNote(format.count(returning_customers), format.euro(avg_ltv)),
    }),
  },
]

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
