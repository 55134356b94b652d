import type { Locale } from './words.ts'

const tokenKey = 'repair-angel.token'
const localeKey = 'repair-angel.locale'

/**
 * Where the login is kept. Not a cookie: a browser sends one by itself, also with what another site makes it
 * ask, and the API would need a guard against that. This goes where this page's code sends it and nowhere
 * else, and is gone with the tab; the page's policy lets in no script of others that could read it.
 */
export const session = {
  token: () => sessionStorage.getItem(tokenKey),
  keep: (token: string) => sessionStorage.setItem(tokenKey, token),
  forget: () => sessionStorage.removeItem(tokenKey),

  /** The shop's language once it is known, before that the browser's. */
  locale: (): Locale => {
    const wanted = sessionStorage.getItem(localeKey) ?? navigator.language
    return wanted.startsWith('nl') ? 'nl' : 'en'
  },
  keepLocale: (locale: Locale) => sessionStorage.setItem(localeKey, locale),
}
