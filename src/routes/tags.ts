import { router } from '../http/context.ts'

export const tagRoutes = router()
