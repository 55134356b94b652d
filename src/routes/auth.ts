import { currentUser, login, logout } from '../domain/identity/sessions.ts'
import { router } from '../http/context.ts'
import { serve } from '../http/serve.ts'

export const authRoutes = router()
  .post('/login', serve(login))
  .post('/logout', serve(logout))
  .get('/me', serve(currentUser))
