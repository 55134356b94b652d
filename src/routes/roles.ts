import { router } from '../http/context.ts'

export const roleRoutes = router()
