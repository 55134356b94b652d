import {
  createSupplier,
  deleteSupplier,
  getSupplier,
  listSuppliers,
  updateSupplier,
} from '../domain/purchasing/suppliers.ts'
import { router } from '../http/context.ts'
import { serve } from '../http/serve.ts'

export const supplierRoutes = router()
  .get('/', serve(listSuppliers))
  .post('/', serve(createSupplier))
  .get('/:id', serve(getSupplier))
  .put('/:id', serve(updateSupplier))
  .patch('/:id', serve(updateSupplier))
  .delete('/:id', serve(deleteSupplier))
