import { applyStockCount } from '../domain/warehouse/apply-count.ts'
import { countLines } from '../domain/warehouse/count-lines.ts'
import {
  cancelStockCount,
  createStockCount,
  deleteStockCount,
  getStockCount,
  listStockCounts,
  updateStockCount,
} from '../domain/warehouse/stock-counts.ts'
import { router } from '../http/context.ts'
import { serve } from '../http/serve.ts'

export const stockCountRoutes = router()
  .get('/', serve(listStockCounts))
  .post('/', serve(createStockCount))
  .get('/:id', serve(getStockCount))
  .put('/:id', serve(updateStockCount))
  .patch('/:id', serve(updateStockCount))
  .delete('/:id', serve(deleteStockCount))
  .put('/:id/lines', serve(countLines))
  .post('/:id/apply', serve(applyStockCount))
  .post('/:id/cancel', serve(cancelStockCount))
