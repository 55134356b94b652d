import { closeBtwPeriod } from '../domain/ledger/btw-close.ts'
import { listBoxLines } from '../domain/ledger/btw-entries.ts'
import { getBtwFiling } from '../domain/ledger/btw-filing.ts'
import { getBtwPdf } from '../domain/ledger/btw-pdf.ts'
import { createBtwPeriod, listBtwPeriods } from '../domain/ledger/btw-periods.ts'
import { getBtwPeriod } from '../domain/ledger/btw-return.ts'
import { router } from '../http/context.ts'
import { serve } from '../http/serve.ts'

export const btwPeriodRoutes = router()
  .get('/', serve(listBtwPeriods))
  .post('/', serve(createBtwPeriod))
  .get('/:id', serve(getBtwPeriod))
  .post('/:id/close', serve(closeBtwPeriod))
  .get('/:id/entries', serve(listBoxLines))
  .get('/:id/pdf', serve(getBtwPdf))
  .get('/:id/xbrl', serve(getBtwFiling))
