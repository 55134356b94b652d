import type { Problem } from './api.ts'
import { sentenceOf, type Words } from './words.ts'

/** What went wrong, and a way to try again where that may help. */
export function ProblemNote({
  t,
  problem,
  onRetry,
}: {
  t: Words
  problem: Problem
  onRetry: () => void
}) {
  return (
    <section class="card note" role="alert">
      <h2>{t.problems.heading}</h2>
      <p>{sentenceOf(problem, t)}</p>
      {problem.status !== 403 && (
        <button type="button" class="main" onClick={onRetry}>
          {t.retry}
        </button>
      )}
    </section>
  )
}

/** For a shop that has only just begun. */
export function EmptyNote({ t }: { t: Words }) {
  return (
    <section class="card note">
      <h2>{t.empty.heading}</h2>
      <p>{t.empty.text}</p>
    </section>
  )
}
