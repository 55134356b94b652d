import { listJobRuns } from '../domain/engine/job-runs.ts'
import { router } from '../http/context.ts'
import { serve } from '../http/serve.ts'

export const jobRunRoutes = router().get('/', serve(listJobRuns))
