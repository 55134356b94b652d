import { getCustomerFigures } from '../domain/bi/customers.ts'
import { listEngineers } from '../domain/bi/engineers.ts'
import { exportFigures } from '../domain/bi/export.ts'
import { getInvoiceFigures } from '../domain/bi/invoices.ts'
import { getPartFigures } from '../domain/bi/parts.ts'
import { getRevenue } from '../domain/bi/revenue.ts'
import { getWorkOrderFigures } from '../domain/bi/work-orders.ts'
import { router } from '../http/context.ts'
import { serve } from '../http/serve.ts'

export const biRoutes = router()
  .get('/revenue', serve(getRevenue))
  .get('/work-orders', serve(getWorkOrderFigures))
  .get('/engineers', serve(listEngineers))
  .get('/customers', serve(getCustomerFigures))
  .get('/parts', serve(getPartFigures))
  .get('/invoices', serve(getInvoiceFigures))
  .get('/export', serve(exportFigures))
