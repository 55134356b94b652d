import { listDeliveries } from '../domain/webhooks/deliveries.ts'
import {
  createEndpoint,
  deleteEndpoint,
  getEndpoint,
  listEndpoints,
  rotateSecret,
  updateEndpoint,
} from '../domain/webhooks/endpoints.ts'
import { listWebhookEvents } from '../domain/webhooks/resources.ts'
import { testEndpoint } from '../domain/webhooks/test-message.ts'
import { router } from '../http/context.ts'
import { serve } from '../http/serve.ts'

export const webhookEndpointRoutes = router()
  .get('/', serve(listEndpoints))
  .post('/', serve(createEndpoint))
  .get('/events', serve(listWebhookEvents))
  .get('/:id', serve(getEndpoint))
  .put('/:id', serve(updateEndpoint))
  .patch('/:id', serve(updateEndpoint))
  .delete('/:id', serve(deleteEndpoint))
  .post('/:id/rotate-secret', serve(rotateSecret))
  .post('/:id/test', serve(testEndpoint))
  .get('/:id/deliveries', serve(listDeliveries))
