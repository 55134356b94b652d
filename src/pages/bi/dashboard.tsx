import { useEffect, useMemo, useState } from 'preact/hooks'
import { Problem } from './api.ts'
import { AgingCard, RevenueCard } from './charts.tsx'
import { Downloads } from './downloads.tsx'
import {
  type Choice,
  type Figures,
  isEmpty,
  periods,
  queryOf,
  readFigures,
  type Shop,
} from './figures.ts'
import { Filters } from './filters.tsx'
import { formatter } from './format.ts'
import { Mark } from './login.tsx'
import { EmptyNote, ProblemNote } from './notes.tsx'
import { EngineersCard, PartsCard, StatusesCard } from './rankings.tsx'
import { Tiles } from './tiles.tsx'
import { type Locale, words } from './words.ts'

/** The figures of one shop; without the shop, which is still on its way, their outlines. */
export function Dashboard({
  token,
  shop,
  locale,
  onLogOut,
  onEnd,
}: {
  token: string
  shop: Shop | undefined
  locale: Locale
  onLogOut: () => void
  onEnd: () => void
}) {
  const t = words[locale]
  const zone = shop?.timezone ?? 'Europe/Amsterdam'
  const format = useMemo(() => formatter(locale, zone), [locale, zone])
  const [choice, setChoice] = useState(choiceOfAddress)
  const { figures, problem, isLoading, again } = useFigures(token, shop, choice, onEnd)
  const choose = (chosen: Choice) => {
    setChoice(chosen)
    history.replaceState(null, '', `?${queryOf(chosen)}`)
  }

  return (
    <div class="wide">
      <header>
        <Mark />
        <div class="title">
          <h1>{t.title}</h1>
          <p class="quiet">{shop?.name ?? '\u00a0'}</p>
        </div>
        <button type="button" class="plain" onClick={onLogOut}>
          {t.logout}
        </button>
      </header>
      <main aria-busy={isLoading}>
        {problem?.status !== 403 && (
          <Filters t={t} choice={choice} branches={shop?.branches ?? []} onChoose={choose}>
            {figures && format.span(figures.revenue.from, figures.revenue.to)}
          </Filters>
        )}
        <p class="hidden" role="status">
          {isLoading ? t.loading : ''}
        </p>
        {problem ? (
          <ProblemNote t={t} problem={problem} onRetry={again} />
        ) : (
          <div class={isLoading && figures ? 'figures stale' : 'figures'}>
            <Tiles t={t} format={format} figures={figures} />
            {figures && isEmpty(figures) ? (
              <EmptyNote t={t} />
            ) : (
              <>
                <div class="columns">
                  <RevenueCard t={t} format={format} figures={figures} />
                  <AgingCard t={t} format={format} figures={figures} />
                </div>
                <div class="thirds">
                  <StatusesCard
                    t={t}
                    format={format}
                    figures={figures}
                    statuses={shop?.statuses ?? []}
                    locale={locale}
                  />
                  <EngineersCard t={t} format={format} figures={figures} />
                  <PartsCard t={t} format={format} figures={figures} />
                </div>
              </>
            )}
          </div>
        )}
      </main>
      {figures && !problem && (
        <footer>
          <Downloads t={t} token={token} choice={choice} />
          <p class="quiet">
            {t.readAt(format.time(figures.read_at))}
            <button type="button" class="plain" onClick={again} disabled={isLoading}>
              {t.refresh}
            </button>
          </p>
        </footer>
      )}
    </div>
  )
}

/** A reloaded or bookmarked page shows the same. */
function choiceOfAddress(): Choice {
  const asked = new URLSearchParams(location.search)
  const branch_id = Number(asked.get('branch_id'))
  return {
    period: periods.find((period) => period === asked.get('period')) ?? '30d',
    branch_id: Number.isSafeInteger(branch_id) && branch_id > 0 ? branch_id : null,
  }
}

/** The figures of the latest choice; those of the one before stay until they are there. */
function useFigures(token: string, shop: Shop | undefined, choice: Choice, onEnd: () => void) {
  const [figures, setFigures] = useState<Figures>()
  const [problem, setProblem] = useState<Problem>()
  const [isLoading, setIsLoading] = useState(true)
  const [tries, setTries] = useState(0)

  // A further try reads again.
  useEffect(() => {
    if (!shop) return
    const reading = new AbortController()
    setIsLoading(true)
    readFigures(token, choice, reading.signal).then(
      (read) => {
        setFigures(read)
        setProblem(undefined)
        setIsLoading(false)
      },
      (error: unknown) => {
        if (reading.signal.aborted) return
        if (!(error instanceof Problem)) throw error
        if (error.status === 401) return onEnd()
        setProblem(error)
        setIsLoading(false)
      },
    )
    return () => reading.abort()
  }, [token, shop, choice, onEnd, tries])

  return { figures, problem, isLoading, again: () => setTries(tries + 1) }
}
