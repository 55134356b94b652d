import {
  createProduct,
  deleteProduct,
  getProduct,
  listProducts,
  updateProduct,
} from '../domain/catalog/products.ts'
import { exportProductFile, importProductFile } from '../domain/spreadsheets/product-files.ts'
import { router } from '../http/context.ts'
import { serve } from '../http/serve.ts'

/** A number: `export` and `import` are no products, whatever the method. */
const one = '/:id{[0-9]+}'

export const productRoutes = router()
  .get('/', serve(listProducts))
  .post('/', serve(createProduct))
  .get('/export', serve(exportProductFile))
  .post('/import', serve(importProductFile))
  .get(one, serve(getProduct))
  .put(one, serve(updateProduct))
  .patch(one, serve(updateProduct))
  .delete(one, serve(deleteProduct))
