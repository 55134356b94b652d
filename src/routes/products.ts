import { router } from '../http/context.ts'

export const productRoutes = router()
