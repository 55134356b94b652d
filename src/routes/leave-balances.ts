import {
  createLeaveAdjustment,
  getLeaveAdjustment,
  listLeaveAdjustments,
} from '../domain/leave/adjustments.ts'
import { listLeaveBalances } from '../domain/leave/balances.ts'
import { router } from '../http/context.ts'
import { serve } from '../http/serve.ts'

export const leaveBalanceRoutes = router().get('/', serve(listLeaveBalances))

export const leaveAdjustmentRoutes = router()
  .get('/', serve(listLeaveAdjustments))
  .post('/', serve(createLeaveAdjustment))
  .get('/:id', serve(getLeaveAdjustment))
