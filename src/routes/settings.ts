import { router } from '../http/context.ts'

export const settingsRoutes = router()
