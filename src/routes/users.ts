import { createUser, deleteUser, getUser, listUsers, updateUser } from '../domain/identity/users.ts'
import { router } from '../http/context.ts'
import { serve } from '../http/serve.ts'

export const userRoutes = router()
  .get('/', serve(listUsers))
  .post('/', serve(createUser))
  .get('/:id', serve(getUser))
  .put('/:id', serve(updateUser))
  .patch('/:id', serve(updateUser))
  .delete('/:id', serve(deleteUser))
