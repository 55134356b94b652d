import { html, raw } from 'hono/html'
import { sha256Hex } from '../../../lib/digest.ts'
import type { Locale } from '../../sales/documents/texts.ts'
import { signaturePad } from './signature-pad.ts'
import { style } from './style.ts'
import { words } from './words.ts'

/** Markup; what was put into it is escaped. */
export type Html = ReturnType<typeof html>

/** What a customer may do on a page. */
export const actions = ['accept', 'reject', 'sign', 'pay'] as const
export type Action = (typeof actions)[number]

/** How the page was asked for. */
export interface View {
  token: string
  /** Asked for in the address; the shop's own language when absent. */
  lang: Locale | undefined
  /** What the customer just tried in vain. */
  failed?: Action
}

/** A page as it is sent. */
export interface Page {
  content: Html
  /** Its Content-Security-Policy. */
  policy: string
}

interface Shop {
  name: string
  logo: string | null
  address: string | null
  postal_code: string | null
  city: string | null
  email: string | null
  phone: string | null
}

const source = (text: string) =>
  `'sha256-${Buffer.from(sha256Hex(text), 'hex').toString('base64')}'`

const policyWith = (formTargets: string) =>
  [
    "default-src 'none'",
    `style-src ${source(style)}`,
    `script-src ${source(signaturePad)}`,
    'img-src data:',
    "base-uri 'none'",
    `form-action ${formTargets}`,
    "frame-ancestors 'none'",
  ].join('; ')

/** Address of the page, or of one of its actions, in the language that was asked for. */
export const addressOf = ({ token, lang }: View, part = '') =>
  `/p/${token}${part && `/${part}`}${lang ? `?lang=${lang}` : ''}`

/** A page of a shop; `leaves`: a form of it ends at another site, a payment's. */
export function pageOf(
  view: View,
  {
    shop,
    locale,
    title,
    body,
    leaves = false,
  }: {
    shop: Shop
    locale: Locale
    title: string
    body: Html
    leaves?: boolean
  },
): Page {
  const t = words[locale]
  const { lang, name } = t.other
  const other = addressOf({ ...view, lang: lang as Locale })
  const content = documentOf(
    locale,
    `${title} · ${shop.name}`,
    html`<header class="shop">
${shop.logo ? html`<img src="${shop.logo}" alt="${shop.name}">` : html`<strong>${shop.name}</strong>`}
<a href="${other}" lang="${lang}" hreflang="${lang}">${name}</a>
</header>
<main>
${view.failed && html`<p class="note bad" role="alert">${t.failures[view.failed]}</p>`}
${body}
</main>
${footerOf(shop, t.questions)}`,
  )
  // Browsers hold the redirect after a form to its policy too.
  return { content, policy: policyWith(leaves ? "'self' https:" : "'self'") }
}

function footerOf(shop: Shop, questions: string): Html {
  const town = [shop.postal_code, shop.city].filter(Boolean).join(' ')
  const place = [shop.name, shop.address, town].filter(Boolean)
  return html`<footer>
<p>${questions}</p>
<p>${shop.phone && html`<a href="tel:${shop.phone.replace(/[^\d+]/g, '')}">${shop.phone}</a>`}
${shop.phone && shop.email && ' · '}
${shop.email && html`<a href="mailto:${shop.email}">${shop.email}</a>`}</p>
<p>${place.map((part, at) => html`<span>${part}${at < place.length - 1 ? ',' : ''}</span> `)}</p>
</footer>`
}

const documentOf = (locale: Locale, title: string, body: Html) => html`<!doctype html>
<html lang="${locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex, nofollow">
<meta name="referrer" content="no-referrer">
<meta name="format-detection" content="telephone=no">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${raw(style)}</style>
</head>
<body>
${body}
<script>${raw(signaturePad)}</script>
</body>
</html>
`

const failures = {
  404: [
    ['Deze pagina bestaat niet', 'Controleer of u de hele link uit onze mail heeft geopend.'],
    ['This page does not exist', 'Please check that you opened the whole link from our mail.'],
  ],
  410: [
    ['Deze link werkt niet meer', 'Vraag ons gerust om een nieuwe.'],
    ['This link no longer works', 'Do ask us for a new one.'],
  ],
  429: [
    ['Even geduld', 'U heeft deze pagina erg vaak geopend. Probeer het over een minuut opnieuw.'],
    ['One moment please', 'You opened this page very often. Please try again in a minute.'],
  ],
  500: [
    ['Er ging iets mis', 'Dat ligt aan ons. Probeer het over een minuut opnieuw.'],
    ['Something went wrong', 'It is our fault. Please try again in a minute.'],
  ],
} as const

/** The page for a link that shows nothing: in both languages, because it says nothing of any shop. */
export function failurePage(status: keyof typeof failures): Page {
  const [[dutch, then], [english, after]] = failures[status]
  const content = documentOf(
    'nl',
    `${dutch} · ${english}`,
    html`<main class="gap">
<section class="card"><h1>${dutch}</h1><p class="quiet gap">${then}</p></section>
<section class="card" lang="en"><h1>${english}</h1><p class="quiet gap">${after}</p></section>
</main>`,
  )
  return { content, policy: policyWith("'none'") }
}
