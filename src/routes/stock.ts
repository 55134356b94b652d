import { exportStockFile, importStockFile } from '../domain/spreadsheets/stock-files.ts'
import { getMovement, listMovements } from '../domain/warehouse/movements.ts'
import { returnStock } from '../domain/warehouse/returns.ts'
import { adjustStock, listStock } from '../domain/warehouse/stock.ts'
import { getValuation } from '../domain/warehouse/valuation.ts'
import { router } from '../http/context.ts'
import { serve } from '../http/serve.ts'

export const stockRoutes = router()
  .get('/', serve(listStock))
  .get('/valuation', serve(getValuation))
  .post('/adjust', serve(adjustStock))
  .post('/returns', serve(returnStock))
  .get('/export', serve(exportStockFile))
  .post('/import', serve(importStockFile))
  .get('/movements', serve(listMovements))
  .get('/movements/:id', serve(getMovement))
