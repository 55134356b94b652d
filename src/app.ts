import { Hono } from 'hono'
import { biAssets, sendAsset, sendBiPage } from './http/bi-page.ts'
import { type HttpEnv, requestContext } from './http/context.ts'
import { docsPage, docsPolicy, docsScriptPath } from './http/docs-page.ts'
import { answerError, answerNotFound } from './http/errors.ts'
import { apiLimit } from './http/limits.ts'
import { afterwards, crossOrigin, limitBody, safeHeaders } from './http/middleware.ts'
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

/**
 * The table of contents. What a counter asks for all day comes with the Worker; the rest is loaded when it is
 * first asked for, so that no cold start waits for it.
 */
const resources: [prefix: string, routes: Routes | (() => Promise<Routes>)][] = [
  ['/health', healthRoutes],
  ['/auth', authRoutes],
  ['/customers', customerRoutes],
  ['/companies', companyRoutes],
  ['/tags', tagRoutes],
  ['/devices', deviceRoutes],
  ['/branches', branchRoutes],
  ['/employees', employeeRoutes],
  ['/leave-types', async () => (await import('./routes/leave-types.ts')).leaveTypeRoutes],
  ['/leave-requests', async () => (await import('./routes/leave-requests.ts')).leaveRequestRoutes],
  ['/leave-balances', async () => (await import('./routes/leave-balances.ts')).leaveBalanceRoutes],
  [
    '/leave-adjustments',
    async () => (await import('./routes/leave-balances.ts')).leaveAdjustmentRoutes,
  ],
  ['/leave-calendar', async () => (await import('./routes/leave-calendar.ts')).leaveCalendarRoutes],
  ['/calendar', async () => (await import('./routes/leave-calendar.ts')).calendarFeedRoutes],
  ['/products', productRoutes],
  ['/product-categories', productCategoryRoutes],
  ['/stock', stockRoutes],
  ['/receiving', async () => (await import('./routes/receiving.ts')).receivingRoutes],
  ['/pick-lists', async () => (await import('./routes/pick-lists.ts')).pickListRoutes],
  ['/warehouses', async () => (await import('./routes/warehouses.ts')).warehouseRoutes],
  ['/bins', async () => (await import('./routes/bins.ts')).binRoutes],
  ['/bin-stock', async () => (await import('./routes/bin-stock.ts')).binStockRoutes],
  ['/putaway', async () => (await import('./routes/putaway.ts')).putawayRoutes],
  ['/serial-numbers', async () => (await import('./routes/serial-numbers.ts')).serialNumberRoutes],
  ['/suppliers', async () => (await import('./routes/suppliers.ts')).supplierRoutes],
  [
    '/supplier-products',
    async () => (await import('./routes/supplier-products.ts')).supplierProductRoutes,
  ],
  [
    '/purchase-orders',
    async () => (await import('./routes/purchase-orders.ts')).purchaseOrderRoutes,
  ],
  ['/labels', async () => (await import('./routes/labels.ts')).labelRoutes],
  ['/stock-counts', async () => (await import('./routes/stock-counts.ts')).stockCountRoutes],
  ['/work-orders', workOrderRoutes],
  ['/work-order-statuses', workOrderStatusRoutes],
  ['/warranty', async () => (await import('./routes/warranty.ts')).warrantyRoutes],
  ['/sla', async () => (await import('./routes/sla.ts')).slaRoutes],
  ['/attachments', async () => (await import('./routes/attachments.ts')).attachmentRoutes],
  ['/invoices', invoiceRoutes],
  ['/credit-notes', async () => (await import('./routes/credit-notes.ts')).creditNoteRoutes],
  ['/quotations', quotationRoutes],
  ['/payments', paymentRoutes],
  ['/tasks', taskRoutes],
  ['/tutorials', async () => (await import('./routes/tutorials.ts')).tutorialRoutes],
  ['/sms', async () => (await import('./routes/sms.ts')).smsRoutes],
  ['/email', async () => (await import('./routes/emails.ts')).emailRoutes],
  ['/3cx', async () => (await import('./routes/telephony.ts')).telephonyRoutes],
  ['/ups', async () => (await import('./routes/shipping.ts')).upsRoutes],
  ['/dhl', async () => (await import('./routes/shipping.ts')).dhlRoutes],
  ['/vies', async () => (await import('./routes/vies.ts')).viesRoutes],
  ['/ai', async () => (await import('./routes/ai.ts')).assistantRoutes],
  ['/email/config', async () => (await import('./routes/email-config.ts')).emailConfigRoutes],
  ['/tax-rates', taxRateRoutes],
  ['/gl-accounts', async () => (await import('./routes/gl-accounts.ts')).glAccountRoutes],
  [
    '/journal-entries',
    async () => (await import('./routes/journal-entries.ts')).journalEntryRoutes,
  ],
  ['/fiscal-years', async () => (await import('./routes/fiscal-years.ts')).fiscalYearRoutes],
  [
    '/purchase-invoices',
    async () => (await import('./routes/purchase-invoices.ts')).purchaseInvoiceRoutes,
  ],
  [
    '/purchase-payments',
    async () => (await import('./routes/purchase-invoices.ts')).purchasePaymentRoutes,
  ],
  ['/settlements', async () => (await import('./routes/settlements.ts')).settlementRoutes],
  ['/btw-periods', async () => (await import('./routes/btw-periods.ts')).btwPeriodRoutes],
  ['/reports', async () => (await import('./routes/reports.ts')).reportRoutes],
  ['/audit-file', async () => (await import('./routes/audit-file.ts')).auditFileRoutes],
  ['/bi', async () => (await import('./routes/bi.ts')).biRoutes],
  ['/bank-accounts', async () => (await import('./routes/bank-accounts.ts')).bankAccountRoutes],
  [
    '/bank-statements',
    async () => (await import('./routes/bank-statements.ts')).bankStatementRoutes,
  ],
  [
    '/bank-transactions',
    async () => (await import('./routes/bank-transactions.ts')).bankTransactionRoutes,
  ],
  ['/pricing', async () => (await import('./routes/pricing.ts')).pricingRoutes],
  [
    '/recurring-invoices',
    async () => (await import('./routes/recurring-invoices.ts')).recurringInvoiceRoutes,
  ],
  ['/integrations', async () => (await import('./routes/integrations.ts')).integrationRoutes],
  [
    '/webhook-endpoints',
    async () => (await import('./routes/webhook-endpoints.ts')).webhookEndpointRoutes,
  ],
  [
    '/webhook-deliveries',
    async () => (await import('./routes/webhook-deliveries.ts')).webhookDeliveryRoutes,
  ],
  ['/webhooks', async () => (await import('./routes/webhooks.ts')).webhookRoutes],
  ['/paid', async () => (await import('./routes/paid.ts')).paidRoutes],
  ['/users', userRoutes],
  ['/roles', roleRoutes],
  ['/api-tokens', async () => (await import('./routes/api-tokens.ts')).apiTokenRoutes],
  ['/tenants', async () => (await import('./routes/tenants.ts')).tenantRoutes],
  ['/settings', settingsRoutes],
  [
    '/automation-rules',
    async () => (await import('./routes/automation-rules.ts')).automationRuleRoutes,
  ],
  ['/events', async () => (await import('./routes/events.ts')).eventRoutes],
  ['/notifications', notificationRoutes],
  ['/dead-letters', async () => (await import('./routes/dead-letters.ts')).deadLetterRoutes],
  ['/job-runs', async () => (await import('./routes/job-runs.ts')).jobRunRoutes],
  ['/license', async () => (await import('./routes/license.ts')).licenseRoutes],
  ['/licenses', async () => (await import('./routes/licenses.ts')).licensesRoutes],
]

