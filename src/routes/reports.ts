import { getAgedPayables, getAgedReceivables } from '../domain/reports/aged.ts'
import { getBalanceSheet } from '../domain/reports/balance-sheet.ts'
import { getGeneralLedger } from '../domain/reports/general-ledger.ts'
import { getProfitLoss } from '../domain/reports/profit-loss.ts'
import { getTrialBalance } from '../domain/reports/trial-balance.ts'
import { router } from '../http/context.ts'
import { serve } from '../http/serve.ts'

export const reportRoutes = router()
  .get('/trial-balance', serve(getTrialBalance))
  .get('/general-ledger', serve(getGeneralLedger))
  .get('/profit-loss', serve(getProfitLoss))
  .get('/balance-sheet', serve(getBalanceSheet))
  .get('/aged-receivables', serve(getAgedReceivables))
  .get('/aged-payables', serve(getAgedPayables))
