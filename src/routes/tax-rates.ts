import {
  createTaxRate,
  deleteTaxRate,
  getTaxRate,
  listTaxRates,
  setDefaultTaxRate,
  updateTaxRate,
} from '../domain/tax/tax-rates.ts'
import { router } from '../http/context.ts'
import { serve } from '../http/serve.ts'

export const taxRateRoutes = router()
  .get('/', serve(listTaxRates))
  .post('/', serve(createTaxRate))
  .get('/:id', serve(getTaxRate))
  .put('/:id', serve(updateTaxRate))
  .patch('/:id', serve(updateTaxRate))
  .delete('/:id', serve(deleteTaxRate))
  .post('/:id/set-default', serve(setDefaultTaxRate))
