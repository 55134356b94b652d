import type { TargetedSubmitEvent } from 'preact'
import { useState } from 'preact/hooks'
import { ask, Problem } from './api.ts'
import { sentenceOf, type Words } from './words.ts'

/** The account's e-mail and password for a token; what the API refuses is told in its own sentence. */
export function Login({
  t,
  notice,
  onToken,
}: {
  t: Words
  notice: string | undefined
  onToken: (token: string) => void
}) {
  const [isBusy, setIsBusy] = useState(false)
  const [failure, setFailure] = useState<string>()

  const submit = async (event: TargetedSubmitEvent<HTMLFormElement>) => {
    event.preventDefault()
    const { email, password } = Object.fromEntries(new FormData(event.currentTarget))
    setIsBusy(true)
    setFailure(undefined)
    try {
      const { token } = await ask<{ token: string }>('/auth/login', {
        method: 'POST',
        body: { email, password },
      })
      onToken(token)
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      setFailure(sentenceOf(error, t))
      setIsBusy(false)
    }
  }

  return (
    <main class="lone">
      <form class="card" onSubmit={submit} aria-busy={isBusy}>
        <Mark />
        <h1>{t.login.heading}</h1>
        <p class="quiet">{t.login.intro}</p>
        {notice && !failure && (
          <p class="told" role="status">
            {notice}
          </p>
        )}
        {failure && (
          <p class="told bad" role="alert">
            {failure}
          </p>
        )}
        <label for="email">{t.login.email}</label>
        <input id="email" name="email" type="email" autocomplete="username" required />
        <label for="password">{t.login.password}</label>
        <input
          id="password"
          name="password"
          type="password"
          autocomplete="current-password"
          required
        />
        <button type="submit" class="main" disabled={isBusy}>
          {isBusy ? t.login.busy : t.login.submit}
        </button>
      </form>
    </main>
  )
}

/** Three bars, growing. */
export const Mark = () => (
  <svg class="mark" viewBox="0 0 24 24" aria-hidden="true">
    <rect x="4" y="13" width="4" height="7" rx="1.2" />
    <rect x="10" y="9" width="4" height="11" rx="1.2" />
    <rect x="16" y="4" width="4" height="16" rx="1.2" />
  </svg>
)
