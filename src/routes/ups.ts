import { shippingRoutes } from './shipping.ts'

export const upsRoutes = shippingRoutes('ups')
