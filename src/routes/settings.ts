import { getSettings, updateSettings } from '../domain/identity/settings.ts'
import { router } from '../http/context.ts'
import { serve } from '../http/serve.ts'

export const settingsRoutes = router()
  .get('/', serve(getSettings))
  .put('/', serve(updateSettings))
  .patch('/', serve(updateSettings))
