import { listBranchUsers } from '../domain/identity/users.ts'
import {
  createBranch,
  deleteBranch,
  getBranch,
  listBranches,
  updateBranch,
} from '../domain/staff/branches.ts'
import { listBranchStock } from '../domain/warehouse/stock.ts'
import { router } from '../http/context.ts'
import { serve } from '../http/serve.ts'

export const branchRoutes = router()
  .get('/', serve(listBranches))
  .post('/', serve(createBranch))
  .get('/:id', serve(getBranch))
  .put('/:id', serve(updateBranch))
  .patch('/:id', serve(updateBranch))
  .delete('/:id', serve(deleteBranch))
  .get('/:id/users', serve(listBranchUsers))
  .get('/:id/stock', serve(listBranchStock))
