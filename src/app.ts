import { Hono } from 'hono'
import { type HttpEnv, requestContext } from './http/context.ts'
import { docsPage, docsPolicy, docsScriptPath } from './http/docs-page.ts'
import { answerError, answerNotFound } from './http/errors.ts'
import { apiLimit } from './http/limits.ts'
import { afterwards, crossOrigin, limitBody, safeHeaders } from './http/middleware.ts'
import { assistantRoutes } from './routes/ai.ts'
import { apiTokenRoutes } from './routes/api-tokens.ts'
import { attachmentRoutes } from './routes/attachments.ts'
import { authRoutes } from './routes/auth.ts'
import { automationRuleRoutes } from './routes/automation-rules.ts'
import { branchRoutes } from './routes/branches.ts'
import { companyRoutes } from './routes/companies.ts'
import { creditNoteRoutes } from './routes/credit-notes.ts'
import { customerRoutes } from './routes/customers.ts'
import { deadLetterRoutes } from './routes/dead-letters.ts'
import { deviceRoutes } from './routes/devices.ts'
import { emailConfigRoutes } from './routes/email-config.ts'
import { emailRoutes } from './routes/emails.ts'
import { employeeRoutes } from './routes/employees.ts'
import { eventRoutes } from './routes/events.ts'
import { healthRoutes } from './routes/health.ts'
import { integrationRoutes } from './routes/integrations.ts'
import { invoiceRoutes } from './routes/invoices.ts'
import { jobRunRoutes } from './routes/job-runs.ts'
import { licenseRoutes } from './routes/license.ts'
import { licensesRoutes } from './routes/licenses.ts'
import { notificationRoutes } from './routes/notifications.ts'
import { paidRoutes } from './routes/paid.ts'
import { paymentRoutes } from './routes/payments.ts'
import { portalRoutes } from './routes/portal.ts'
import { pricingRoutes } from './routes/pricing.ts'
import { productCategoryRoutes } from './routes/product-categories.ts'
import { productRoutes } from './routes/products.ts'
import { quotationRoutes } from './routes/quotations.ts'
import { recurringInvoiceRoutes } from './routes/recurring-invoices.ts'
import { roleRoutes } from './routes/roles.ts'
import { settingsRoutes } from './routes/settings.ts'
import { dhlRoutes, upsRoutes } from './routes/shipping.ts'
import { slaRoutes } from './routes/sla.ts'
import { smsRoutes } from './routes/sms.ts'
import { stockRoutes } from './routes/stock.ts'
import { tagRoutes } from './routes/tags.ts'
import { taskRoutes } from './routes/tasks.ts'
import { taxRateRoutes } from './routes/tax-rates.ts'
import { telephonyRoutes } from './routes/telephony.ts'
import { tenantRoutes } from './routes/tenants.ts'
import { userRoutes } from './routes/users.ts'
import { viesRoutes } from './routes/vies.ts'
import { webhookDeliveryRoutes } from './routes/webhook-deliveries.ts'
import { webhookEndpointRoutes } from './routes/webhook-endpoints.ts'
import { webhookRoutes } from './routes/webhooks.ts'
import { workOrderStatusRoutes } from './routes/work-order-statuses.ts'
import { workOrderRoutes } from './routes/work-orders.ts'

/** `/api/x`, `/api/v1/x` and the same behind `/repair-angel-v2` are one API. */
export const pathOf = (request: Request) => {
  const start = request.url.indexOf('/', 8)
  const end = request.url.indexOf('?', start)
  const path = start < 0 ? '/' : request.url.slice(start, end < 0 ? undefined : end)
  return path.replace(/^\/repair-angel-v2(?=\/|$)/, '').replace(/^\/api(\/v1)?(?=\/|$)/, '') || '/'
}

let document: string | undefined

export const app: Hono<HttpEnv> = new Hono<HttpEnv>({ getPath: pathOf })
  .use(requestContext, afterwards)
  // Before the headers of the API: a page may run its own script.
  .get('/docs', (c) => c.html(docsPage, 200, { 'Content-Security-Policy': docsPolicy }))
  .get(docsScriptPath, (c) => c.env.ASSETS.fetch(c.req.raw))
  .route('/p', portalRoutes)
  .use(safeHeaders, crossOrigin, apiLimit, limitBody)
  .get('/openapi.json', async (c) => {
    const { openapi } = await import('./http/openapi.ts')
    document ??= JSON.stringify(openapi(app, c.env.VERSION ?? 'development'))
    return c.body(document, 200, { 'Content-Type': 'application/json' })
  })
  .route('/health', healthRoutes)
  .route('/auth', authRoutes)
  .route('/customers', customerRoutes)
  .route('/companies', companyRoutes)
  .route('/tags', tagRoutes)
  .route('/devices', deviceRoutes)
  .route('/branches', branchRoutes)
  .route('/employees', employeeRoutes)
  .route('/products', productRoutes)
  .route('/product-categories', productCategoryRoutes)
  .route('/stock', stockRoutes)
  .route('/work-orders', workOrderRoutes)
  .route('/work-order-statuses', workOrderStatusRoutes)
  .route('/sla', slaRoutes)
  .route('/attachments', attachmentRoutes)
  .route('/invoices', invoiceRoutes)
  .route('/credit-notes', creditNoteRoutes)
  .route('/quotations', quotationRoutes)
  .route('/payments', paymentRoutes)
  .route('/tasks', taskRoutes)
  .route('/sms', smsRoutes)
  .route('/email', emailRoutes)
  .route('/3cx', telephonyRoutes)
  .route('/ups', upsRoutes)
  .route('/dhl', dhlRoutes)
  .route('/vies', viesRoutes)
  .route('/ai', assistantRoutes)
  .route('/email/config', emailConfigRoutes)
  .route('/tax-rates', taxRateRoutes)
  .route('/pricing', pricingRoutes)
  .route('/recurring-invoices', recurringInvoiceRoutes)
  .route('/integrations', integrationRoutes)
  .route('/webhook-endpoints', webhookEndpointRoutes)
  .route('/webhook-deliveries', webhookDeliveryRoutes)
  .route('/webhooks', webhookRoutes)
  .route('/paid', paidRoutes)
  .route('/users', userRoutes)
  .route('/roles', roleRoutes)
  .route('/api-tokens', apiTokenRoutes)
  .route('/tenants', tenantRoutes)
  .route('/settings', settingsRoutes)
  .route('/automation-rules', automationRuleRoutes)
  .route('/events', eventRoutes)
  .route('/notifications', notificationRoutes)
  .route('/dead-letters', deadLetterRoutes)
  .route('/job-runs', jobRunRoutes)
  .route('/license', licenseRoutes)
  .route('/licenses', licensesRoutes)

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']

app.onError((error, c) => answerError(error, c))
app.notFound((c) => {
  const serves = (method: string) =>
    app.router.match(method, c.req.path)[0].some(([[, route]]) => !route.path.endsWith('*'))
  return answerNotFound(c, methods.filter(serves))
})
