import {
  createAccount,
  deleteAccount,
  getAccount,
  listAccounts,
  updateAccount,
} from '../domain/ledger/accounts.ts'
import { router } from '../http/context.ts'
import { serve } from '../http/serve.ts'

export const glAccountRoutes = router()
  .get('/', serve(listAccounts))
  .post('/', serve(createAccount))
  .get('/:id', serve(getAccount))
  .put('/:id', serve(updateAccount))
  .patch('/:id', serve(updateAccount))
  .delete('/:id', serve(deleteAccount))
