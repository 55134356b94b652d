import {
  createCategory,
  deleteCategory,
  getCategory,
  listCategories,
  updateCategory,
} from '../domain/catalog/categories.ts'
import { router } from '../http/context.ts'
import { serve } from '../http/serve.ts'

export const productCategoryRoutes = router()
  .get('/', serve(listCategories))
  .post('/', serve(createCategory))
  .get('/:id', serve(getCategory))
  .put('/:id', serve(updateCategory))
  .patch('/:id', serve(updateCategory))
  .delete('/:id', serve(deleteCategory))
