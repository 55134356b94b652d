import { getWorkOrderLabel } from '../domain/labels/labels.ts'
import { listSpecialOrders, orderSpecially } from '../domain/purchasing/special-orders.ts'
import { takeWorkOrderDeposit } from '../domain/sales/deposits.ts'
import { invoiceWorkOrder } from '../domain/sales/work-order-invoice.ts'
import { listWorkOrderTasks } from '../domain/tasks/tasks.ts'
import { addAttachment, listAttachments } from '../domain/workshop/attachments.ts'
import { addTimelineNote, showTimeline } from '../domain/workshop/timeline.ts'
import { addLine, listLines, removeLine, updateLine } from '../domain/workshop/work-order-lines.ts'
import { addNote, listNotes } from '../domain/workshop/work-order-notes.ts'
import { changeStatus } from '../domain/workshop/work-order-status.ts'
import {
  createWorkOrder,
  deleteWorkOrder,
  getWorkOrder,
  listWorkOrders,
  updateWorkOrder,
} from '../domain/workshop/work-orders.ts'
import { router } from '../http/context.ts'
import { serve } from '../http/serve.ts'

export const workOrderRoutes = router()
  .get('/', serve(listWorkOrders))
  .post('/', serve(createWorkOrder))
  .get('/:id', serve(getWorkOrder))
  .put('/:id', serve(updateWorkOrder))
  .patch('/:id', serve(updateWorkOrder))
  .delete('/:id', serve(deleteWorkOrder))
  .get('/:id/label', serve(getWorkOrderLabel))
  .post('/:id/status', serve(changeStatus))
  .get('/:id/lines', serve(listLines))
  .post('/:id/lines', serve(addLine))
  .put('/:work_order_id/lines/:id', serve(updateLine))
  .patch('/:work_order_id/lines/:id', serve(updateLine))
  .delete('/:work_order_id/lines/:id', serve(removeLine))
  .get('/:id/notes', serve(listNotes))
  .post('/:id/notes', serve(addNote))
  .get('/:id/timeline', serve(showTimeline))
  .post('/:id/timeline/note', serve(addTimelineNote))
  .get('/:id/attachments', serve(listAttachments))
  .post('/:id/attachments', serve(addAttachment))
  .get('/:id/special-orders', serve(listSpecialOrders))
  .post('/:id/special-orders', serve(orderSpecially))
  .get('/:id/tasks', serve(listWorkOrderTasks))
  .post('/:id/deposit', serve(takeWorkOrderDeposit))
  .post('/:id/invoice', serve(invoiceWorkOrder))
