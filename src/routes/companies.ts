import {
  createCompany,
  deleteCompany,
  getCompany,
  listCompanies,
  updateCompany,
} from '../domain/customers/companies.ts'
import { validateCompanyVat } from '../domain/vies/validate.ts'
import { router } from '../http/context.ts'
import { serve } from '../http/serve.ts'

export const companyRoutes = router()
  .get('/', serve(listCompanies))
  .post('/', serve(createCompany))
  .get('/:id', serve(getCompany))
  .put('/:id', serve(updateCompany))
  .patch('/:id', serve(updateCompany))
  .delete('/:id', serve(deleteCompany))
  .post('/:id/validate-vat', serve(validateCompanyVat))
