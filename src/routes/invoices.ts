import { router } from '../http/context.ts'

export const invoiceRoutes = router()
