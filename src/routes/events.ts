import { router } from '../http/context.ts'

export const eventRoutes = router()
