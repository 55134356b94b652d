import { router } from '../http/context.ts'

export const deviceRoutes = router()
