import { type SQL, sql } from 'drizzle-orm'
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core'

/** Records that name one of the branch: payments by their invoice; no condition when the filter was not given. */
export const ofBranch = (
  column: PgColumn,
  named: PgTable & { id: PgColumn; branch_id: PgColumn },
  branch_id: number | undefined,
): SQL | undefined =>
  branch_id === undefined
    ? undefined
    : sql`${column} in (select ${named.id} from ${named} where ${named.branch_id} = ${branch_id})`
