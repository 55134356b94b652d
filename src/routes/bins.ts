import { getBinLabel } from '../domain/labels/labels.ts'
import { createBin, deleteBin, getBin, listBins, updateBin } from '../domain/warehouse/bins.ts'
import { generateBins } from '../domain/warehouse/bins-generate.ts'
import { router } from '../http/context.ts'
import { serve } from '../http/serve.ts'

/** A number: `generate` is no bin, whatever the method. */
const one = '/:id{[0-9]+}'

export const binRoutes = router()
  .get('/', serve(listBins))
  .post('/', serve(createBin))
  .post('/generate', serve(generateBins))
  .get(one, serve(getBin))
  .get(`${one}/label`, serve(getBinLabel))
  .put(one, serve(updateBin))
  .patch(one, serve(updateBin))
  .delete(one, serve(deleteBin))
