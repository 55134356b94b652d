import { getPayment, listPayments, refundPayment } from '../domain/payments/payments.ts'
import { router } from '../http/context.ts'
import { serve } from '../http/serve.ts'

export const paymentRoutes = router()
  .get('/', serve(listPayments))
  .get('/:id', serve(getPayment))
  .post('/:id/refund', serve(refundPayment))
