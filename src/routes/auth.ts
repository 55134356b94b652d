import { changePassword, currentUser, updateCurrentUser } from '../domain/identity/account.ts'
import { forgotPassword, resetPassword } from '../domain/identity/password-reset.ts'
import { login, logout } from '../domain/identity/sessions.ts'
import { router } from '../http/context.ts'
import { serve } from '../http/serve.ts'

export const authRoutes = router()
  .post('/login', serve(login))
  .post('/logout', serve(logout))
  .get('/me', serve(currentUser))
  .put('/me', serve(updateCurrentUser))
  .patch('/me', serve(updateCurrentUser))
  .put('/password', serve(changePassword))
  .patch('/password', serve(changePassword))
  .post('/forgot-password', serve(forgotPassword))
  .post('/reset-password', serve(resetPassword))
