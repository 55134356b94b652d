import {
  exportPurchaseOrderFile,
  importPurchaseOrderFile,
} from '../domain/spreadsheets/order-files.ts'
import { router } from '../http/context.ts'
import { serve } from '../http/serve.ts'

export const purchaseOrderFileRoutes = router()
  .get('/export', serve(exportPurchaseOrderFile))
  .post('/import', serve(importPurchaseOrderFile))
