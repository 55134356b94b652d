import { getBankTransaction, listBankTransactions } from '../domain/bank/bank-transactions.ts'
import { confirmSuggestions } from '../domain/bank/confirm.ts'
import { matchBankTransaction } from '../domain/bank/match.ts'
import { unmatchBankTransaction } from '../domain/bank/unmatch.ts'
import { router } from '../http/context.ts'
import { serve } from '../http/serve.ts'

/** A number: `confirm` is no transaction, whatever the method. */
const one = '/:id{[0-9]+}'

export const bankTransactionRoutes = router()
  .get('/', serve(listBankTransactions))
  .post('/confirm', serve(confirmSuggestions))
  .get(one, serve(getBankTransaction))
  .post(`${one}/match`, serve(matchBankTransaction))
  .post(`${one}/unmatch`, serve(unmatchBankTransaction))
