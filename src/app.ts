import { Hono } from 'hono'
import { type HttpEnv, requestContext } from './http/context.ts'
import { docsPage, docsPolicy, docsScriptPath } from './http/docs-page.ts'
import { answerError, answerNotFound } from './http/errors.ts'
import { apiLimit } from './http/limits.ts'
import { afterwards, crossOrigin, limitBody, safeHeaders } from './http/middleware.ts'
import { found } from './refusal.ts'
import { authRoutes } from './routes/auth.ts'
import { branchRoutes } from './routes/branches.ts'
import { companyRoutes } from './routes/companies.ts'
import { customerRoutes } from './routes/customers.ts'
import { deviceRoutes } from './routes/devices.ts'
import { employeeRoutes } from './routes/employees.ts'
import { healthRoutes } from './routes/health.ts'
import { invoiceRoutes } from './routes/invoices.ts'
import { notificationRoutes } from './routes/notifications.ts'
import { paymentRoutes } from './routes/payments.ts'
import { productCategoryRoutes } from './routes/product-categories.ts'
import { productRoutes } from './routes/products.ts'
import { quotationRoutes } from './routes/quotations.ts'
import { roleRoutes } from './routes/roles.ts'
import { settingsRoutes } from './routes/settings.ts'
import { stockRoutes } from './routes/stock.ts'
import { tagRoutes } from './routes/tags.ts'
import { taskRoutes } from './routes/tasks.ts'
import { taxRateRoutes } from './routes/tax-rates.ts'
import { userRoutes } from './routes/users.ts'
import { workOrderStatusRoutes } from './routes/work-order-statuses.ts'
import { workOrderRoutes } from './routes/work-orders.ts'

type Routes = Hono<HttpEnv>

/** What a counter asks for all day comes with the Worker. */
const everyday: [prefix: string, routes: Routes][] = [
  ['/health', healthRoutes],
  ['/auth', authRoutes],
  ['/customers', customerRoutes],
  ['/companies', companyRoutes],
  ['/tags', tagRoutes],
  ['/devices', deviceRoutes],
  ['/branches', branchRoutes],
  ['/employees', employeeRoutes],
  ['/products', productRoutes],
  ['/product-categories', productCategoryRoutes],
  ['/stock', stockRoutes],
  ['/work-orders', workOrderRoutes],
  ['/work-order-statuses', workOrderStatusRoutes],
  ['/invoices', invoiceRoutes],
  ['/quotations', quotationRoutes],
  ['/payments', paymentRoutes],
  ['/tasks', taskRoutes],
  ['/tax-rates', taxRateRoutes],
  ['/users', userRoutes],
  ['/roles', roleRoutes],
  ['/settings', settingsRoutes],
  ['/notifications', notificationRoutes],
]

