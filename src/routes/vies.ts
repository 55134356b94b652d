import { getVatCheck, listVatChecks } from '../domain/vies/checks.ts'
import { validateVat } from '../domain/vies/validate.ts'
import { router } from '../http/context.ts'
import { serve } from '../http/serve.ts'

export const viesRoutes = router()
  .post('/validate', serve(validateVat))
  .get('/checks', serve(listVatChecks))
  .get('/checks/:id', serve(getVatCheck))
