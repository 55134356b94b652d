import { currentLicense } from '../domain/licensing/licenses.ts'
import { checkModule } from '../domain/licensing/modules.ts'
import { router } from '../http/context.ts'
import { serve } from '../http/serve.ts'

/** What the shop that asks may use; `/licenses` are the contracts themselves. */
export const licenseRoutes = router()
  .get('/current', serve(currentLicense))
  .get('/check-module', serve(checkModule))
