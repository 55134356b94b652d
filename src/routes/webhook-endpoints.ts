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

/** Digits only, or `/events` would be an endpoint to the methods that it does not have. */
const one = '/:id{[0-9]+}'

export const webhookEndpointRoutes = router()
  .get('/', serve(listEndpoints))
  .post('/', serve(createEndpoint))
  .get('/events', serve(listWebhookEvents))
  .get(one, serve(getEndpoint))
  .put(one, serve(updateEndpoint))
  .patch(one, serve(updateEndpoint))
  .delete(one, serve(deleteEndpoint))
  .post(`${one}/rotate-secret`, serve(rotateSecret))
  .post(`${one}/test`, serve(testEndpoint))
  .get(`${one}/deliveries`, serve(listDeliveries))
