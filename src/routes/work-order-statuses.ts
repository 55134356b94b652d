import { router } from '../http/context.ts'

export const workOrderStatusRoutes = router()
