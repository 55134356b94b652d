import type pg from 'pg'
import type { Answer } from '../harness/client.ts'
import type { Shop } from '../harness/shop.ts'

/** Closes a VAT period by the API. */
export async function closePeriod(owner: pg.Pool, shop: Shop, id: number): Promise<Answer> {
  const answer = await shop.api.post(`/btw-periods/${id}/close`, {})
  const isThere = answer.status !== 404
  return isThere ? answer : closeInSql(owner, shop, id)
}

/** As the verb does it, without the margin scheme: books, then period, VAT accounts emptied, closed. */
async function closeInSql(owner: pg.Pool, { tenant_id }: Shop, id: number): Promise<Answer> {
  const client = await owner.connect()
  const answer = (status: number, code?: string) => ({
    status,
    body: { code },
    headers: new Headers(),
  })
  try {
    await client.query('begin')
    await client.query(`select set_config('app.tenant_id', $1, true)`, [String(tenant_id)])
    await client.query('select app.hold_ledger()')
    const { rows } = await client.query(
      `select status, end_date::text, start_date <= app.today() as has_begun, exists (
         select from btw_periods e where e.tenant_id = p.tenant_id and e.start_date < p.start_date and e.status = 'open') as is_later
       from btw_periods p where id = $1 for update`,
      [id],
    )
    const [{ status, end_date, has_begun, is_later }] = rows
    if (status === 'closed' || is_later || !has_begun) {
      await client.query('rollback')
      return answer(422, status === 'closed' ? 'already_closed' : 'earlier_period_open')
    }
    const owed = `
      select b.box, sum(b.vat_cents) as cents, sum(case when b.box = '5b' then -ceil(b.vat_cents / 100.0) else floor(b.vat_cents / 100.0) end) as filed
      from btw_boxes b where b.btw_period_id = ${id} and b.vat_cents <> 0 group by 1`
    await client.query(`
      with line as (
        select 'vat_' || box as role, case when box = '5b' then -cents else cents end as cents from (${owed}) owed
        union all select 'vat_return', -100 * sum(filed) from (${owed}) owed
        union all select 'vat_rounding', sum(100 * filed - case when box = '5b' then -cents else cents end) from (${owed}) owed
      ), moved as (select * from line where cents <> 0), entry as (
        insert into journal_entries (journal, entry_date, document_date, source, source_id)
        select 'vat', '${end_date}', '${end_date}', 'btw_period', ${id} where exists (select from moved) returning id
      )
      insert into journal_lines (journal_entry_id, position, account_id, role, debit_cents, credit_cents)
      select entry.id, row_number() over (order by role), app.account_of(role), role, greatest(cents, 0), greatest(-cents, 0)
      from moved cross join entry`)
    await client.query(`
      update btw_periods set status = 'closed', closed_at = app.now(), vat_return = jsonb_build_object('total',
        jsonb_build_object('vat_filed', coalesce((select sum(filed) from (${owed}) owed), 0))) where id = ${id}`)
    await client.query('commit')
    return answer(200)
  } catch (error) {
    await client.query('rollback').catch(() => {})
    throw error
  } finally {
    client.release()
  }
}

/** The earliest period that is open. */
export async function openPeriod(owner: pg.Pool, { tenant_id }: Shop): Promise<number> {
  const { rows } = await owner.query(
    `select id from btw_periods where tenant_id = $1 and status = 'open' order by start_date limit 1`,
    [tenant_id],
  )
  return Number(rows[0].id)
}
