import { getAssistantConfig, updateAssistantConfig } from '../domain/assistant/config.ts'
import { listConsultations } from '../domain/assistant/consultations.ts'
import { suggestRepair } from '../domain/assistant/suggest.ts'
import { router } from '../http/context.ts'
import { serve } from '../http/serve.ts'

export const assistantRoutes = router()
  .post('/suggest-repair', serve(suggestRepair))
  .get('/config', serve(getAssistantConfig))
  .put('/config', serve(updateAssistantConfig))
  .patch('/config', serve(updateAssistantConfig))
  .get('/consultations', serve(listConsultations))
