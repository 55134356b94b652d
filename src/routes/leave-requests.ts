import {
  approveLeaveRequest,
  cancelLeaveRequest,
  rejectLeaveRequest,
} from '../domain/leave/decisions.ts'
import {
  createLeaveRequest,
  deleteLeaveRequest,
  getLeaveRequest,
  listLeaveRequests,
  updateLeaveRequest,
} from '../domain/leave/leave-requests.ts'
import { router } from '../http/context.ts'
import { serve } from '../http/serve.ts'

export const leaveRequestRoutes = router()
  .get('/', serve(listLeaveRequests))
  .post('/', serve(createLeaveRequest))
  .get('/:id', serve(getLeaveRequest))
  .put('/:id', serve(updateLeaveRequest))
  .patch('/:id', serve(updateLeaveRequest))
  .delete('/:id', serve(deleteLeaveRequest))
  .post('/:id/approve', serve(approveLeaveRequest))
  .post('/:id/reject', serve(rejectLeaveRequest))
  .post('/:id/cancel', serve(cancelLeaveRequest))
