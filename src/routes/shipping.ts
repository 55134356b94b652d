import type { Carrier } from '../domain/shipping/carriers.ts'
import { downloadLabel, getLabel, listLabels } from '../domain/shipping/labels.ts'
import { orderLabel, retryLabel } from '../domain/shipping/order-label.ts'
import { trackParcel } from '../domain/shipping/track.ts'
import { voidLabel } from '../domain/shipping/void-label.ts'
import { router } from '../http/context.ts'
import { serve } from '../http/serve.ts'

/** The same for each carrier. */
const shippingRoutes = (carrier: Carrier) =>
  router()
    .post('/label', serve(orderLabel(carrier)))
    .get('/labels', serve(listLabels(carrier)))
    .get('/labels/:id', serve(getLabel(carrier)))
    .get('/labels/:id/file', serve(downloadLabel(carrier)))
    .post('/labels/:id/void', serve(voidLabel(carrier)))
    .post('/labels/:id/retry', serve(retryLabel(carrier)))
    .get('/track/:tracking_code', serve(trackParcel(carrier)))

export const upsRoutes = shippingRoutes('ups')
export const dhlRoutes = shippingRoutes('dhl')
