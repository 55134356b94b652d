/** Where the page's script is served; the build puts it at this path of the static assets. */
export const docsScriptPath = '/docs/api-reference.js'

/**
 * Content-Security-Policy of `docsPage`: everything from our own origin, no inline script, in
 * nobody's frame. The reference component writes its own `style` elements, and shows a tried
 * request's image or PDF from a blob.
 */
export const docsPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "connect-src 'self'",
  "img-src 'self' data: blob:",
  'object-src blob:',
  'frame-src blob:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

// Samples in the three languages of the printed reference; every other client is hidden.
const hiddenClients = {
  c: true,
  clojure: true,
  csharp: true,
  dart: true,
  fsharp: true,
  go: true,
  http: true,
  java: true,
  js: ['axios', 'jquery', 'ofetch', 'xhr'],
  kotlin: true,
  node: true,
  objc: true,
  ocaml: true,
  php: ['curl'],
  powershell: true,
  python: ['python3', 'httpx_sync', 'httpx_async'],
  r: true,
  ruby: true,
  rust: true,
  shell: true,
  swift: true,
}

const fonts = `:root {
  --scalar-font: system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif;
  --scalar-font-code: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace;
}`

// No proxy and no agent: a tried request, with the caller's token, goes straight to this origin.
const configuration = {
  url: '/openapi.json',
  title: 'Repair Angel API',
  theme: 'default',
  layout: 'modern',
  withDefaultFonts: false,
  telemetry: false,
  agent: { disabled: true },
  proxyUrl: '',
  hiddenClients,
  defaultHttpClient: { targetKey: 'php', clientKey: 'guzzle' },
  hideClientButton: true,
  showDeveloperTools: 'never',
  documentDownloadType: 'json',
  orderSchemaPropertiesBy: 'preserve',
  customCss: fonts,
}

/** The API reference at `/docs`, an HTML document: reads `/openapi.json`, sends requests from the browser. */
export const docsPage = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Repair Angel API</title>
<link rel="icon" href="data:,">
</head>
<body>
<noscript>This page needs JavaScript. The description of the API is at <a href="/openapi.json">/openapi.json</a>.</noscript>
<script id="api-reference" type="application/json" data-configuration="${attribute(JSON.stringify(configuration))}"></script>
<script src="${docsScriptPath}"></script>
</body>
</html>
`

function attribute(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;')
}
