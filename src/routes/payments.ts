import { getPayment, listPayments } from '../domain/payments/payments.ts'
import { refundPayment } from '../domain/payments/provider-refund.ts'
import { router } from '../http/context.ts'
import { serve } from '../http/serve.ts'

export const paymentRoutes = router()
  .get('/', serve(listPayments))
  .get('/:id', serve(getPayment))
  .post('/:id/refund', serve(refundPayment))