/** By the first part of the path: loaded when it is first asked for, so that no cold start waits for it. */
const later: Record<string, () => Promise<Routes>> = {
  p: async () => (await import('./routes/portal.ts')).portalRoutes,
  sla: async () => (await import('./routes/sla.ts')).slaRoutes,
  attachments: async () => (await import('./routes/attachments.ts')).attachmentRoutes,
  'credit-notes': async () => (await import('./routes/credit-notes.ts')).creditNoteRoutes,
  sms: async () => (await import('./routes/sms.ts')).smsRoutes,
  email: async () => (await import('./routes/emails.ts')).emailRoutes,
  '3cx': async () => (await import('./routes/telephony.ts')).telephonyRoutes,
  ups: async () => (await import('./routes/shipping.ts')).upsRoutes,
  dhl: async () => (await import('./routes/shipping.ts')).dhlRoutes,
  vies: async () => (await import('./routes/vies.ts')).viesRoutes,
  ai: async () => (await import('./routes/ai.ts')).assistantRoutes,
  pricing: async () => (await import('./routes/pricing.ts')).pricingRoutes,
  'recurring-invoices': async () =>
    (await import('./routes/recurring-invoices.ts')).recurringInvoiceRoutes,
  integrations: async () => (await import('./routes/integrations.ts')).integrationRoutes,
  'webhook-endpoints': async () =>
    (await import('./routes/webhook-endpoints.ts')).webhookEndpointRoutes,
  'webhook-deliveries': async () =>
    (await import('./routes/webhook-deliveries.ts')).webhookDeliveryRoutes,
  webhooks: async () => (await import('./routes/webhooks.ts')).webhookRoutes,
  paid: async () => (await import('./routes/paid.ts')).paidRoutes,
  'api-tokens': async () => (await import('./routes/api-tokens.ts')).apiTokenRoutes,
  tenants: async () => (await import('./routes/tenants.ts')).tenantRoutes,
  'automation-rules': async () =>
    (await import('./routes/automation-rules.ts')).automationRuleRoutes,
  events: async () => (await import('./routes/events.ts')).eventRoutes,
  'dead-letters': async () => (await import('./routes/dead-letters.ts')).deadLetterRoutes,
  'job-runs': async () => (await import('./routes/job-runs.ts')).jobRunRoutes,
  license: async () => (await import('./routes/license.ts')).licenseRoutes,
  licenses: async () => (await import('./routes/licenses.ts')).licensesRoutes,
}

/** `/api/x`, `/api/v1/x` and the same behind `/repair-angel-v2` are one API. */
export const pathOf = (request: Request) => {
  const start = request.url.indexOf('/', 8)
  const end = request.url.indexOf('?', start)
  const path = start < 0 ? '/' : request.url.slice(start, end < 0 ? undefined : end)
  return path.replace(/^\/repair-angel-v2(?=\/|$)/, '').replace(/^\/api(\/v1)?(?=\/|$)/, '') || '/'
}

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']
const loaded = new Map<string, Routes>()
let app = assemble()

/** The app that knows the request's path. */
export async function appFor(request: Request): Promise<Routes> {
  const [, name = ''] = pathOf(request).split('/')
  if (Object.hasOwn(later, name) && !loaded.has(name)) await load([name])
  return app
}

/** With every resource there is, as the document describes them. */
export async function wholeApp(): Promise<Routes> {
  await load(Object.keys(later))
  return app
}

async function load(names: string[]) {
  const fresh = names.filter((name) => !loaded.has(name))
  await Promise.all(fresh.map(async (name) => loaded.set(name, found(await later[name]?.()))))
  if (fresh.length > 0) app = assemble()
}

/** A router takes no more routes once it has answered, so each stretch of resources makes a new one. */
function assemble(): Routes {
  const app: Routes = new Hono<HttpEnv>({ getPath: pathOf })
    .use(requestContext, afterwards)
    // Before the headers of the API: a page may run its own script.
    .get('/docs', (c) => c.html(docsPage, 200, { 'Content-Security-Policy': docsPolicy }))
    .get(docsScriptPath, (c) => c.env.ASSETS.fetch(c.req.raw))
    .route('/p', loaded.get('p') ?? new Hono<HttpEnv>())
    .use(safeHeaders, crossOrigin, apiLimit, limitBody)
    .get('/openapi.json', async (c) =>
      c.body(await documentOf(c.env.VERSION), 200, { 'Content-Type': 'application/json' }),
    )
  for (const [prefix, routes] of everyday) app.route(prefix, routes)
  for (const name of Object.keys(later)) {
    const routes = name === 'p' ? undefined : loaded.get(name)
    if (routes) app.route(`/${name}`, routes)
  }
  app.onError((error, c) => answerError(error, c))
  app.notFound((c) => {
    const serves = (method: string) =>
      app.router.match(method, c.req.path)[0].some(([[, route]]) => !route.path.endsWith('*'))
    return answerNotFound(c, methods.filter(serves))
  })
  return app
}

let document: string | undefined

async function documentOf(version = 'development'): Promise<string> {
  const { openapi } = await import('./http/openapi.ts')
  document ??= JSON.stringify(openapi(await wholeApp(), version))
  return document
}
