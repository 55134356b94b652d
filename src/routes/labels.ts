import { makeLabels } from '../domain/labels/labels.ts'
import { router } from '../http/context.ts'
import { serve } from '../http/serve.ts'

export const labelRoutes = router().post('/', serve(makeLabels))
