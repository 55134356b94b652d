import { sql } from 'drizzle-orm'
import { id } from '../../schema.ts'
import { workOrders } from '../workshop/tables.ts'

/** The branch that a document's body may name. */
export const documentBranch = () =>
  id()
    .nullable()
    .optional()
    .describe('When absent that of the work order, or without one that of whoever makes it')

/** The branch of a new document, by its body; undefined: that of the user, by the database. */
export const branchOf = ({ branch_id, work_order_id }: Body) =>
  branch_id === undefined && work_order_id
    ? sql<number>`(select ${workOrders.branch_id} from ${workOrders} where ${workOrders.id} = ${work_order_id})`
    : branch_id

interface Body {
  branch_id?: number | null | undefined
  work_order_id?: number | null | undefined
}
