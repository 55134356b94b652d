import { getPayment, listPayments } from '../domain/payments/payments.ts'
import { refundPayment } from '../domain/payments/provider-refund.ts'
import { listRefunds } from '../domain/payments/refund-payment.ts'
import { spreadPayment } from '../domain/payments/spread-payment.ts'
import { router } from '../http/context.ts'
import { serve } from '../http/serve.ts'

export const paymentRoutes = router()
  .get('/', serve(listPayments))
  .post('/', serve(spreadPayment))
  .get('/:id', serve(getPayment))
  .get('/:id/refunds', serve(listRefunds))
  .post('/:id/refund', serve(refundPayment))
