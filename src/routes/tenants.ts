import { router } from '../http/context.ts'

export const tenantRoutes = router()
