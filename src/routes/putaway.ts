import { listPutaway, putGoodsAway } from '../domain/warehouse/putaway.ts'
import { router } from '../http/context.ts'
import { serve } from '../http/serve.ts'

export const putawayRoutes = router().get('/', serve(listPutaway)).post('/', serve(putGoodsAway))
