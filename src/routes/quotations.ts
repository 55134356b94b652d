import { takeQuotationDeposit } from '../domain/sales/deposits.ts'
import { acceptQuotation, rejectQuotation } from '../domain/sales/quotation-answers.ts'
import { convertToInvoice, convertToWorkOrder } from '../domain/sales/quotation-conversion.ts'
import { getQuotationPdf } from '../domain/sales/quotation-document.ts'
import { sendQuotation } from '../domain/sales/quotation-mail.ts'
import {
  createQuotation,
  deleteQuotation,
  getQuotation,
  listQuotations,
  updateQuotation,
} from '../domain/sales/quotations.ts'
import { router } from '../http/context.ts'
import { serve } from '../http/serve.ts'

export const quotationRoutes = router()
  .get('/', serve(listQuotations))
  .post('/', serve(createQuotation))
  .get('/:id', serve(getQuotation))
  .put('/:id', serve(updateQuotation))
  .patch('/:id', serve(updateQuotation))
  .delete('/:id', serve(deleteQuotation))
  .post('/:id/send', serve(sendQuotation))
  .post('/:id/accept', serve(acceptQuotation))
  .post('/:id/reject', serve(rejectQuotation))
  .post('/:id/convert-to-invoice', serve(convertToInvoice))
  .post('/:id/convert-to-work-order', serve(convertToWorkOrder))
  .post('/:id/deposit', serve(takeQuotationDeposit))
  .get('/:id/pdf', serve(getQuotationPdf))
