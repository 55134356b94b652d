import {
  createWarehouse,
  deleteWarehouse,
  getWarehouse,
  listWarehouses,
  updateWarehouse,
} from '../domain/warehouse/warehouses.ts'
import { router } from '../http/context.ts'
import { serve } from '../http/serve.ts'

export const warehouseRoutes = router()
  .get('/', serve(listWarehouses))
  .post('/', serve(createWarehouse))
  .get('/:id', serve(getWarehouse))
  .put('/:id', serve(updateWarehouse))
  .patch('/:id', serve(updateWarehouse))
  .delete('/:id', serve(deleteWarehouse))
