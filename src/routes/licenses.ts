import { getLicense, listLicenseModules, listLicenses } from '../domain/licensing/licenses.ts'
import { router } from '../http/context.ts'
import { serve } from '../http/serve.ts'

export const licensesRoutes = router()
  .get('/', serve(listLicenses))
  .get('/:id', serve(getLicense))
  .get('/:id/modules', serve(listLicenseModules))
