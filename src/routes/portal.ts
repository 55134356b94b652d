import type { Context as HonoContext } from 'hono'
import {
  type Action,
  actions,
  addressOf,
  failurePage,
  type Page,
  type View,
} from '../domain/portal/pages/layout.ts'
import type { Fields } from '../domain/portal/pages/subject.ts'
import { visit } from '../domain/portal/visit.ts'
import { type HttpContext, type HttpEnv, router } from '../http/context.ts'
import { refusalFrom } from '../http/errors.ts'
import { limitBody } from '../http/middleware.ts'
import { sendFile } from '../http/serve.ts'
import { notFound, type Refusal } from '../refusal.ts'

/** A page that a customer opens from a mail, without login: `/p/<token>`. */
export const portalRoutes = router()
  .use(limitBody)
  .get('/:token', async (c) => {
    const { ctx, id, page } = await enter(c)
    return send(c, await page.show(ctx, id, viewOf(c)))
  })
  .get('/:token/pdf', async (c) => {
    const { ctx, id, page } = await enter(c)
    const file = await page.pdf?.(ctx, id, viewOf(c))
    if (!file) throw notFound()
    for (const [name, value] of Object.entries(privacy)) c.header(name, value)
    return sendFile(c, file)
  })

for (const action of actions) {
  portalRoutes.post(`/:token/${action}`, (c) => act(c, action))
}

portalRoutes.onError((error, c) => {
  const { status, headers } = refusalFrom(error, c)
  for (const [name, value] of Object.entries(headers)) c.header(name, value)
  const shown = status === 404 || status === 410 || status === 429 ? status : 500
  return send(c, failurePage(shown), status)
})

/** Lets the customer in, and has the request's log line name its shop. */
async function enter(c: HttpContext) {
  const visitor = await visit(c.get('ctx'), c.req.param('token') ?? '')
  Object.assign(c.get('ctx').session, visitor.ctx.session)
  return visitor
}

/** Back to the page afterwards, so that reloading it repeats nothing; it shows what came of it. */
async function act(c: HttpContext, action: Action) {
  const { ctx, id, page } = await enter(c)
  const perform = page.actions[action]
  if (!perform) throw notFound()
  const view = viewOf(c)
  try {
    const next = await perform(ctx, id, await fieldsOf(c), view)
    return leave(c, next ?? addressOf(view))
  } catch (error) {
    const refusal = refusalFrom(error, c)
    if (isPast(refusal)) return leave(c, addressOf(view))
    if (refusal.status !== 422 && refusal.status !== 502) throw refusal
    return send(c, await page.show(ctx, id, { ...view, failed: action }), refusal.status)
  }
}

/** What was refused because of the state: the page itself says how things are. */
const isPast = ({ status, errors }: Refusal) => status === 422 && errors === undefined

function viewOf(c: HttpContext): View {
  const lang = c.req.query('lang')
  const token = c.req.param('token') ?? ''
  return { token, lang: lang === 'nl' || lang === 'en' ? lang : undefined }
}

const fieldsOf = async (c: HttpContext): Promise<Fields> => await c.req.parseBody()

function leave(c: HttpContext, address: string) {
  for (const [name, value] of Object.entries(privacy)) c.header(name, value)
  return c.redirect(address, 303)
}

/** The address is a secret: it is not passed on, kept or found. */
const privacy = {
  'Cache-Control': 'private, no-store',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'Strict-Transport-Security': 'max-age=31536000; includeSubDomains',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'X-Robots-Tag': 'noindex, nofollow',
}

async function send(c: HonoContext<HttpEnv>, { content, policy }: Page, status = 200) {
  return c.html(await content, status as 200, { ...privacy, 'Content-Security-Policy': policy })
}
