import { listEvents } from '../domain/identity/events.ts'
import { router } from '../http/context.ts'
import { serve } from '../http/serve.ts'

export const eventRoutes = router().get('/', serve(listEvents))
