import { generateInvoice } from '../domain/recurring/generate.ts'
import {
  createRecurringInvoice,
  deleteRecurringInvoice,
  getRecurringInvoice,
  listRecurringInvoices,
  updateRecurringInvoice,
} from '../domain/recurring/recurring-invoices.ts'
import { router } from '../http/context.ts'
import { serve } from '../http/serve.ts'

export const recurringInvoiceRoutes = router()
  .get('/', serve(listRecurringInvoices))
  .post('/', serve(createRecurringInvoice))
  .get('/:id', serve(getRecurringInvoice))
  .put('/:id', serve(updateRecurringInvoice))
  .patch('/:id', serve(updateRecurringInvoice))
  .delete('/:id', serve(deleteRecurringInvoice))
  .post('/:id/generate', serve(generateInvoice))
