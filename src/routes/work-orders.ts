import { invoiceWorkOrder } from '../domain/sales/work-order-invoice.ts'
import { router } from '../http/context.ts'
import { serve } from '../http/serve.ts'

export const workOrderRoutes = router().post('/:id/invoice', serve(invoiceWorkOrder))
