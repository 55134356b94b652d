import { router } from '../http/context.ts'

export const workOrderRoutes = router()
