import { getPurchaseOrderPdf } from '../domain/purchasing/document.ts'
import { listExpected } from '../domain/purchasing/expected.ts'
import { orderSuggested } from '../domain/purchasing/from-suggestions.ts'
import { sendPurchaseOrder } from '../domain/purchasing/mail.ts'
import {
  cancelPurchaseOrder,
  closePurchaseOrder,
  orderPurchaseOrder,
} from '../domain/purchasing/order.ts'
import {
  createPurchaseOrder,
  deletePurchaseOrder,
  getPurchaseOrder,
  listPurchaseOrders,
  updatePurchaseOrder,
} from '../domain/purchasing/purchase-orders.ts'
import { listSuggestions } from '../domain/purchasing/suggestions.ts'
import { router } from '../http/context.ts'
import { serve } from '../http/serve.ts'

export const purchaseOrderRoutes = router()
  .get('/', serve(listPurchaseOrders))
  .post('/', serve(createPurchaseOrder))
  .get('/suggestions', serve(listSuggestions))
  .post('/from-suggestions', serve(orderSuggested))
  .get('/expected', serve(listExpected))
  .get('/:id', serve(getPurchaseOrder))
  .put('/:id', serve(updatePurchaseOrder))
  .patch('/:id', serve(updatePurchaseOrder))
  .delete('/:id', serve(deletePurchaseOrder))
  .post('/:id/order', serve(orderPurchaseOrder))
  .post('/:id/cancel', serve(cancelPurchaseOrder))
  .post('/:id/close', serve(closePurchaseOrder))
  .post('/:id/send', serve(sendPurchaseOrder))
  .get('/:id/pdf', serve(getPurchaseOrderPdf))
