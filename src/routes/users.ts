import { router } from '../http/context.ts'

export const userRoutes = router()
