import type { Calling } from '../../context.ts'
import { enqueue } from '../../lib/enqueue.ts'

/** Has a consumer work off what is due in each of these shops. */
export const callShops = ({ env, request_id }: Calling, shops: readonly number[]) =>
  enqueue(
    env.EVENTS_QUEUE,
    shops.map((tenant_id) => ({ kind: 'reactions' as const, tenant_id, request_id })),
  )
