import {
  getBankStatement,
  importBankStatements,
  listBankStatements,
} from '../domain/bank/bank-statements.ts'
import { router } from '../http/context.ts'
import { serve } from '../http/serve.ts'

export const bankStatementRoutes = router()
  .get('/', serve(listBankStatements))
  .post('/', serve(importBankStatements))
  .get('/:id', serve(getBankStatement))
