import { getBankTransaction, listBankTransactions } from '../domain/bank/bank-transactions.ts'
import { confirmSuggestions } from '../domain/bank/confirm.ts'
import { matchBankTransaction } from '../domain/bank/match.ts'
import { unmatchBankTransaction } from '../domain/bank/unmatch.ts'
import { router } from '../http/context.ts'
import { serve } from '../http/serve.ts'

export const bankTransactionRoutes = router()
  .get('/', serve(listBankTransactions))
  .post('/confirm', serve(confirmSuggestions))
  .get('/:id', serve(getBankTransaction))
  .post('/:id/match', serve(matchBankTransaction))
  .post('/:id/unmatch', serve(unmatchBankTransaction))
