import {
  createBranch,
  deleteBranch,
  getBranch,
  listBranches,
  updateBranch,
} from '../domain/staff/branches.ts'
import { router } from '../http/context.ts'
import { serve } from '../http/serve.ts'

export const branchRoutes = router()
  .get('/', serve(listBranches))
  .post('/', serve(createBranch))
  .get('/:id', serve(getBranch))
  .put('/:id', serve(updateBranch))
  .patch('/:id', serve(updateBranch))
  .delete('/:id', serve(deleteBranch))
