import {
  activateLicense,
  changeTier,
  listTiers,
  suspendLicense,
} from '../domain/licensing/changes.ts'
import {
  createLicense,
  deleteLicense,
  getLicense,
  listLicenses,
  updateLicense,
} from '../domain/licensing/licenses.ts'
import {
  activateModule,
  deactivateModule,
  listLicenseModules,
} from '../domain/licensing/modules.ts'
import { router } from '../http/context.ts'
import { serve } from '../http/serve.ts'

/** A number: `tiers` is none, whatever the method. */
const one = '/:id{[0-9]+}'

export const licensesRoutes = router()
  .get('/', serve(listLicenses))
  .post('/', serve(createLicense))
  .get('/tiers', serve(listTiers))
  .get(one, serve(getLicense))
  .put(one, serve(updateLicense))
  .patch(one, serve(updateLicense))
  .delete(one, serve(deleteLicense))
  .post('/:id/activate', serve(activateLicense))
  .post('/:id/suspend', serve(suspendLicense))
  .post('/:id/change-tier', serve(changeTier))
  .get('/:id/modules', serve(listLicenseModules))
  .post('/:id/modules/activate', serve(activateModule))
  .post('/:id/modules/deactivate', serve(deactivateModule))
