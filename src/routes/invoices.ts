import { createPaymentLink } from '../domain/payments/payment-links.ts'
import { recordPayment } from '../domain/payments/payments.ts'
import { getInvoicePdf } from '../domain/sales/invoice-document.ts'
import { issueInvoice } from '../domain/sales/invoice-issue.ts'
import { sendInvoice } from '../domain/sales/invoice-mail.ts'
import {
  cancelInvoice,
  createInvoice,
  deleteInvoice,
  getInvoice,
  listInvoices,
  updateInvoice,
} from '../domain/sales/invoices.ts'
import { router } from '../http/context.ts'
import { serve } from '../http/serve.ts'

export const invoiceRoutes = router()
  .get('/', serve(listInvoices))
  .post('/', serve(createInvoice))
  .get('/:id', serve(getInvoice))
  .put('/:id', serve(updateInvoice))
  .patch('/:id', serve(updateInvoice))
  .delete('/:id', serve(deleteInvoice))
  .post('/:id/issue', serve(issueInvoice))
  .post('/:id/send', serve(sendInvoice))
  .post('/:id/cancel', serve(cancelInvoice))
  .get('/:id/pdf', serve(getInvoicePdf))
  .post('/:id/payments', serve(recordPayment))
  .post('/:id/payment-link', serve(createPaymentLink))
