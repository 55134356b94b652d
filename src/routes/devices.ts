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

export const deviceRoutes = router()
  .get('/', serve(listDevices))
  .post('/', serve(createDevice))
  .get('/kinds', serve(listDeviceKinds))
  .get('/:id', serve(getDevice))
  .put('/:id', serve(updateDevice))
  .patch('/:id', serve(updateDevice))
  .delete('/:id', serve(deleteDevice))
  .get('/:id/history', serve(deviceHistory))
