import {
  closeFiscalYear,
  createFiscalYear,
  deleteFiscalYear,
  getFiscalYear,
  listFiscalYears,
} from '../domain/ledger/fiscal-years.ts'
import { enterOpeningBalance, getOpeningBalance } from '../domain/ledger/opening.ts'
import { router } from '../http/context.ts'
import { serve } from '../http/serve.ts'

export const fiscalYearRoutes = router()
  .get('/', serve(listFiscalYears))
  .post('/', serve(createFiscalYear))
  .get('/:id', serve(getFiscalYear))
  .delete('/:id', serve(deleteFiscalYear))
  .post('/:id/close', serve(closeFiscalYear))
  .get('/:id/opening-balance', serve(getOpeningBalance))
  .post('/:id/opening-balance', serve(enterOpeningBalance))
