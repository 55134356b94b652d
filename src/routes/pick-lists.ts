import { completePickList, pickLine, returnPicked } from '../domain/warehouse/pick.ts'
import {
  cancelPickList,
  getPickList,
  listPickLists,
  makePickList,
} from '../domain/warehouse/pick-lists.ts'
import { router } from '../http/context.ts'
import { serve } from '../http/serve.ts'

/** A number: `from-work-order` is no list, whatever the method. */
const one = '/:id{[0-9]+}'

export const pickListRoutes = router()
  .get('/', serve(listPickLists))
  .post('/from-work-order', serve(makePickList))
  .get(one, serve(getPickList))
  .post(`${one}/pick`, serve(pickLine))
  .post(`${one}/return`, serve(returnPicked))
  .post(`${one}/complete`, serve(completePickList))
  .post(`${one}/cancel`, serve(cancelPickList))
