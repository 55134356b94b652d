import { adjustStock, getMovement, listMovements, listStock } from '../domain/catalog/stock.ts'
import { router } from '../http/context.ts'
import { serve } from '../http/serve.ts'

export const stockRoutes = router()
  .get('/', serve(listStock))
  .post('/adjust', serve(adjustStock))
  .get('/movements', serve(listMovements))
  .get('/movements/:id', serve(getMovement))
