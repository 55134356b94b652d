import { useState } from 'preact/hooks'
import { dutchLabels } from '../../domain/workshop/dutch-labels.ts'
import type { Figures, Status } from './figures.ts'
import type { Format } from './format.ts'
import { Figure } from './tiles.tsx'
import type { Locale, Words } from './words.ts'

interface CardProps {
  t: Words
  format: Format
  figures: Figures | undefined
}

export function StatusesCard({
  t,
  format,
  figures,
  statuses,
  locale,
}: CardProps & { statuses: Status[]; locale: Locale }) {
  const rows =
    figures &&
    distributionOf(figures.workOrders.status_distribution, statuses).map(
      ({ slug, label, color, count }): Row => ({
        key: slug,
        name: locale === 'nl' ? (dutchLabels[label] ?? label) : label,
        color,
        length: count,
        cells: [[count, format.count(count)]],
      }),
    )
  const isEmpty = rows?.every(({ length }) => length === 0)
  return (
    <Ranking
      t={t}
      id="statuses"
      heading={t.statuses.heading}
      headings={[t.statuses.status, t.statuses.count]}
      rows={isEmpty ? [] : rows}
      fold={false}
    />
  )
}

/** In the shop's own order; last what it has no status for any more. */
function distributionOf(counts: Record<string, number>, statuses: Status[]) {
  const known = statuses.map((status) => ({ ...status, count: counts[status.slug] ?? 0 }))
  const others = Object.entries(counts)
    .filter(([slug, count]) => count > 0 && !statuses.some((status) => status.slug === slug))
    .map(([slug, count]) => ({ slug, label: slug.replaceAll('_', ' '), color: null, count }))
  return [...known, ...others]
}

export function EngineersCard({ t, format, figures }: CardProps) {
  const { heading, name, completed, hours, revenue } = t.engineers
  return (
    <Ranking
      t={t}
      id="engineers"
      heading={heading}
      headings={[name, completed, hours, revenue]}
      rows={figures?.engineers.map((engineer) => ({
        key: String(engineer.engineer_id),
        name: engineer.name,
        color: null,
        length: engineer.revenue,
        cells: [
          [engineer.completed, format.count(engineer.completed)],
          [engineer.avg_hours, format.count(engineer.avg_hours)],
          [engineer.revenue, format.euro(engineer.revenue)],
        ],
      }))}
    />
  )
}

export function PartsCard({ t, format, figures }: CardProps) {
  const { heading, name, used, inventory } = t.parts
  const parts = figures?.parts
  return (
    <Ranking
      t={t}
      id="parts"
      heading={heading}
      headings={[name, used]}
      rows={parts?.top_parts.map((part) => ({
        key: String(part.product_id),
        name: part.name,
        color: null,
        length: part.used,
        cells: [[part.used, format.count(part.used)]],
      }))}
    >
      {parts && (
        <p class="quiet sum">
          {inventory}{' '}
          <Figure value={parts.inventory_value}>{format.euro(parts.inventory_value)}</Figure>
        </p>
      )}
    </Ranking>
  )
}

interface Row {
  key: string
  name: string
  /** As the shop chose it; the page's own when null. */
  color: string | null
  /** What its bar is as long as. */
  length: number
  cells: [value: number | null, text: string][]
}

const folded = 8

/** A table whose rows are bars: read as well as seen. Without rows it shows their outlines. */
function Ranking({
  t,
  id,
  heading,
  headings,
  rows,
  fold = true,
  children,
}: {
  t: Words
  id: string
  heading: string
  headings: string[]
  rows: Row[] | undefined
  fold?: boolean
  children?: preact.ComponentChildren
}) {
  const [isOpen, setIsOpen] = useState(false)
  const longest = Math.max(1e-9, ...(rows ?? []).map(({ length }) => length))
  const [first, ...others] = headings
  const canFold = fold && rows !== undefined && rows.length > folded
  const shown = canFold && !isOpen ? rows.slice(0, folded) : rows
  return (
    <section class="card" aria-labelledby={id}>
      <h2 id={id}>{heading}</h2>
      {!shown && <span class="bone rows" />}
      {shown?.length === 0 && <p class="quiet rows">{t.nothing}</p>}
      {shown && shown.length > 0 && (
        <table class="bars" aria-labelledby={id}>
          <thead>
            <tr>
              <th scope="col">{first}</th>
              {others.map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map(({ key, name, color, length, cells }) => (
              <tr key={key} class={length > 0 ? '' : 'none'}>
                <th scope="row">
                  {name}
                  <span
                    class="bar"
                    style={{
                      '--share': `${Math.max(0, (length / longest) * 100)}%`,
                      ...(color && { '--bar': color }),
                    }}
                  />
                </th>
                {cells.map(([value, text], place) => (
                  <td key={others[place]}>
                    <Figure value={value}>{text}</Figure>
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {canFold && (
        <button
          type="button"
          class="plain"
          aria-expanded={isOpen}
          onClick={() => setIsOpen(!isOpen)}
        >
          {isOpen ? t.fewer : t.all(rows.length)}
        </button>
      )}
      {children}
    </section>
  )
}
