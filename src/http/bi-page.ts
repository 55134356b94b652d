import { notFound } from '../refusal.ts'
import type { HttpContext } from './context.ts'

/** Where the build puts the page's script and style among the static assets. */
export const biAssets = ['/bi/dashboard.js', '/bi/dashboard.css'] as const

const [script, style] = biAssets

/**
 * Everything from our own origin, nothing inline, in nobody's frame: the page holds a token. A form that
 * the script does not take is not sent at all, so that no password ends up in an address.
 */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join('; ')

// Paths are relative, so that the page works behind `/repair-angel-v2` too.
const page = `<!doctype html>
<html lang="nl">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex, nofollow">
<title>Repair Angel</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${style.slice(1)}">
<script type="module" src="${script.slice(1)}"></script>
</head>
<body>
<noscript><p>Deze pagina heeft JavaScript nodig.</p><p lang="en">This page needs JavaScript.</p></noscript>
<div id="page"></div>
</body>
</html>
`

/**
 * The shop's figures at `/bi`, an HTML document that logs in and reads through the API. `/api/bi` is the
 * same path to the router, and no page.
 */
export function sendBiPage(c: HttpContext): Response | Promise<Response> {
  if (/^\/api(\/|$)/.test(new URL(c.req.url).pathname.replace('/repair-angel-v2', ''))) {
    throw notFound('Route')
  }
  return c.html(page, 200, { 'Cache-Control': 'no-cache', 'Content-Security-Policy': policy })
}

/** A static asset, with the headers that every answer has. */
export async function sendAsset(c: HttpContext): Promise<Response> {
  const file = await c.env.ASSETS.fetch(new Request(new URL(c.req.path, c.req.url), c.req.raw))
  return c.newResponse(file.body, file)
}
