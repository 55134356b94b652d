import { listBinStock, listStockOfBin } from '../domain/warehouse/bin-stock.ts'
import { transferStock } from '../domain/warehouse/transfer.ts'
import { router } from '../http/context.ts'
import { serve } from '../http/serve.ts'

export const binStockRoutes = router()
  .get('/', serve(listBinStock))
  .get('/by-bin/:bin_id', serve(listStockOfBin))
  .post('/transfer', serve(transferStock))