/** `/api/x`, `/api/v1/x` and the same behind `/repair-angel-v2` are one API. */
export const pathOf = (request: Request) => {
  const start = request.url.indexOf('/', 8)
  const end = request.url.indexOf('?', start)
  const path = start < 0 ? '/' : request.url.slice(start, end < 0 ? undefined : end)
  return path.replace(/^\/repair-angel-v2(?=\/|$)/, '').replace(/^\/api(\/v1)?(?=\/|$)/, '') || '/'
}

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']
const firstOf = (path: string) => path.split('/')[1] ?? ''

/** First parts of paths whose routes were not loaded yet. */
const waiting = new Set(
  resources.filter(([, routes]) => !(routes instanceof Hono)).map(([prefix]) => firstOf(prefix)),
)
let portal: Routes | undefined
let app = assemble()

/** The app that knows the request's path. */
export async function appFor(request: Request): Promise<Routes> {
  const first = firstOf(pathOf(request))
  if (first === 'p') await loadPortal()
  else if (waiting.has(first)) await load([first])
  return app
}

/** With every resource there is, as the document describes them. */
export async function wholeApp(): Promise<Routes> {
  await load([...waiting])
  return app
}

async function load(wanted: string[]) {
  for (const resource of resources) {
    const [prefix, routes] = resource
    if (routes instanceof Hono || !wanted.includes(firstOf(prefix))) continue
    resource[1] = await routes()
  }
  for (const first of wanted) waiting.delete(first)
  if (wanted.length > 0) app = assemble()
}

async function loadPortal() {
  if (portal) return
  portal = (await import('./routes/portal.ts')).portalRoutes
  app = assemble()
}

/** A router takes no more routes once it has answered, so each stretch of resources makes a new one. */
function assemble(): Routes {
  const app: Routes = new Hono<HttpEnv>({ getPath: pathOf })
    .use(requestContext, afterwards)
    // Before the headers of the API: a page may run its own script.
    .get('/docs', (c) => c.html(docsPage, 200, { 'Content-Security-Policy': docsPolicy }))
    .get(docsScriptPath, (c) => c.env.ASSETS.fetch(c.req.raw))
    .route('/p', portal ?? new Hono<HttpEnv>())
    .use(safeHeaders, crossOrigin, apiLimit, limitBody)
    .get('/bi', sendBiPage)
    .on('GET', [...biAssets], sendAsset)
    .get('/openapi.json', async (c) =>
      c.body(await documentOf(c.env.VERSION), 200, { 'Content-Type': 'application/json' }),
    )
  for (const [prefix, routes] of resources) {
    if (routes instanceof Hono) app.route(prefix, routes)
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
