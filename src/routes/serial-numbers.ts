import { getSerialNumber, listSerialNumbers } from '../domain/warehouse/serial-numbers.ts'
import { router } from '../http/context.ts'
import { serve } from '../http/serve.ts'

export const serialNumberRoutes = router()
  .get('/', serve(listSerialNumbers))
  .get('/:id', serve(getSerialNumber))
