import {
  createStatus,
  deleteStatus,
  getStatus,
  listStatuses,
  updateStatus,
} from '../domain/workshop/statuses.ts'
import { router } from '../http/context.ts'
import { serve } from '../http/serve.ts'

export const workOrderStatusRoutes = router()
  .get('/', serve(listStatuses))
  .post('/', serve(createStatus))
  .get('/:id', serve(getStatus))
  .put('/:id', serve(updateStatus))
  .patch('/:id', serve(updateStatus))
  .delete('/:id', serve(deleteStatus))
