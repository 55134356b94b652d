import {
  createBankAccount,
  deleteBankAccount,
  getBankAccount,
  listBankAccounts,
  updateBankAccount,
} from '../domain/bank/bank-accounts.ts'
import { router } from '../http/context.ts'
import { serve } from '../http/serve.ts'

export const bankAccountRoutes = router()
  .get('/', serve(listBankAccounts))
  .post('/', serve(createBankAccount))
  .get('/:id', serve(getBankAccount))
  .put('/:id', serve(updateBankAccount))
  .patch('/:id', serve(updateBankAccount))
  .delete('/:id', serve(deleteBankAccount))
