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

export const purchaseInvoiceRoutes = router()
  .get('/', serve(listPurchaseInvoices))
  .post('/', serve(createPurchaseInvoice))
  .get('/unbilled', serve(listUnbilled))
  .post('/from-receipt', serve(createFromReceipt))
  .get('/:id', serve(getPurchaseInvoice))
  .put('/:id', serve(updatePurchaseInvoice))
  .patch('/:id', serve(updatePurchaseInvoice))
  .delete('/:id', serve(deletePurchaseInvoice))
  .post('/:id/book', serve(bookPurchaseInvoice))
  .post('/:id/cancel', serve(cancelPurchaseInvoice))
  .get('/:id/payments', serve(listPurchasePayments))
  .post('/:id/payments', serve(createPurchasePayment))

export const purchasePaymentRoutes = router().post('/:id/void', serve(voidPurchasePayment))
