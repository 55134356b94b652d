import { shippingRoutes } from './shipping.ts'

export const dhlRoutes = shippingRoutes('dhl')
