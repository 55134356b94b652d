import {
  createApiToken,
  getApiToken,
  listApiTokens,
  revokeApiToken,
  updateApiToken,
} from '../domain/identity/api-tokens.ts'
import { router } from '../http/context.ts'
import { serve } from '../http/serve.ts'

export const apiTokenRoutes = router()
  .get('/', serve(listApiTokens))
  .post('/', serve(createApiToken))
  .get('/:id', serve(getApiToken))
  .put('/:id', serve(updateApiToken))
  .patch('/:id', serve(updateApiToken))
  .delete('/:id', serve(revokeApiToken))
