import {
  createSupplierProduct,
  deleteSupplierProduct,
  getSupplierProduct,
  listSupplierProducts,
  updateSupplierProduct,
} from '../domain/purchasing/supplier-products.ts'
import { router } from '../http/context.ts'
import { serve } from '../http/serve.ts'

export const supplierProductRoutes = router()
  .get('/', serve(listSupplierProducts))
  .post('/', serve(createSupplierProduct))
  .get('/:id', serve(getSupplierProduct))
  .put('/:id', serve(updateSupplierProduct))
  .patch('/:id', serve(updateSupplierProduct))
  .delete('/:id', serve(deleteSupplierProduct))
