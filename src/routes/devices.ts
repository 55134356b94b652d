import { deviceHistory } from '../domain/customers/device-history.ts'
import { listDeviceKinds } from '../domain/customers/device-kinds.ts'
import {
  createDevice,
  deleteDevice,
  getDevice,
  listDevices,
  updateDevice,
} from '../domain/customers/devices.ts'
import { router } from '../http/context.ts'
import { serve } from '../http/serve.ts'

/** A number: `kinds` is none, whatever the method. */
const one = '/:id{[0-9]+}'

export const deviceRoutes = router()
  .get('/', serve(listDevices))
  .post('/', serve(createDevice))
  .get('/kinds', serve(listDeviceKinds))
  .get(one, serve(getDevice))
  .put(one, serve(updateDevice))
  .patch(one, serve(updateDevice))
  .delete(one, serve(deleteDevice))
  .get('/:id/history', serve(deviceHistory))
