import { router } from '../http/context.ts'

export const employeeRoutes = router()
