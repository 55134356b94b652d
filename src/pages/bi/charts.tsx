import { useMemo } from 'preact/hooks'
import { type Bar, BarChart } from './bar-chart.tsx'
import type { Figures } from './figures.ts'
import type { Format } from './format.ts'
import { stretchesOf } from './series.ts'
import { Figure } from './tiles.tsx'
import type { Words } from './words.ts'

interface CardProps {
  t: Words
  format: Format
  figures: Figures | undefined
}

/** What was sold, in time. */
export function RevenueCard({ t, format, figures }: CardProps) {
  const revenue = figures?.revenue
  const bars = useMemo(
    () =>
      stretchesOf(revenue?.data ?? []).map(({ from, to, amount }): Bar => {
        const title = from === to ? format.fullDay(from) : format.span(from, to)
        return { label: format.day(from), title, value: amount }
      }),
    [revenue, format],
  )
  const isWeekly = bars.length < (revenue?.data.length ?? 0)
  const heading = isWeekly ? t.revenue.weekly : t.revenue.daily
  return (
    <section class="card" aria-labelledby="revenue">
      <h2 id="revenue">{heading}</h2>
      {revenue && bars.some(({ value }) => value !== 0) ? (
        <>
          <BarChart
            bars={bars}
            format={format}
            label={`${heading}. ${t.revenue.summary(
              format.euro(revenue.total),
              format.span(revenue.from, revenue.to),
            )}`}
          />
          <AsTable
            t={t}
            name={t.revenue.daily}
            headings={[t.revenue.day, t.revenue.amount]}
            format={format}
            rows={revenue.data.map(({ date, amount }) => [format.fullDay(date), amount])}
          />
        </>
      ) : (
        <Blank loading={!figures}>{t.nothing}</Blank>
      )}
    </section>
  )
}

/** What is to be paid yet, the later the redder. */
export function AgingCard({ t, format, figures }: CardProps) {
  const aging = figures?.invoices.aging
  const bars = useMemo(
    () =>
      (aging ?? []).map(({ bucket, amount }, age): Bar => {
        const title = t.aging.buckets[bucket] ?? t.aging.days(bucket)
        const label = t.aging.buckets[bucket] ?? bucket.replace('-', '–')
        return { label, title, value: amount, age }
      }),
    [aging, t],
  )
  return (
    <section class="card" aria-labelledby="aging">
      <h2 id="aging">
        {t.aging.heading} <small>{t.aging.now}</small>
      </h2>
      {bars.some(({ value }) => value !== 0) ? (
        <>
          <BarChart bars={bars} format={format} label={t.aging.heading} />
          <AsTable
            t={t}
            name={t.aging.heading}
            headings={[t.aging.bucket, t.revenue.amount]}
            format={format}
            rows={bars.map(({ title, value }) => [title, value])}
          />
        </>
      ) : (
        <Blank loading={!figures}>{t.aging.nothing}</Blank>
      )}
    </section>
  )
}

/** As large as the chart that may come in its place, so that nothing jumps. */
const Blank = ({ loading, children }: { loading: boolean; children: string }) => (
  <div class="chart blank">{loading ? <span class="bone" /> : <p class="quiet">{children}</p>}</div>
)

/** The chart's figures in words, for those who cannot see it and those who want to know exactly. */
function AsTable({
  t,
  name,
  headings: [first, second],
  format,
  rows,
}: {
  t: Words
  name: string
  headings: [string, string]
  format: Format
  rows: [string, number][]
}) {
  return (
    <details>
      <summary>{t.asTable}</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      <section class="scroll" tabIndex={0} aria-label={name}>
        <table>
          <caption class="hidden">{name}</caption>
          <thead>
            <tr>
              <th scope="col">{first}</th>
              <th scope="col">{second}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(([label, amount]) => (
              <tr key={label}>
                <th scope="row">{label}</th>
                <td>
                  <Figure value={amount}>{format.euro(amount)}</Figure>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </details>
  )
}
