import { router } from '../http/context.ts'

export const apiTokenRoutes = router()
