import {
  bookPurchaseInvoice,
  cancelPurchaseInvoice,
} from '../domain/payables/book-purchase-invoice.ts'
import { createFromReceipt } from '../domain/payables/from-receipt.ts'
import {
  createPurchaseInvoice,
  deletePurchaseInvoice,
  getPurchaseInvoice,
  listPurchaseInvoices,
  updatePurchaseInvoice,
} from '../domain/payables/purchase-invoices.ts'
import {
  createPurchasePayment,
  listPurchasePayments,
  voidPurchasePayment,
} from '../domain/payables/purchase-payments.ts'
import { listUnbilled } from '../domain/payables/unbilled.ts'
import { router } from '../http/context.ts'
import { serve } from '../http/serve.ts'

/** Digits only, or `/unbilled` would be an invoice to the methods that it does not have. */
const one = '/:id{[0-9]+}'

export const purchaseInvoiceRoutes = router()
  .get('/', serve(listPurchaseInvoices))
  .post('/', serve(createPurchaseInvoice))
  .get('/unbilled', serve(listUnbilled))
  .post('/from-receipt', serve(createFromReceipt))
  .get(one, serve(getPurchaseInvoice))
  .put(one, serve(updatePurchaseInvoice))
  .patch(one, serve(updatePurchaseInvoice))
  .delete(one, serve(deletePurchaseInvoice))
  .post(`${one}/book`, serve(bookPurchaseInvoice))
  .post(`${one}/cancel`, serve(cancelPurchaseInvoice))
  .get(`${one}/payments`, serve(listPurchasePayments))
  .post(`${one}/payments`, serve(createPurchasePayment))

export const purchasePaymentRoutes = router().post('/:id/void', serve(voidPurchasePayment))
