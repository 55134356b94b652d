import { getSignature, signAgreement } from '../domain/pricing/agreement-signing.ts'
import {
  activateAgreement,
  createAgreement,
  deleteAgreement,
  getAgreement,
  listAgreements,
  updateAgreement,
} from '../domain/pricing/agreements.ts'
import { generateContract, getContract } from '../domain/pricing/contracts.ts'
import { checkPrice } from '../domain/pricing/price-check.ts'
import { router } from '../http/context.ts'
import { serve } from '../http/serve.ts'

export const pricingRoutes = router()
  .get('/check', serve(checkPrice))
  .get('/agreements', serve(listAgreements))
  .post('/agreements', serve(createAgreement))
  .get('/agreements/:id', serve(getAgreement))
  .put('/agreements/:id', serve(updateAgreement))
  .patch('/agreements/:id', serve(updateAgreement))
  .delete('/agreements/:id', serve(deleteAgreement))
  .post('/agreements/:id/activate', serve(activateAgreement))
  .post('/agreements/:id/sign', serve(signAgreement))
  .get('/agreements/:id/signature', serve(getSignature))
  .post('/agreements/:id/generate-contract', serve(generateContract))
  .get('/agreements/:id/contract', serve(getContract))
