import type pg from 'pg'

/** A rule of the books that does not hold, and where: entry, account, period, document. */
export interface Violation {
  rule: string
  id: number
  found: string
}

/** What stands on an account, debit above zero. */
const balanceOf = (...roles: string[]) => `(
  select coalesce(sum(l.debit_cents - l.credit_cents), 0) from journal_lines l join gl_accounts a on a.id = l.account_id
  where a.role in (${roles.map((role) => `'${role}'`).join(', ')}))`

/** The account of these roles holds what the documents say. */
const stands = (roles: string[], cents: string) => `
  select 0 as id, format('%s, documents say %s', booked, said) as found
  from (select ${balanceOf(...roles)} as booked, (${cents})::bigint as said) both_sides where booked <> said`

/** A shop's issued invoices and credit notes as one list; what is credited is below zero. */
const sales = `
  select i.id as invoice_id, 'invoice' as source, i.id, 1 as sign, i.vat_basis, i.vat_breakdown, i.total_cents,
    i.kind = 'deposit' as is_deposit
  from invoices i where i.issued_at is not null
  union all
  select i.id, 'credit_note', c.id, -1, i.vat_basis, c.vat_breakdown, c.total_cents, i.kind = 'deposit'
  from credit_notes c join invoices i on i.id = c.invoice_id where c.status <> 'voided'`

/**
 * Of each issued invoice, less its credit notes and what was written off, the part that counts in the return: all
 * of it, or on cash basis what was paid.
 */
const counted = `
  select i.id as invoice_id, i.written_off_cents, net.total_cents,
    case when i.vat_basis is distinct from 'cash' or left_over.cents <= 0 then 1
      else least(i.paid_cents, left_over.cents)::numeric / left_over.cents end as share,
    case when i.written_off_cents = 0 or net.total_cents = 0 then 1
      else left_over.cents::numeric / net.total_cents end as kept
  from invoices i
  cross join lateral (
    select i.total_cents - coalesce(sum(c.total_cents), 0) as total_cents from credit_notes c
    where c.invoice_id = i.id and c.status <> 'voided'
  ) net
  cross join lateral (select net.total_cents - i.written_off_cents as cents) left_over
  where i.issued_at is not null`

const boxOfPart = `case part.category when 'AE' then '1e' when 'K' then '3b' when 'G' then '3a' when 'Z' then '1e'
  when 'S' then case part.vat_rate when 21 then '1a' when 9 then '1b' else '1c' end end`

/** What belongs in each box by the documents: their VAT groups, not their lines, nor what was posted. */
const reported = `
  select box, sum(turnover) as turnover, sum(vat) as vat, sum(doubt) as doubt from (
    -- Supplies within the EU count when they are invoiced, on cash basis too.
    select ${boxOfPart} as box, round(s.sign * part.base_cents * case part.category when 'K' then 1 else c.share end * c.kept, 6) as turnover,
      round(s.sign * part.vat_cents * c.share * c.kept, 6) as vat,
      case when c.share in (0, 1) and c.kept = 1 then 0 else 3 end as doubt
    from (${sales}) s join (${counted}) c using (invoice_id)
    cross join lateral jsonb_to_recordset(s.vat_breakdown) part (vat_rate numeric, category text, base_cents bigint, vat_cents bigint)
    union all
    select case l.vat_treatment when 'reverse_charge' then '2a' when 'intra_eu' then '4b' when 'import' then '4a' end,
      l.net_cents, l.vat_cents, 0
    from purchase_invoice_lines l join purchase_invoices p on p.id = l.purchase_invoice_id where p.status in ('booked', 'paid')
    union all
    select '5b', 0, l.vat_cents, 0
    from purchase_invoice_lines l join purchase_invoices p on p.id = l.purchase_invoice_id where p.status in ('booked', 'paid')
      and not (select kor from tenants)
    union all
    select '5b', 0, fee_vat_cents, 0 from settlements where voided_at is null and not (select kor from tenants)
    union all
    select l.vat_box, case l.vat_part when 'turnover' then app.box_value(l.vat_box, 'turnover', l.debit_cents, l.credit_cents) else 0 end,
      case l.vat_part when 'vat' then app.box_value(l.vat_box, 'vat', l.debit_cents, l.credit_cents) else 0 end, 0
    from journal_lines l join journal_entries e on e.id = l.journal_entry_id where e.source is null and l.vat_box is not null
  ) each where box is not null group by 1`

