import { getBoard, reorderTask } from '../domain/tasks/board.ts'
import { createTask, deleteTask, getTask, listTasks, updateTask } from '../domain/tasks/tasks.ts'
import { router } from '../http/context.ts'
import { serve } from '../http/serve.ts'

/** A number: `kanban` and `reorder` are no tasks, whatever the method. */
const one = '/:id{[0-9]+}'

export const taskRoutes = router()
  .get('/', serve(listTasks))
  .post('/', serve(createTask))
  .get('/kanban', serve(getBoard))
  .post('/reorder', serve(reorderTask))
  .get(one, serve(getTask))
  .put(one, serve(updateTask))
  .patch(one, serve(updateTask))
  .delete(one, serve(deleteTask))
