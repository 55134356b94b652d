import {
  deleteDeadLetter,
  getDeadLetter,
  listDeadLetters,
  replayDeadLetter,
} from '../domain/engine/dead-letters.ts'
import { router } from '../http/context.ts'
import { serve } from '../http/serve.ts'

export const deadLetterRoutes = router()
  .get('/', serve(listDeadLetters))
  .get('/:id', serve(getDeadLetter))
  .delete('/:id', serve(deleteDeadLetter))
  .post('/:id/replay', serve(replayDeadLetter))
