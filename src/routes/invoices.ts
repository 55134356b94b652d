import { remindInvoice } from '../domain/dunning/remind.ts'
import { listInvoiceReminders, updateReminder } from '../domain/dunning/reminder-record.ts'
import { createPaymentLink } from '../domain/payments/payment-links.ts'
import { recordPayment } from '../domain/payments/record-payment.ts'
import { listWriteOffs, reverseWriteOff, writeOffInvoice } from '../domain/payments/write-offs.ts'
import { getInvoiceUbl } from '../domain/sales/einvoice/get-ubl.ts'
import { cancelInvoice } from '../domain/sales/invoice-cancel.ts'
import { getInvoicePdf } from '../domain/sales/invoice-document.ts'
import { issueInvoice } from '../domain/sales/invoice-issue.ts'
import { listInvoices } from '../domain/sales/invoice-list.ts'
import { sendInvoice } from '../domain/sales/invoice-mail.ts'
import {
  createInvoice,
  deleteInvoice,
  getInvoice,
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
  .get('/:id/ubl', serve(getInvoiceUbl))
  .post('/:id/remind', serve(remindInvoice))
  .get('/:id/reminders', serve(listInvoiceReminders))
  .put('/:invoice_id/reminders/:id', serve(updateReminder))
  .patch('/:invoice_id/reminders/:id', serve(updateReminder))
  .post('/:id/payments', serve(recordPayment))
  .post('/:id/payment-link', serve(createPaymentLink))
  .post('/:id/write-off', serve(writeOffInvoice))
  .post('/:id/write-off/reverse', serve(reverseWriteOff))
  .get('/:id/write-offs', serve(listWriteOffs))
