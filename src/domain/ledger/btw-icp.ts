import { type SQL, sql } from 'drizzle-orm'
import type { Selecting } from '../../context.ts'
import type { IcpLine } from '../../lib/vat-return.ts'

/**
 * Turnover of box 3b by the buyer's VAT number, as it stood on the invoice; goods and services apart. A line says
 * which by its account; one that is written off follows its invoice. Credit notes count below zero.
 */
export async function icpLines(ctx: Selecting, period_id: number): Promise<IcpLine[]> {
  const { rows } = await ctx.db.execute<Record<keyof IcpLine, string>>(sql`
    select vat_number, country, coalesce(sum(cents) filter (where is_goods), 0) as goods_cents,
      coalesce(sum(cents) filter (where not is_goods), 0) as services_cents
    from (
      select i.buyer ->> 'vat_number' as vat_number,
        coalesce(left(i.buyer ->> 'vat_number', 2), i.buyer ->> 'country') as country,
        l.credit_cents - l.debit_cents as cents,
        coalesce(case when coalesce(l.role, a.role) like 'sales\\_%' then coalesce(l.role, a.role) like 'sales\\_goods%' end,
          ${soldGoods}) as is_goods
      from btw_periods p
      join journal_lines l on l.tenant_id = p.tenant_id and l.vat_box = '3b' and l.vat_part = 'turnover'
        and l.entry_date between p.start_date and p.end_date
      join gl_accounts a on a.id = l.account_id
      join journal_entries e on e.id = l.journal_entry_id
      left join journal_entries r on r.id = e.reverses_id
      left join invoices i on i.id = ${invoiceOf}
      where p.id = ${period_id}
    ) line
    group by vat_number, country having sum(cents) filter (where is_goods) <> 0 or sum(cents) filter (where not is_goods) <> 0
    order by vat_number nulls first, country`)
  return rows.map((row) => ({
    vat_number: row.vat_number || null,
    country: row.country,
    goods_cents: Number(row.goods_cents),
    services_cents: Number(row.services_cents),
  }))
}

const invoiceOf: SQL = sql`
  case coalesce(e.source, r.source)
    when 'invoice' then coalesce(e.source_id, r.source_id)
    when 'cash_vat' then coalesce(e.source_id, r.source_id)
    when 'credit_note' then (select c.invoice_id from credit_notes c where c.id = coalesce(e.source_id, r.source_id))
    when 'write_off' then (select w.invoice_id from write_offs w where w.id = coalesce(e.source_id, r.source_id))
  end`

const soldGoods: SQL = sql`
  exists (select from journal_entries s join journal_lines g on g.tenant_id = s.tenant_id and g.journal_entry_id = s.id
    where s.tenant_id = p.tenant_id and s.source = 'invoice' and s.source_id = i.id and g.role like 'sales\\_goods%' and g.vat_box = '3b')`
