import { createTenant } from '../domain/identity/tenants.ts'
import { router } from '../http/context.ts'
import { serve } from '../http/serve.ts'

export const tenantRoutes = router().post('/', serve(createTenant))
