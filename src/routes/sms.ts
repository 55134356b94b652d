import { getBulk, listBulks, sendBulk } from '../domain/sms/bulk.ts'
import { getSms, listSms } from '../domain/sms/messages.ts'
import { sendSms } from '../domain/sms/send.ts'
import { getSmsStats } from '../domain/sms/stats.ts'
import {
  createSmsTemplate,
  deleteSmsTemplate,
  getSmsTemplate,
  listSmsTemplates,
  updateSmsTemplate,
} from '../domain/sms/templates.ts'
import { router } from '../http/context.ts'
import { serve } from '../http/serve.ts'

export const smsRoutes = router()
  .get('/stats', serve(getSmsStats))
  .get('/log', serve(listSms))
  .get('/log/:id', serve(getSms))
  .post('/send', serve(sendSms))
  .post('/bulk-send', serve(sendBulk))
  .get('/bulk', serve(listBulks))
  .get('/bulk/:id', serve(getBulk))
  .get('/templates', serve(listSmsTemplates))
  .post('/templates', serve(createSmsTemplate))
  .get('/templates/:id', serve(getSmsTemplate))
  .put('/templates/:id', serve(updateSmsTemplate))
  .patch('/templates/:id', serve(updateSmsTemplate))
  .delete('/templates/:id', serve(deleteSmsTemplate))
