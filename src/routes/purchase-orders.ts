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
import {
  exportPurchaseOrderFile,
  importPurchaseOrderFile,
} from '../domain/spreadsheets/order-files.ts'
import { router } from '../http/context.ts'
import { serve } from '../http/serve.ts'

/** Digits only, or `/expected` would be an order to the methods that it does not have. */
const one = '/:id{[0-9]+}'

export const purchaseOrderRoutes = router()
  .get('/', serve(listPurchaseOrders))
  .post('/', serve(createPurchaseOrder))
  .get('/suggestions', serve(listSuggestions))
  .post('/from-suggestions', serve(orderSuggested))
  .get('/expected', serve(listExpected))
  .get('/export', serve(exportPurchaseOrderFile))
  .post('/import', serve(importPurchaseOrderFile))
  .get(one, serve(getPurchaseOrder))
  .put(one, serve(updatePurchaseOrder))
  .patch(one, serve(updatePurchaseOrder))
  .delete(one, serve(deletePurchaseOrder))
  .post(`${one}/order`, serve(orderPurchaseOrder))
  .post(`${one}/cancel`, serve(cancelPurchaseOrder))
  .post(`${one}/close`, serve(closePurchaseOrder))
  .post(`${one}/send`, serve(sendPurchaseOrder))
  .get(`${one}/pdf`, serve(getPurchaseOrderPdf))
