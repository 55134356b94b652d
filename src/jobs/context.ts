import type { Calling } from '../context.ts'
import type { Env } from '../env.ts'

/** Who works when nobody asks: the system, in one shop or, without `tenant_id`, in none of them. */
export const jobContext = (
  env: Env,
  execution: ExecutionContext,
  {
    job,
    request_id,
    tenant_id = null,
  }: { job: string; request_id: string; tenant_id?: number | null },
): Calling => ({
  env,
  caller: { kind: 'system', job, tenant_id },
  request_id,
  session: {},
  defer: (work) => execution.waitUntil(work),
})
