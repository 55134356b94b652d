import {
  getReceipt,
  listReceipts,
  receiveDirect,
  receiveOrder,
} from '../domain/purchasing/receiving.ts'
import { reverseReceipt } from '../domain/purchasing/reverse-receipt.ts'
import { router } from '../http/context.ts'
import { serve } from '../http/serve.ts'

export const receivingRoutes = router()
  .get('/', serve(listReceipts))
  .post('/direct', serve(receiveDirect))
  .post('/from-po/:id', serve(receiveOrder))
  .get('/:id', serve(getReceipt))
  .post('/:id/reverse', serve(reverseReceipt))
