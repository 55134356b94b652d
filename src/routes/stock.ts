import { getMovement, listMovements } from '../domain/warehouse/movements.ts'
import { adjustStock, listStock } from '../domain/warehouse/stock.ts'
import { router } from '../http/context.ts'
import { serve } from '../http/serve.ts'

export const stockRoutes = router()
  .get('/', serve(listStock))
  .post('/adjust', serve(adjustStock))
  .get('/movements', serve(listMovements))
  .get('/movements/:id', serve(getMovement))
