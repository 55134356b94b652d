import {
  deleteClaim,
  fileClaim,
  getClaim,
  listClaims,
  updateClaim,
} from '../domain/warranty/claims.ts'
import {
  createWarrantyConfig,
  deleteWarrantyConfig,
  getWarrantyConfig,
  listWarrantyConfigs,
  updateWarrantyConfig,
} from '../domain/warranty/configs.ts'
import { approveClaim, rejectClaim } from '../domain/warranty/decide.ts'
import { router } from '../http/context.ts'
import { serve } from '../http/serve.ts'

export const warrantyRoutes = router()
  .get('/claims', serve(listClaims))
  .post('/claims', serve(fileClaim))
  .get('/claims/:id', serve(getClaim))
  .put('/claims/:id', serve(updateClaim))
  .patch('/claims/:id', serve(updateClaim))
  .delete('/claims/:id', serve(deleteClaim))
  .post('/claims/:id/approve', serve(approveClaim))
  .post('/claims/:id/reject', serve(rejectClaim))
  .get('/configs', serve(listWarrantyConfigs))
  .post('/configs', serve(createWarrantyConfig))
  .get('/configs/:id', serve(getWarrantyConfig))
  .put('/configs/:id', serve(updateWarrantyConfig))
  .patch('/configs/:id', serve(updateWarrantyConfig))
  .delete('/configs/:id', serve(deleteWarrantyConfig))
