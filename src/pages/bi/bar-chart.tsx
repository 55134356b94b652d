import {
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  type ChartConfiguration,
  LinearScale,
  Tooltip,
} from 'chart.js'
import { useEffect, useRef } from 'preact/hooks'
import type { Format } from './format.ts'
import { useMedia } from './media.ts'

Chart.register(BarController, BarElement, CategoryScale, LinearScale, Tooltip)

/** One bar: amounts in euros; `age` counts how old a debt is, and reddens it. */
export interface Bar {
  label: string
  title: string
  value: number
  age?: number
}

/** Amounts as bars. `label` says in words what they show; the figures themselves stand in a table beside it. */
export function BarChart({ bars, label, format }: { bars: Bar[]; label: string; format: Format }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const isDark = useMedia('(prefers-color-scheme: dark)')
  const isStill = useMedia('(prefers-reduced-motion: reduce)')

  // Colours are read anew when the scheme changes.
  useEffect(() => {
    if (!canvas.current) return
    const chart = new Chart(canvas.current, configurationOf(bars, format, isStill))
    return () => chart.destroy()
  }, [bars, format, isDark, isStill])

  return (
    <div class="chart">
      <canvas ref={canvas} role="img" aria-label={label} />
    </div>
  )
}

function configurationOf(bars: Bar[], format: Format, isStill: boolean): ChartConfiguration<'bar'> {
  const style = getComputedStyle(document.documentElement)
  const colour = (name: string) => style.getPropertyValue(`--${name}`).trim()
  const font = { family: getComputedStyle(document.body).fontFamily, size: 12 }
  const face = { color: colour('quiet'), font }
  return {
    type: 'bar',
    data: {
      labels: bars.map(({ label }) => label),
      datasets: [
        {
          data: bars.map(({ value }) => value),
          backgroundColor: bars.map(({ age }) =>
            colour(age === undefined ? 'accent' : `age-${Math.min(age, 4)}`),
          ),
          borderRadius: 3,
          maxBarThickness: 44,
          categoryPercentage: bars.length > 40 ? 0.9 : 0.82,
          barPercentage: 0.92,
        },
      ],
    },
    options: {
      animation: isStill ? false : { duration: 400 },
      // Bars grow up; they do not slide when the chart takes its width.
      animations: { x: { duration: 0 }, width: { duration: 0 } },
      maintainAspectRatio: false,
      // The bar under the pointer's column, however low it is.
      interaction: { mode: 'index', intersect: false },
      scales: {
        x: {
          grid: { display: false },
          border: { color: colour('line') },
          ticks: { ...face, maxRotation: 0, autoSkipPadding: 18, autoSkip: bars.length > 5 },
        },
        y: {
          beginAtZero: true,
          grid: { color: colour('line') },
          border: { display: false },
          ticks: {
            ...face,
            maxTicksLimit: 6,
            callback: (value) => format.roundEuro(Number(value)),
          },
        },
      },
      plugins: {
        tooltip: {
          backgroundColor: colour('ink'),
          titleColor: colour('card'),
          bodyColor: colour('card'),
          titleFont: { ...font, weight: 'normal' },
          bodyFont: { ...font, size: 15, weight: 'bold' },
          padding: 10,
          cornerRadius: 8,
          displayColors: false,
          caretSize: 5,
          callbacks: {
            title: ([item]) => bars[item?.dataIndex ?? -1]?.title ?? '',
            label: ({ dataIndex }) => format.euro(bars[dataIndex]?.value ?? 0),
          },
        },
      },
    },
  }
}
