import { listSlaBreaches } from '../domain/sla/breaches.ts'
import { runSlaCheck } from '../domain/sla/check.ts'
import {
  createSlaConfig,
  deleteSlaConfig,
  getSlaConfig,
  listSlaConfigs,
  updateSlaConfig,
} from '../domain/sla/configs.ts'
import { router } from '../http/context.ts'
import { serve } from '../http/serve.ts'

export const slaRoutes = router()
  .get('/breaches', serve(listSlaBreaches))
  .get('/configs', serve(listSlaConfigs))
  .post('/configs', serve(createSlaConfig))
  .get('/configs/:id', serve(getSlaConfig))
  .put('/configs/:id', serve(updateSlaConfig))
  .patch('/configs/:id', serve(updateSlaConfig))
  .delete('/configs/:id', serve(deleteSlaConfig))
  .post('/run-check', serve(runSlaCheck))
