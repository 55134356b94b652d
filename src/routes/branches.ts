import { router } from '../http/context.ts'

export const branchRoutes = router()
