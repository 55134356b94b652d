import type { ComponentChildren } from 'preact'
import { type Choice, periods, type Shop } from './figures.ts'
import type { Words } from './words.ts'

/** Which period, of which branch; beside it, in `children`, the days that this comes to. */
export function Filters({
  t,
  choice,
  branches,
  onChoose,
  children,
}: {
  t: Words
  choice: Choice
  branches: Shop['branches']
  onChoose: (choice: Choice) => void
  children: ComponentChildren
}) {
  return (
    <form class="filters">
      <fieldset class="segments">
        <legend class="hidden">{t.period}</legend>
        {periods.map((period) => (
          <label key={period}>
            <input
              type="radio"
              name="period"
              value={period}
              checked={choice.period === period}
              onChange={() => onChoose({ ...choice, period })}
            />
            <span>{t.periods[period]}</span>
          </label>
        ))}
      </fieldset>
      {branches.length > 0 && (
        <select
          aria-label={t.branch}
          value={choice.branch_id ?? ''}
          onChange={({ currentTarget: { value } }) =>
            onChoose({ ...choice, branch_id: value ? Number(value) : null })
          }
        >
          <option value="">{t.allBranches}</option>
          {branches.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      )}
      <p class="quiet span">{children}</p>
    </form>
  )
}
