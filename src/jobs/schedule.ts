import type { Env } from '../env.ts'

export async function runSchedule(
  _event: ScheduledController,
  _env: Env,
  _execution: ExecutionContext,
) {}
