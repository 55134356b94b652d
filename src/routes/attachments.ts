import { router } from '../http/context.ts'

export const attachmentRoutes = router()
