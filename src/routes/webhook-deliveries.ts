import { getDelivery, replayDelivery } from '../domain/webhooks/deliveries.ts'
import { router } from '../http/context.ts'
import { serve } from '../http/serve.ts'

export const webhookDeliveryRoutes = router()
  .get('/:id', serve(getDelivery))
  .post('/:id/replay', serve(replayDelivery))
