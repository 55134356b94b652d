import { router } from '../http/context.ts'

export const productCategoryRoutes = router()
