import { deleteAttachment, downloadAttachment } from '../domain/workshop/attachments.ts'
import { router } from '../http/context.ts'
import { serve } from '../http/serve.ts'

export const attachmentRoutes = router()
  .get('/:id', serve(downloadAttachment))
  .delete('/:id', serve(deleteAttachment))
