import { useCallback, useEffect, useState } from 'preact/hooks'
import { ask, Problem } from './api.ts'
import { Dashboard } from './dashboard.tsx'
import { readShop, type Shop } from './figures.ts'
import { Login } from './login.tsx'
import { ProblemNote } from './notes.tsx'
import { session } from './session.ts'
import { words } from './words.ts'

/** The login, and behind it the figures of the shop whose account it is. */
export function App() {
  const [token, setToken] = useState(session.token)
  const [shop, setShop] = useState<Shop>()
  const [problem, setProblem] = useState<Problem>()
  const [hasEnded, setHasEnded] = useState(false)
  const [tries, setTries] = useState(0)
  const locale = session.locale()
  const t = words[locale]

  useEffect(() => {
    document.documentElement.lang = locale
    document.title = shop ? `${t.title} · ${shop.name}` : t.title
  }, [locale, shop, t])

  const leave = useCallback(() => {
    session.forget()
    setToken(null)
    setShop(undefined)
    setProblem(undefined)
  }, [])
  const enter = (fresh: string) => {
    session.keep(fresh)
    setHasEnded(false)
    setToken(fresh)
  }
  const logOut = () => {
    // Whether it is heard or not, this browser forgets the token.
    if (token) ask('/auth/logout', { token, method: 'POST' }).catch(() => {})
    leave()
  }
  const end = useCallback(() => {
    setHasEnded(true)
    leave()
  }, [leave])

  // A further try reads again.
  useEffect(() => {
    if (!token) return
    setProblem(undefined)
    readShop(token).then(
      (found) => {
        session.keepLocale(found.locale === 'en' ? 'en' : 'nl')
        setShop(found)
      },
      (error: unknown) => {
        if (!(error instanceof Problem)) throw error
        if (error.status === 401) end()
        else setProblem(error)
      },
    )
  }, [token, tries, end])

  if (!token) return <Login t={t} notice={hasEnded ? t.login.ended : undefined} onToken={enter} />
  if (problem) {
    return (
      <main class="lone">
        <ProblemNote t={t} problem={problem} onRetry={() => setTries(tries + 1)} />
        <button type="button" class="plain" onClick={logOut}>
          {t.logout}
        </button>
      </main>
    )
  }
  return <Dashboard token={token} shop={shop} locale={locale} onLogOut={logOut} onEnd={end} />
}
