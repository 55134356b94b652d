import { router } from '../http/context.ts'

export const companyRoutes = router()
