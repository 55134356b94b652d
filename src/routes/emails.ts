import {
  deleteThread,
  getThread,
  listInbox,
  listSent,
  listThreads,
  updateThread,
} from '../domain/mail/threads.ts'
import { router } from '../http/context.ts'
import { serve } from '../http/serve.ts'

export const emailRoutes = router()
  .get('/inbox', serve(listInbox))
  .get('/sent', serve(listSent))
  .get('/threads', serve(listThreads))
  .get('/threads/:id', serve(getThread))
  .put('/threads/:id', serve(updateThread))
  .patch('/threads/:id', serve(updateThread))
  .delete('/threads/:id', serve(deleteThread))
