import { router } from '../http/context.ts'

export const quotationRoutes = router()
