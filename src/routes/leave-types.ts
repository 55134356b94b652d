import {
  createLeaveType,
  deleteLeaveType,
  getLeaveType,
  listLeaveTypes,
  updateLeaveType,
} from '../domain/leave/leave-types.ts'
import { router } from '../http/context.ts'
import { serve } from '../http/serve.ts'

export const leaveTypeRoutes = router()
  .get('/', serve(listLeaveTypes))
  .post('/', serve(createLeaveType))
  .get('/:id', serve(getLeaveType))
  .put('/:id', serve(updateLeaveType))
  .patch('/:id', serve(updateLeaveType))
  .delete('/:id', serve(deleteLeaveType))
