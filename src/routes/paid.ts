import { html } from 'hono/html'
import { router } from '../http/context.ts'

/** Where a customer comes back to who paid by a bare link. What was paid the shop hears of the provider. */
export const paidRoutes = router().get('/', (c) =>
  c.html(html`<!doctype html>
<html lang="nl">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Bedankt</title>
<h1>Bedankt</h1>
<p>U kunt deze pagina sluiten. De winkel ziet uw betaling zodra de betaaldienst haar bevestigt.</p>
<p lang="en">Thank you. You can close this page; the shop sees your payment as soon as it is confirmed.</p>
</html>`),
)
