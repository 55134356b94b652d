import {
  deleteSmtpConfig,
  getSmtpConfig,
  testSmtpConfig,
  updateSmtpConfig,
} from '../domain/mail/smtp-config.ts'
import { router } from '../http/context.ts'
import { serve } from '../http/serve.ts'

export const emailConfigRoutes = router()
  .get('/', serve(getSmtpConfig))
  .put('/', serve(updateSmtpConfig))
  .delete('/', serve(deleteSmtpConfig))
  .post('/test', serve(testSmtpConfig))
