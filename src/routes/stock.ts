import { router } from '../http/context.ts'

export const stockRoutes = router()
