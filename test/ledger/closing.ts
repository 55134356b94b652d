import type pg from 'pg'
import type { Shop } from '../harness/shop.ts'

export const closePeriod = ({ api }: Shop, id: number) => api.post(`/btw-periods/${id}/close`, {})

/** The earliest period that is open. */
export async function openPeriod(owner: pg.Pool, { tenant_id }: Shop): Promise<number> {
  const { rows } = await owner.query(
    `select id from btw_periods where tenant_id = $1 and status = 'open' order by start_date limit 1`,
    [tenant_id],
  )
  return Number(rows[0].id)
}
