import { sendEmail } from '../domain/mail/compose.ts'
import { downloadEmailAttachment, getMessage } from '../domain/mail/messages.ts'
import { resendMessage } from '../domain/mail/resend.ts'
import {
  createEmailTemplate,
  deleteEmailTemplate,
  getEmailTemplate,
  listEmailTemplates,
  previewEmailTemplate,
  updateEmailTemplate,
} from '../domain/mail/templates.ts'
import {
  deleteThread,
  getThread,
  listInbox,
  listSent,
  listThreads,
  updateThread,
} from '../domain/mail/threads.ts'
import { router } from '../http/context.ts'
import { serve } from '../http/serve.ts'

export const emailRoutes = router()
  .get('/inbox', serve(listInbox))
  .get('/sent', serve(listSent))
  .post('/send', serve(sendEmail))
  .get('/threads', serve(listThreads))
  .get('/threads/:id', serve(getThread))
  .put('/threads/:id', serve(updateThread))
  .patch('/threads/:id', serve(updateThread))
  .delete('/threads/:id', serve(deleteThread))
  .get('/messages/:id', serve(getMessage))
  .post('/messages/:id/resend', serve(resendMessage))
  .get('/attachments/:id', serve(downloadEmailAttachment))
  .get('/templates', serve(listEmailTemplates))
  .post('/templates', serve(createEmailTemplate))
  .get('/templates/:id', serve(getEmailTemplate))
  .put('/templates/:id', serve(updateEmailTemplate))
  .patch('/templates/:id', serve(updateEmailTemplate))
  .delete('/templates/:id', serve(deleteEmailTemplate))
  .post('/templates/:id/preview', serve(previewEmailTemplate))
