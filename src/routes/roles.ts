import { listRoles } from '../domain/identity/users.ts'
import { router } from '../http/context.ts'
import { serve } from '../http/serve.ts'

export const roleRoutes = router().get('/', serve(listRoles))
