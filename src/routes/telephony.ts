import { getCall, listCalls } from '../domain/telephony/call-logs.ts'
import { getConfig, updateConfig } from '../domain/telephony/config.ts'
import { getCrmTemplate } from '../domain/telephony/crm-template.ts'
import {
  deleteExtension,
  getExtension,
  listExtensions,
  putExtension,
  updateExtension,
} from '../domain/telephony/extensions.ts'
import { makeCall } from '../domain/telephony/make-call.ts'
import { getQueue } from '../domain/telephony/queue.ts'
import { getStatus } from '../domain/telephony/status.ts'
import { router } from '../http/context.ts'
import { serve } from '../http/serve.ts'

export const telephonyRoutes = router()
  .get('/status', serve(getStatus))
  .get('/config', serve(getConfig))
  .put('/config', serve(updateConfig))
  .patch('/config', serve(updateConfig))
  .get('/crm-template', serve(getCrmTemplate))
  .get('/queue', serve(getQueue))
  .post('/call', serve(makeCall))
  .get('/call-logs', serve(listCalls))
  .get('/call-logs/:id', serve(getCall))
  .get('/extensions', serve(listExtensions))
  .post('/extensions', serve(putExtension))
  .get('/extensions/:user_id', serve(getExtension))
  .put('/extensions/:user_id', serve(updateExtension))
  .patch('/extensions/:user_id', serve(updateExtension))
  .delete('/extensions/:user_id', serve(deleteExtension))
