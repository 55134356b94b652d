import { completePickList, pickLine, returnPicked } from '../domain/warehouse/pick.ts'
import {
  cancelPickList,
  getPickList,
  listPickLists,
  makePickList,
} from '../domain/warehouse/pick-lists.ts'
import { router } from '../http/context.ts'
import { serve } from '../http/serve.ts'

export const pickListRoutes = router()
  .get('/', serve(listPickLists))
  .post('/from-work-order', serve(makePickList))
  .get('/:id', serve(getPickList))
  .post('/:id/pick', serve(pickLine))
  .post('/:id/return', serve(returnPicked))
  .post('/:id/complete', serve(completePickList))
  .post('/:id/cancel', serve(cancelPickList))
