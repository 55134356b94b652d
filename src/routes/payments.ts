import { router } from '../http/context.ts'

export const paymentRoutes = router()
