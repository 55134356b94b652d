import {
  getReceipt,
  listReceipts,
  receiveDirect,
  receiveOrder,
} from '../domain/purchasing/receiving.ts'
import { reverseReceipt } from '../domain/purchasing/reverse-receipt.ts'
import { router } from '../http/context.ts'
import { serve } from '../http/serve.ts'

/** A number: `direct` is no receipt, whatever the method. */
const one = '/:id{[0-9]+}'

export const receivingRoutes = router()
  .get('/', serve(listReceipts))
  .post('/direct', serve(receiveDirect))
  .post('/from-po/:id', serve(receiveOrder))
  .get(one, serve(getReceipt))
  .post(`${one}/reverse`, serve(reverseReceipt))
