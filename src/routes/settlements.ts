import {
  createSettlement,
  getSettlement,
  listSettlements,
  voidSettlement,
} from '../domain/payments/settlements.ts'
import { router } from '../http/context.ts'
import { serve } from '../http/serve.ts'

export const settlementRoutes = router()
  .get('/', serve(listSettlements))
  .post('/', serve(createSettlement))
  .get('/:id', serve(getSettlement))
  .post('/:id/void', serve(voidSettlement))
