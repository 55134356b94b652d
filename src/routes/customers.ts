import { getCustomer } from '../domain/customers/customer-detail.ts'
import {
  createCustomer,
  deleteCustomer,
  listCustomers,
  tagCustomer,
  updateCustomer,
} from '../domain/customers/customers.ts'
import { listCustomerReminders } from '../domain/dunning/reminder-record.ts'
import { getStatement, getStatementPdf } from '../domain/payments/statement.ts'
import { createLink, listLinks, revokeLink } from '../domain/portal/links.ts'
import { listCustomerCalls } from '../domain/telephony/call-logs.ts'
import { router } from '../http/context.ts'
import { serve } from '../http/serve.ts'

export const customerRoutes = router()
  .get('/', serve(listCustomers))
  .post('/', serve(createCustomer))
  .get('/:id', serve(getCustomer))
  .put('/:id', serve(updateCustomer))
  .patch('/:id', serve(updateCustomer))
  .delete('/:id', serve(deleteCustomer))
  .get('/:id/statement', serve(getStatement))
  .get('/:id/statement/pdf', serve(getStatementPdf))
  .put('/:id/tags', serve(tagCustomer))
  .get('/:id/reminders', serve(listCustomerReminders))
  .get('/:id/calls', serve(listCustomerCalls))
  .get('/:id/links', serve(listLinks))
  .post('/:id/links', serve(createLink))
  .delete('/:customer_id/links/:id', serve(revokeLink))
