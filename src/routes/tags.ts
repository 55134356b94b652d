import { createTag, deleteTag, getTag, listTags, updateTag } from '../domain/customers/tags.ts'
import { router } from '../http/context.ts'
import { serve } from '../http/serve.ts'

export const tagRoutes = router()
  .get('/', serve(listTags))
  .post('/', serve(createTag))
  .get('/:id', serve(getTag))
  .put('/:id', serve(updateTag))
  .patch('/:id', serve(updateTag))
  .delete('/:id', serve(deleteTag))
