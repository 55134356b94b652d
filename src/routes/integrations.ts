import { listSyncs, retrySync, syncPeriod } from '../domain/bookkeeping/syncs.ts'
import { testIntegration } from '../domain/integrations/connection-test.ts'
import {
  getIntegration,
  listIntegrations,
  updateIntegration,
} from '../domain/integrations/integrations.ts'
import { router } from '../http/context.ts'
import { serve } from '../http/serve.ts'

export const integrationRoutes = router()
  .get('/', serve(listIntegrations))
  .get('/:slug', serve(getIntegration))
  .put('/:slug', serve(updateIntegration))
  .post('/:slug/test', serve(testIntegration))
  .get('/:slug/sync', serve(listSyncs))
  .post('/:slug/sync', serve(syncPeriod))
  .post('/:slug/sync/:id/retry', serve(retrySync))
