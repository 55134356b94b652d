import { useState } from 'preact/hooks'
import { download, Problem } from './api.ts'
import { type Choice, queryOf, type Report, reports } from './figures.ts'
import { sentenceOf, type Words } from './words.ts'

/** The same figures as files for a spreadsheet. */
export function Downloads({ t, token, choice }: { t: Words; token: string; choice: Choice }) {
  const [failure, setFailure] = useState<string>()
  const save = async (report: Report) => {
    setFailure(undefined)
    const query = queryOf(choice)
    query.set('report', report)
    query.set('format', 'csv')
    try {
      await download(`/bi/export?${query}`, `${report}.csv`, { token })
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      setFailure(sentenceOf(error, t))
    }
  }
  return (
    <section class="downloads" aria-labelledby="downloads">
      <h2 id="downloads">{t.downloads}</h2>
      {reports.map((report) => (
        <button key={report} type="button" class="plain" onClick={() => save(report)}>
          {t.reports[report]}
        </button>
      ))}
      {failure && (
        <p class="told bad" role="alert">
          {failure}
        </p>
      )}
    </section>
  )
}
