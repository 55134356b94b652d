import type { Calling } from '../context.ts'
import type { Env } from '../env.ts'

/** Who works when nobody asks: the system, in no shop until a verb enters one. */
export const jobContext = (
  env: Env,
  execution: ExecutionContext,
  { job, request_id }: { job: string; request_id: string },
): Calling => ({
  env,
  caller: { kind: 'system', job, tenant_id: null },
  request_id,
  session: {},
  defer: (work) => execution.waitUntil(work),
})