/** Every document that can be posted. */
const documents = `
  select 'invoice' as source, id as source_id from invoices where issued_at is not null
  union all select 'cash_vat', id from invoices where issued_at is not null
  union all select 'credit_note', id from credit_notes
  union all select 'payment', id from payments
  union all select 'write_off', id from write_offs
  union all select 'settlement', id from settlements
  union all select 'product', id from products where kind <> 'service'
  union all select 'purchase_invoice', id from purchase_invoices
  union all select 'purchase_payment', id from purchase_payments
  union all select 'bank_transaction', id from bank_transactions
  union all select distinct case when source is null then 'stock_movement' when source = 'invoice' then 'goods_of_invoice'
    when source = 'credit_note' then 'goods_of_credit_note' else source end, coalesce(source_id, id) from stock_movements`

/** Every rule as a query of what breaks it, for the shop that asks: `id` says where, `found` what was found there. */
const rules: Record<string, string> = {
  'an entry has two lines at least, as much debit as credit, each on one side': `
    select e.id, format('%s: %s lines, debit %s, credit %s', e.entry_number, count(l.id), sum(l.debit_cents), sum(l.credit_cents)) as found
    from journal_entries e left join journal_lines l on l.journal_entry_id = e.id group by e.id
    having count(l.id) < 2 or sum(l.debit_cents) <> sum(l.credit_cents) or bool_or((l.debit_cents > 0) = (l.credit_cents > 0))`,
  'lines carry the day of their entry': `
    select l.id, format('%s in an entry of %s', l.entry_date, e.entry_date) as found
    from journal_lines l join journal_entries e on e.id = l.journal_entry_id where l.entry_date <> e.entry_date`,
  'balances are the sums of lines by account and month': `
    select coalesce(b.account_id, l.account_id) as id, format('%s: %s/%s, lines %s/%s', coalesce(b.month, l.month),
      b.debit_cents, b.credit_cents, l.debit_cents, l.credit_cents) as found
    from ledger_balances b full join (
      select account_id, date_trunc('month', entry_date)::date as month, sum(debit_cents) as debit_cents, sum(credit_cents) as credit_cents
      from journal_lines group by 1, 2
    ) l on l.account_id = b.account_id and l.month = b.month
    where (b.debit_cents, b.credit_cents) is distinct from (l.debit_cents, l.credit_cents)`,
  'boxes are the sums of lines by period and box': `
    select coalesce(b.btw_period_id, l.btw_period_id) as id, format('%s: %s/%s, lines %s/%s', coalesce(b.box, l.vat_box),
      b.turnover_cents, b.vat_cents, l.turnover_cents, l.vat_cents) as found
    from btw_boxes b full join (
      select e.btw_period_id, l.vat_box,
        sum(case l.vat_part when 'turnover' then app.box_value(l.vat_box, l.vat_part, l.debit_cents, l.credit_cents) else 0 end) as turnover_cents,
        sum(case l.vat_part when 'vat' then app.box_value(l.vat_box, l.vat_part, l.debit_cents, l.credit_cents) else 0 end) as vat_cents
      from journal_lines l join journal_entries e on e.id = l.journal_entry_id where l.vat_box is not null group by 1, 2
    ) l on l.btw_period_id = b.btw_period_id and l.vat_box = b.box
    where (b.turnover_cents, b.vat_cents) is distinct from (l.turnover_cents, l.vat_cents)`,
  'an entry lies in its period': `
    select e.id, format('%s is not from %s to %s', e.entry_date, p.start_date, p.end_date) as found
    from journal_entries e join btw_periods p on p.id = e.btw_period_id where e.entry_date not between p.start_date and p.end_date`,
  'the closing entry is the last of its period': `
    select e.id, format('%s after %s', e.entry_number, c.entry_number) as found
    from journal_entries c join journal_entries e on e.btw_period_id = c.source_id
    where c.source = 'btw_period' and c.btw_period_id = c.source_id and e.entry_number > c.entry_number`,
  'no period is closed while an earlier one is open': `
    select p.id, format('%s is closed, %s is open', p.start_date, o.start_date) as found
    from btw_periods p join btw_periods o on o.start_date < p.start_date and o.status = 'open' where p.status = 'closed'`,
  'entries are numbered without a gap': `
    select min(id) as id, format('%s entries up to %s', count(*), max(no)) as found
    from (select id, split_part(entry_number, '-', 2) as year, split_part(entry_number, '-', 3)::int as no from journal_entries) numbered
    group by year having count(*) <> max(no) or count(distinct no) <> count(*)`,
  'the first entry of a document stands on its own day, unless that was closed': `
    select e.id, format('%s of %s on %s', e.source, d.day, e.entry_date) as found
    from journal_entries e join (
      select 'invoice' as source, id, invoice_date as day from invoices
      union all select 'credit_note', id, credit_date from credit_notes
      union all select 'payment', id, app.shop_day(paid_at) from payments
      union all select 'purchase_invoice', id, invoice_date from purchase_invoices
      union all select 'purchase_payment', id, paid_on from purchase_payments
      union all select 'settlement', id, settled_on from settlements
      union all select 'write_off', id, written_off_on from write_offs
      union all select 'bank_transaction', id, booked_on from bank_transactions
    ) d on d.source = e.source and d.id = e.source_id
    where e.source_part = 0 and e.entry_date <> d.day and not app.is_booked_up(d.day)`,
  'debtors are the open items': stands(
    ['debtors'],
    `select coalesce((select sum(due_cents) from invoices where issued_at is not null), 0)
      - coalesce((select sum(total_cents) from credit_notes where status = 'open'), 0)
      - coalesce((select sum(unapplied_cents) from payments where status in ('paid', 'partially_refunded', 'refunded')), 0)`,
  ),
  'stock is what products are worth': stands(
    ['stock'],
    `select coalesce(sum(p.stock_value_cents), 0) from products p left join tax_rates r on r.id = p.tax_rate_id
      where r.category is distinct from 'margin'`,
  ),
  'margin stock is what margin goods are worth': stands(
    ['stock_margin'],
    `select coalesce(sum(p.stock_value_cents), 0) from products p join tax_rates r on r.id = p.tax_rate_id where r.category = 'margin'`,
  ),
  'goods received are owed until they are invoiced': stands(
    ['grni'],
    `select coalesce((select sum(l.received_cents) from purchase_invoice_lines l join purchase_invoices i on i.id = l.purchase_invoice_id
        where i.status in ('booked', 'paid')), 0) - coalesce((select sum(cost_cents) from goods_receipt_lines), 0)`,
  ),
  'creditors are what suppliers are owed': stands(
    ['creditors'],
    `select -coalesce(sum(due_cents), 0) from purchase_invoices where status in ('booked', 'paid')`,
  ),
  'deposits are what no invoice deducted': stands(
    ['deposits'],
    `select coalesce(-(select sum(s.sign * l.net_cents) from (${sales}) s
        join invoice_lines l on s.source = 'invoice' and l.invoice_id = s.id where s.is_deposit or l.is_deposit), 0)
      + coalesce((select sum(n.net_cents) from (${sales}) s
        join credit_note_lines n on s.source = 'credit_note' and n.credit_note_id = s.id
        left join invoice_lines l on l.id = n.invoice_line_id where s.is_deposit or l.is_deposit), 0)`,
  ),
  'no deposit is deducted that was not taken': `
    select 0 as id, booked::text as found from (select ${balanceOf('deposits')} as booked) deposits where booked > 0`,
  'the suspense account is what bank statements leave unexplained': stands(
    ['suspense'],
    'select -coalesce(sum(open_cents), 0) from bank_transactions',
  ),
  'VAT that is not due is that of unpaid invoices on cash basis': `
    select 0 as id, format('%s, documents say %s', booked, said) as found from (
      select ${balanceOf('vat_deferred')} as booked, coalesce(sum(-s.sign * part.vat_cents * (1 - c.share) * c.kept), 0) as said,
        3 * count(*) filter (where c.share not in (0, 1) or c.kept <> 1) as doubt
      from (${sales}) s join (${counted}) c using (invoice_id)
      cross join lateral jsonb_to_recordset(s.vat_breakdown) part (vat_cents bigint)
    ) both_sides where abs(booked - said) > doubt`,
  'boxes of all periods are what the documents say': `
    select 0 as id, format('%s: %s/%s, documents say %s/%s', box, b.turnover, b.vat, r.turnover, r.vat) as found
    from (select box, sum(turnover_cents) as turnover, sum(vat_cents) as vat from btw_boxes where box not in ('ms', 'mp', 'mi') group by 1) b
    full join (${reported}) r using (box)
    where abs(coalesce(b.turnover, 0) - coalesce(r.turnover, 0)) > coalesce(r.doubt, 0)
      or abs(coalesce(b.vat, 0) - coalesce(r.vat, 0)) > coalesce(r.doubt, 0)`,
  'what is moved on a VAT account in a period stands in its box': `
    select p.id, format('%s: moved %s, box %s', a.vat_box, moved.cents, coalesce(b.vat_cents, 0)) as found
    from btw_periods p cross join gl_accounts a
    cross join lateral (
      select coalesce(sum(app.box_value(a.vat_box, 'vat', l.debit_cents, l.credit_cents)), 0) as cents
      from journal_lines l join journal_entries e on e.id = l.journal_entry_id
      where e.btw_period_id = p.id and l.account_id = a.id and e.source is distinct from 'btw_period'
    ) moved
    left join btw_boxes b on b.btw_period_id = p.id and b.box = a.vat_box
    where a.role = 'vat_' || a.vat_box and moved.cents <> coalesce(b.vat_cents, 0)`,
  'the VAT accounts of a closed period are empty': `
    select p.id, format('%s: %s', a.role, sum(l.debit_cents - l.credit_cents)) as found
    from btw_periods p join journal_entries e on e.btw_period_id = p.id
    join journal_lines l on l.journal_entry_id = e.id join gl_accounts a on a.id = l.account_id
    where p.status = 'closed' and a.role like 'vat\\_%' and a.role not in ('vat_return', 'vat_rounding', 'vat_deferred')
    group by p.id, a.role having sum(l.debit_cents - l.credit_cents) <> 0`,
  'closing a period owes what was filed': `
    select p.id, format('%s, filed %s', booked.cents, filed.cents) as found from btw_periods p
    cross join lateral (
      select coalesce(sum(l.credit_cents - l.debit_cents), 0) as cents from journal_entries e
      join journal_lines l on l.journal_entry_id = e.id
      where e.source = 'btw_period' and e.source_id = p.id and l.role = 'vat_return'
    ) booked
    cross join lateral (select coalesce((p.vat_return -> 'total' ->> 'vat_filed')::numeric * 100, 0) as cents) filed
    where p.status = 'closed' and booked.cents <> filed.cents`,
  'nothing waits to be posted': `select id, source as found from ledger_queue`,
  // What is reported of margin goods follows their cost and the method of the day, so only their sum is compared.
  'what is posted of a document is what it says': `
    select d.source_id as id, format('%s: %s %s differs by %s', d.source, difference.role, difference.vat_box, difference.cents) as found
    from (${documents}) d cross join lateral (
      select role, account_id, box as vat_box, case when box is not null then vat_part end as vat_part, tax_rate_id, sum(cents) as cents from (
        select p.role, p.account_id, p.amount_cents as cents, p.vat_box, p.vat_part, p.tax_rate_id from app.postings_of(d.source, d.source_id) p
        union all
        select l.role, case when l.role is null then l.account_id end, l.credit_cents - l.debit_cents, l.vat_box, l.vat_part, l.tax_rate_id
        from journal_entries e join journal_lines l on l.journal_entry_id = e.id where e.source = d.source and e.source_id = d.source_id
      ) posting cross join lateral (select case when vat_box in ('ms', 'mi', 'mp') then null else vat_box end) of_form (box)
      group by 1, 2, 3, 4, 5 having sum(cents) <> 0
    ) difference`,
}

/**
 * What of a shop's books is not true, in one statement at one moment; empty when all is well. It is asked as the
 * Worker's role, which sees the rows of that shop and no others.
 */
export async function truth(owner: pg.Pool, tenant_id: number): Promise<Violation[]> {
  const each = Object.entries(rules).map(
    ([rule, broken]) =>
      `select '${rule}' as rule, broken.id::int, broken.found from (${broken}) broken`,
  )
  const client = await owner.connect()
  try {
    await client.query('begin read only')
    await client.query(`select set_config('app.tenant_id', $1, true)`, [String(tenant_id)])
    await client.query('set local role repair_angel_app')
    const { rows } = await client.query<Violation>(each.join('\nunion all\n'))
    return rows
  } finally {
    await client.query('rollback')
    client.release()
  }
}
