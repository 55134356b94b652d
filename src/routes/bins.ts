import { createBin, deleteBin, getBin, listBins, updateBin } from '../domain/warehouse/bins.ts'
import { generateBins } from '../domain/warehouse/bins-generate.ts'
import { router } from '../http/context.ts'
import { serve } from '../http/serve.ts'

export const binRoutes = router()
  .get('/', serve(listBins))
  .post('/', serve(createBin))
  .post('/generate', serve(generateBins))
  .get('/:id', serve(getBin))
  .put('/:id', serve(updateBin))
  .patch('/:id', serve(updateBin))
  .delete('/:id', serve(deleteBin))
