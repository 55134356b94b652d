import type { Transacting } from '../../src/context.ts'
import { changeStatus } from '../../src/domain/workshop/work-order-status.ts'
import type { Client } from './customers.ts'
import type { complaints } from './goods.ts'
import type { Shop } from './shop.ts'

/** A repair under way; filled when it is brought in. */
export interface Repair {
  id: number
  client: Client
  complaint: (typeof complaints)[number]
  part: Shop['goods'][number] | undefined
  quotation_id?: number
}

export function cancel(ctx: Transacting, { id }: Repair, note: string) {
  return changeStatus(ctx, { params: { id }, body: { status: 'cancelled', note } })
}
