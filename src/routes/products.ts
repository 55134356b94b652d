import {
  createProduct,
  deleteProduct,
  getProduct,
  listProducts,
  updateProduct,
} from '../domain/catalog/products.ts'
import { getProductLabel } from '../domain/labels/labels.ts'
import { exportProductFile, importProductFile } from '../domain/spreadsheets/product-files.ts'
import { router } from '../http/context.ts'
import { serve } from '../http/serve.ts'

export const productRoutes = router()
  .get('/', serve(listProducts))
  .post('/', serve(createProduct))
  .get('/export', serve(exportProductFile))
  .post('/import', serve(importProductFile))
  .get('/:id', serve(getProduct))
  .put('/:id', serve(updateProduct))
  .patch('/:id', serve(updateProduct))
  .delete('/:id', serve(deleteProduct))
  .get('/:id/label', serve(getProductLabel))
