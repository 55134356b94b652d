/*
 * How documents are posted. A trigger notes which document changed (ledger_queue); when the transaction commits,
 * the document is compared with what was posted for it before, and the difference is a new entry. So whatever
 * changes a document, on whatever path, the books follow, once, in the same transaction; see decision 0019.
 *
 * Amounts of a posting are signed: debit above zero, credit below. It goes to the account of a role, or to the one
 * that a person chose.
 */
create type app.posting as (
  role text, account_id bigint, amount_cents bigint, vat_box text, vat_part text, tax_rate_id bigint
);
--> statement-breakpoint
-- The box of a line: that of its tax code, else by its category and rate; null for exempt and margin goods.
create function app.box_of(p_category text, p_rate numeric, p_own text) returns text language sql immutable as $$
  select case
    when p_category in ('E', 'M') then null
    when p_own is not null then p_own
    else case p_category when 'AE' then '1e' when 'K' then '3b' when 'G' then '3a' else
      case p_rate when 21 then '1a' when 9 then '1b' when 0 then '1e' else '1c' end end
  end
$$;
--> statement-breakpoint
create function app.sales_role(p_is_goods boolean, p_box text) returns text language sql immutable as $$
  select case when p_box = '3a' and p_is_goods then 'sales_export'
    else 'sales_' || case when p_is_goods then 'goods' else 'services' end || case
      when p_box in ('1a', '1c') then '_high' when p_box = '1b' then '_low' when p_box in ('3b', '3c') then '_eu' else '_zero' end
  end
$$;
--> statement-breakpoint
-- What a line deducted it stays a deduction of, when its cancelled invoice lets go of the deposit.
create function app.mark_deposit() returns trigger language plpgsql as $$
begin
  new.is_deposit := true;
  return new;
end $$;
--> statement-breakpoint
create trigger mark_deposit before insert or update of deposit_invoice_id on invoice_lines for each row
when (new.deposit_invoice_id is not null) execute function app.mark_deposit();
--> statement-breakpoint
-- Lines of an issued invoice or a credit note, as the books see them.
create function app.sales_lines(p_source text, p_id bigint)
returns table (invoice_line_id bigint, net_cents bigint, vat_rate numeric, category text, tax_rate_id bigint, is_goods boolean, is_deposit boolean, vat_box text)
language sql stable as $$
  select line.invoice_line_id, line.net_cents, line.vat_rate, line.category, line.tax_rate_id,
    coalesce(p.kind <> 'service', false), line.is_deposit, app.box_of(line.category, line.vat_rate, r.vat_box)
  from (
    select l.id as invoice_line_id, l.net_cents, l.vat_rate, l.category, l.tax_rate_id, l.product_id,
      i.kind = 'deposit' or l.is_deposit as is_deposit
    from invoices i join invoice_lines l on l.tenant_id = i.tenant_id and l.invoice_id = i.id
    where p_source = 'invoice' and i.id = p_id
    union all
    select l.invoice_line_id, l.net_cents, l.vat_rate, l.category, l.tax_rate_id, l.product_id,
      i.kind = 'deposit' or coalesce(billed.is_deposit, false)
    from credit_notes c
    join invoices i on i.id = c.invoice_id
    join credit_note_lines l on l.tenant_id = c.tenant_id and l.credit_note_id = c.id
    left join invoice_lines billed on billed.id = l.invoice_line_id
    where p_source = 'credit_note' and c.id = p_id
  ) line
  left join products p on p.id = line.product_id
  left join tax_rates r on r.id = line.tax_rate_id
$$;
--> statement-breakpoint
/*
 * What a line of margin goods earned, under the scheme by single goods: its price less what its pieces cost when
 * they left the stock, never below zero (Wet OB 28d); of a credit note, the share that it takes back.
 */
create function app.margin_of(p_line bigint, p_net_cents bigint) returns bigint language sql stable as $$
  select case when l.net_cents <= 0 then 0 else
    round(greatest(l.net_cents - round(l.quantity * cost.each_cents), 0) * p_net_cents::numeric / l.net_cents) end
  from invoice_lines l
  left join products p on p.id = l.product_id
  cross join lateral (
    select coalesce(
      (select sum(m.value_cents)::numeric / sum(m.quantity) from stock_movements m
        where m.tenant_id = l.tenant_id and m.product_id = l.product_id and m.kind = 'sale' and m.source = 'invoice' and m.source_id = l.invoice_id),
      (select sum(m.value_cents)::numeric / sum(m.quantity) from stock_movements m
        where m.tenant_id = l.tenant_id and m.product_id = l.product_id and m.kind = 'pick' and m.source = 'pick_list' and m.source_id in (
          select s.pick_list_id from pick_list_lines s where s.tenant_id = l.tenant_id and s.work_order_line_id = l.work_order_line_id)),
      p.purchase_price * 100, 0) as each_cents
  ) cost
  where l.id = p_line
$$;
--> statement-breakpoint
/*
 * Turnover and VAT of an invoice (credit), or, of a credit note, back (debit), as if VAT were due at once. Margin
 * goods have none on the document: their price goes to ms, or their margin alone to mi. The VAT of a rate goes
 * to the box that most of its turnover is in.
 */
create function app.sale_of(p_source text, p_id bigint) returns setof app.posting language plpgsql stable as $$
declare
  d record;
  v_single boolean := (select margin_method = 'individual' from tenants where id = app.tenant());
begin
  if p_source = 'invoice' then
    select -1 as sign, subtotal_cents, vat_breakdown into d from invoices where id = p_id;
  else
    select 1 as sign, subtotal_cents, vat_breakdown into d from credit_notes where id = p_id;
  end if;
  return query
  with line as (
    select l.*, case when is_deposit then 'deposits' when l.category = 'M' then 'sales_margin'
        else app.sales_role(l.is_goods, l.vat_box) end as line_role,
      case when l.category = 'M' and v_single then coalesce(app.margin_of(l.invoice_line_id, l.net_cents), 0) end as margin_cents
    from app.sales_lines(p_source, p_id) l
  ), piece as (
    select line_role, net_cents - coalesce(margin_cents, 0) as cents,
      case when line.category = 'M' and not v_single then 'ms' else line.vat_box end as box, line.tax_rate_id from line
    union all
    select line_role, margin_cents, 'mi', line.tax_rate_id from line where margin_cents is not null
    union all
    -- What lines and sums may differ by never leaves an entry out of balance.
    select 'payment_difference', d.subtotal_cents - coalesce(sum(net_cents), 0), null, null from line
  ), vat as (
    select (part ->> 'vat_rate')::numeric as rate, part ->> 'category' as category, sum((part ->> 'vat_cents')::bigint) as cents
    from jsonb_array_elements(d.vat_breakdown) part group by 1, 2
  )
  select line_role, null::bigint, (d.sign * sum(cents))::bigint, box, case when box is not null then 'turnover' end, piece.tax_rate_id
  from piece group by line_role, box, piece.tax_rate_id
  union all
  select 'vat_' || box.box, null, (d.sign * sum(vat.cents))::bigint, box.box, 'vat', null
  from vat cross join lateral (
    select coalesce((
      select line.vat_box from line where line.vat_rate = vat.rate and line.category = vat.category and line.vat_box in ('1a', '1b', '1c')
      group by line.vat_box order by abs(sum(line.net_cents)) desc, line.vat_box limit 1
    ), case vat.rate when 21 then '1a' when 9 then '1b' else '1c' end) as box
  ) box
  where vat.cents <> 0
  group by box.box;
end $$;
--> statement-breakpoint
-- The same on cash basis, before anything was paid: no turnover to report yet, and VAT that is not due yet. Supplies
-- within the EU are reported by their invoice all the same, as in the ICP return.
create function app.undue(p app.posting) returns app.posting language sql immutable as $$
  select row(case when p.vat_part = 'vat' then 'vat_deferred' else p.role end, p.account_id, p.amount_cents,
    case when p.vat_box in ('ms', 'mi', '3b') then p.vat_box end, case when p.vat_box in ('ms', 'mi', '3b') then p.vat_part end,
    p.tax_rate_id)::app.posting
$$;
--> statement-breakpoint
create function app.postings_of_sale(p_source text, p_id bigint) returns setof app.posting language plpgsql stable as $$
declare
  d record;
begin
  if p_source = 'invoice' then
    select total_cents, vat_basis = 'cash' as is_cash into d from invoices where id = p_id and issued_at is not null;
  else
    select -c.total_cents as total_cents, i.vat_basis = 'cash' as is_cash into d
    from credit_notes c join invoices i on i.id = c.invoice_id where c.id = p_id and c.status <> 'voided';
  end if;
  if not found then return; end if;
  return next row('debtors', null, d.total_cents, null, null, null)::app.posting;
  return query select (case when d.is_cash then app.undue(s) else s end).* from app.sale_of(p_source, p_id) s;
end $$;
--> statement-breakpoint
-- What an invoice and its credit notes say of turnover and VAT together, without what was written off.
create function app.net_sale_of(p_invoice bigint) returns setof app.posting language sql stable as $$
  select s.role, s.account_id, sum(s.amount_cents)::bigint, s.vat_box, s.vat_part, s.tax_rate_id from (
    select * from app.sale_of('invoice', p_invoice)
    union all
    select n.* from credit_notes c cross join lateral app.sale_of('credit_note', c.id) n
    where c.tenant_id = app.tenant() and c.invoice_id = p_invoice and c.status <> 'voided'
  ) s group by s.role, s.account_id, s.vat_box, s.vat_part, s.tax_rate_id
$$;
--> statement-breakpoint
create function app.net_total_of(p_invoice bigint) returns bigint language sql stable as $$
  select i.total_cents - coalesce((select sum(c.total_cents) from credit_notes c
    where c.tenant_id = i.tenant_id and c.invoice_id = i.id and c.status <> 'voided'), 0)
  from invoices i where i.id = p_invoice
$$;
--> statement-breakpoint
/*
 * Cash basis (Wet OB 26): as much of turnover and VAT as was paid of the invoice becomes due, each rate by its
 * share. Turnover stands on its account already, so it only enters its box. Where nothing is asked any more, all of
 * what is left is due: an invoice whose deposits were as much, at other rates.
 */
create function app.postings_of_cash_vat(p_invoice bigint) returns setof app.posting language plpgsql stable as $$
declare
  i invoices;
  v_total bigint := app.net_total_of(p_invoice);
begin
  select * into i from invoices where id = p_invoice and vat_basis = 'cash' and issued_at is not null;
  if not found then return; end if;
  v_total := v_total - i.written_off_cents;
  return query
  with left_over as (
    select s.role, s.vat_box, s.vat_part, s.tax_rate_id, sum(s.amount_cents) as cents from (
      select * from app.net_sale_of(p_invoice)
      union all
      select case when w.vat_part = 'turnover' then sold.role else w.role end, w.account_id, w.amount_cents, w.vat_box, w.vat_part, w.tax_rate_id
      from write_offs o cross join lateral app.write_off_of(o.id) w
      left join lateral (select n.role from app.net_sale_of(p_invoice) n
        where n.vat_box = w.vat_box and n.vat_part = 'turnover' and n.tax_rate_id is not distinct from w.tax_rate_id limit 1) sold on true
      where o.tenant_id = i.tenant_id and o.invoice_id = i.id and o.reversed_at is null and w.role <> 'debtors'
    ) s where s.vat_box not in ('ms', 'mi', '3b') group by 1, 2, 3, 4
  ), due as (
    select l.*, (case when v_total <= 0 then l.cents
      else round(l.cents * least(i.paid_cents, v_total) / v_total) end)::bigint as due_cents
    from left_over l
  )
  select due.role, null::bigint, due_cents, due.vat_box, due.vat_part, due.tax_rate_id from due
  union all
  select case when due.vat_part = 'vat' then 'vat_deferred' else due.role end, null, -due_cents, null, null, due.tax_rate_id from due;
end $$;
--> statement-breakpoint
/*
 * A debt that will not be paid: its share of each turnover is a loss that comes off the box, and so does its
 * VAT (Wet OB 29). The cents that shares leave go to the largest turnover.
 */
create function app.write_off_of(p_id bigint) returns setof app.posting language sql stable as $$
  with off as (
    select w.amount_cents, w.invoice_id, app.net_total_of(w.invoice_id) as total_cents
    from write_offs w where w.id = p_id and w.reversed_at is null
  ), share as (
    select s.*, coalesce(round(-s.amount_cents::numeric * off.amount_cents / nullif(off.total_cents, 0)), 0)::bigint as cents,
      row_number() over (order by (s.vat_part is distinct from 'vat') desc, -s.amount_cents desc, s.vat_box, s.tax_rate_id) = 1 as takes_rest
    from off cross join lateral app.net_sale_of(off.invoice_id) s
  )
  select case when s.vat_part = 'vat' then s.role else 'bad_debt' end, null::bigint,
    (s.cents + case when s.takes_rest then off.amount_cents - sum(s.cents) over () else 0 end)::bigint,
    s.vat_box, s.vat_part, s.tax_rate_id
  from share s cross join off
  union all
  select 'debtors', null, -amount_cents, null, null, null from off
$$;
--> statement-breakpoint
create function app.postings_of_write_off(p_id bigint) returns setof app.posting language sql stable as $$
  select (case when i.vat_basis = 'cash' and p.role <> 'debtors' then app.undue(p) else p end).*
  from write_offs w join invoices i on i.id = w.invoice_id cross join lateral app.write_off_of(w.id) p
  where w.id = p_id
$$;
--> statement-breakpoint
-- Money of a customer. What a bank statement brought in comes from the suspense account; a refund is entered by hand.
create function app.postings_of_payment(p_id bigint) returns setof app.posting language sql stable as $$
  select posting.* from payments p
  cross join lateral (select p.amount_cents - p.refunded_cents as money_cents) kept
  cross join lateral (select case
      when p.provider is not null or p.method in ('ideal', 'card') then 'provider_in_transit'
      when p.method = 'pin' then 'pin_in_transit'
      when p.method = 'other' then 'transfers'
      else p.method end as role) place
  cross join lateral (values
    (case
      when exists (select from bank_allocations a where a.tenant_id = p.tenant_id and a.payment_id = p.id and a.kind = 'payment') then 'suspense'
      else place.role end, null::bigint, p.amount_cents, null::text, null::text, null::bigint),
    (place.role, null, -p.refunded_cents, null, null, null),
    ('payment_difference', null, p.rounding_cents::bigint, null, null, null),
    ('debtors', null, -kept.money_cents - p.rounding_cents, null, null, null)
  ) posting (role, account_id, amount_cents, vat_box, vat_part, tax_rate_id)
  where p.id = p_id and p.status in ('paid', 'refunded', 'partially_refunded')
$$;
--> statement-breakpoint
create function app.postings_of_settlement(p_id bigint) returns setof app.posting language sql stable as $$
  select posting.* from settlements s join tenants t on t.id = s.tenant_id
  cross join lateral (values
    (case when exists (select from bank_allocations a where a.tenant_id = s.tenant_id and a.settlement_id = s.id)
      then 'suspense' else 'bank' end, null::bigint, s.net_cents, null::text, null::text, null::bigint),
    ('payment_costs', null, s.fee_cents + case when t.kor then s.fee_vat_cents else 0 end, null, null, null),
    ('vat_5b', null, case when t.kor then 0 else s.fee_vat_cents end, '5b', 'vat', null),
    (case s.provider when 'pin' then 'pin_in_transit' else 'provider_in_transit' end, null, -s.gross_cents, null, null, null)
  ) posting (role, account_id, amount_cents, vat_box, vat_part, tax_rate_id)
  where s.id = p_id and s.voided_at is null
$$;
--> statement-breakpoint
create function app.movements_of(p_source text, p_id bigint) returns setof stock_movements language sql stable as $$
  select * from stock_movements where p_source = 'stock_movement' and id = p_id
  union all
  select * from stock_movements where tenant_id = app.tenant() and source_id = p_id and source = case p_source
    when 'goods_of_invoice' then 'invoice' when 'goods_of_credit_note' then 'credit_note' else p_source end
$$;
--> statement-breakpoint
-- What goods become a cost of that leave with a document.
create function app.cost_role(p_source text, p_id bigint, p_is_margin boolean) returns text language sql stable as $$
  select case when p_is_margin then 'cost_margin' else 'cost' end
$$;
--> statement-breakpoint
/*
 * Goods that came and went, at what they were worth. What a receipt put down for them is owed to the supplier
 * until its invoice comes; where the stock took them at another value (they had been sold before they were
 * there, or were taken back at the average) the rest is a price difference.
 */
create function app.postings_of_goods(p_source text, p_id bigint) returns setof app.posting language sql stable as $$
  with moved as (
    select m.kind, m.is_margin, sum(m.value_cents)::bigint as cents from app.movements_of(p_source, p_id) m group by 1, 2
  ), owed as (
    select coalesce(of_margin.it, false) as is_margin, sum(l.cost_cents)::bigint as cents from goods_receipt_lines l
    cross join lateral (
      select bool_or(m.is_margin) as it from stock_movements m
      where m.tenant_id = l.tenant_id and m.source = 'goods_receipt' and m.source_id = l.goods_receipt_id and m.product_id = l.product_id
    ) of_margin
    where p_source = 'goods_receipt' and l.tenant_id = app.tenant() and l.goods_receipt_id = p_id group by 1
  ), bought as (
    -- What margin goods were bought for counts, at whatever value the stock took them.
    select is_margin, sum(cents)::bigint as cents from owed where is_margin
      and (select margin_method = 'global' from tenants where id = app.tenant()) group by 1
  )
  select case when is_margin then 'stock_margin' else 'stock' end, null::bigint, cents, null::text, null::text, null::bigint
  from moved
  union all
  select 'stock_margin', null, cents, 'mp', 'turnover', null from bought
  union all
  select 'stock_margin', null, -cents, null, null, null from bought
  union all
  select case
      when kind = 'receipt' then 'price_difference'
      when kind in ('adjust', 'count') then 'stock_difference'
      when kind = 'initial' then 'opening_equity'
      else app.cost_role(p_source, p_id, is_margin) end, null, -cents, null, null, null
  from moved
  union all
  select 'price_difference', null, cents, null, null, null from owed
  union all
  select 'grni', null, -cents, null, null, null from owed
$$;
--> statement-breakpoint
-- A product that joins or leaves the margin scheme takes its stock along to the other account.
create function app.postings_of_product(p_id bigint) returns setof app.posting language sql stable as $$
  select posting.* from products p
  left join tax_rates r on r.id = p.tax_rate_id
  cross join lateral (
    select case when coalesce(r.category = 'margin', false) then p.stock_value_cents else 0 end - coalesce(sum(m.value_cents), 0)::bigint as cents
    from stock_movements m where m.tenant_id = p.tenant_id and m.product_id = p.id and m.is_margin
  ) moved
  cross join lateral (values
    ('stock_margin', null::bigint, moved.cents, null::text, null::text, null::bigint), ('stock', null, -moved.cents, null, null, null)
  ) posting (role, account_id, amount_cents, vat_box, vat_part, tax_rate_id)
  where p.id = p_id
$$;
--> statement-breakpoint
/*
 * An invoice of a supplier. Of received goods it clears what their receipt had put down. VAT that is shifted to
 * the shop is owed and deducted; a shop under the small-business scheme deducts none, so it is cost.
 */
create function app.postings_of_purchase_invoice(p_id bigint) returns setof app.posting language sql stable as $$
  with line as (
    select l.*, t.kor,
      case l.vat_treatment when 'reverse_charge' then '2a' when 'intra_eu' then '4b' when 'import' then '4a' end as shifted_box,
      case when l.goods_receipt_line_id is not null then 'price_difference' end as line_role
    from purchase_invoices i
    join purchase_invoice_lines l on l.tenant_id = i.tenant_id and l.purchase_invoice_id = i.id
    join tenants t on t.id = i.tenant_id
    where i.id = p_id and i.status in ('booked', 'paid')
  )
  select case when goods_receipt_line_id is not null then 'grni' end, null::bigint, received_cents,
    case when received_cents <> 0 then shifted_box end, case when received_cents <> 0 and shifted_box is not null then 'turnover' end, null::bigint
  from line where goods_receipt_line_id is not null
  union all
  select line_role, account_id, net_cents - received_cents, shifted_box, case when shifted_box is not null then 'turnover' end, null from line
  union all
  select line_role, account_id, vat_cents, null, null, null from line where kor
  union all
  select 'vat_5b', null, vat_cents, '5b', 'vat', null from line where not kor
  union all
  select 'vat_' || shifted_box, null, -vat_cents, shifted_box, 'vat', null from line where shifted_box is not null
  union all
  select 'creditors', null, -net_cents - case when shifted_box is null then vat_cents else 0 end, null, null, null from line
$$;
--> statement-breakpoint
create function app.postings_of_purchase_payment(p_id bigint) returns setof app.posting language sql stable as $$
  select posting.* from purchase_payments p
  cross join lateral (values
    ('creditors', null::bigint, p.amount_cents, null::text, null::text, null::bigint),
    (case
      when exists (select from bank_allocations a where a.tenant_id = p.tenant_id and a.purchase_payment_id = p.id and a.kind = 'purchase_payment') then 'suspense'
      when p.method = 'other' then 'transfers' else p.method end, null, -p.amount_cents, null, null, null)
  ) posting (role, account_id, amount_cents, vat_box, vat_part, tax_rate_id)
  where p.id = p_id and p.voided_at is null
$$;
--> statement-breakpoint
-- A line of a bank statement: what was entered by hand before it came stands on the shop's first bank account already.
create function app.postings_of_bank_transaction(p_id bigint) returns setof app.posting language sql stable as $$
  with bank as (
    select t.amount_cents, b.account_id,
      coalesce(sum(a.amount_cents) filter (where a.kind in ('known_payment', 'known_refund', 'known_purchase_payment')), 0)::bigint as known_cents,
      coalesce(sum(a.amount_cents) filter (where a.kind = 'account'), 0)::bigint as named_cents
    from bank_transactions t join bank_accounts b on b.id = t.bank_account_id
    left join bank_allocations a on a.tenant_id = t.tenant_id and a.bank_transaction_id = t.id
    where t.id = p_id group by t.id, b.account_id
  )
  select null::text, account_id, amount_cents - case when account_id = app.account_of('bank') then known_cents else 0 end, null::text, null::text, null::bigint
  from bank
  union all
  select 'bank', null, -known_cents, null, null, null from bank where account_id <> app.account_of('bank')
  union all
  select 'suspense', null, known_cents + named_cents - amount_cents, null, null, null from bank
  union all
  select null, account_id, -amount_cents, null, null, null from bank_allocations
  where tenant_id = app.tenant() and bank_transaction_id = p_id and kind = 'account'
$$;
--> statement-breakpoint
create function app.postings_of(p_source text, p_id bigint) returns setof app.posting language plpgsql stable as $$
begin
  case
    when p_source in ('invoice', 'credit_note') then return query select * from app.postings_of_sale(p_source, p_id);
    when p_source = 'cash_vat' then return query select * from app.postings_of_cash_vat(p_id);
    when p_source = 'payment' then return query select * from app.postings_of_payment(p_id);
    when p_source = 'write_off' then return query select * from app.postings_of_write_off(p_id);
    when p_source = 'settlement' then return query select * from app.postings_of_settlement(p_id);
    when p_source = 'product' then return query select * from app.postings_of_product(p_id);
    when p_source = 'purchase_invoice' then return query select * from app.postings_of_purchase_invoice(p_id);
    when p_source = 'purchase_payment' then return query select * from app.postings_of_purchase_payment(p_id);
    when p_source = 'bank_transaction' then return query select * from app.postings_of_bank_transaction(p_id);
    else return query select * from app.postings_of_goods(p_source, p_id);
  end case;
end $$;
--> statement-breakpoint
create function app.shop_day(p_moment timestamptz) returns date language sql stable as $$
  select (p_moment at time zone app.zone())::date
$$;
--> statement-breakpoint
-- VAT on receipts is due on the day on which the money came in, which this transaction took; when it goes back, or
-- the invoice is credited, on the day of that.
create function app.cash_vat_day(p_invoice bigint) returns date language sql stable as $$
  select coalesce((
    select app.shop_day(max(p.paid_at)) from payments p
    where p.tenant_id = app.tenant() and p.invoice_id = p_invoice and p.status = 'paid' and p.refunded_cents = 0
      and (p.xmin = pg_current_xact_id()::xid or not exists (
        select from journal_entries e where e.tenant_id = p.tenant_id and e.source = 'cash_vat' and e.source_id = p_invoice))
  ), app.today())
$$;
--> statement-breakpoint
-- Journal, day, number and parties of the first entry of a document.
create function app.head_of(
  p_source text, p_id bigint,
  out journal text, out day date, out description text, out reference text, out customer_id bigint, out supplier_id bigint, out must_fit boolean
) language plpgsql stable as $$
begin
  must_fit := false;
  case p_source
    when 'invoice', 'cash_vat' then
      select 'sales', i.invoice_date, i.invoice_number, i.customer_id, not i.late into journal, day, reference, customer_id, must_fit
      from invoices i where i.id = p_id;
      if p_source = 'cash_vat' then
        day := app.cash_vat_day(p_id);
        must_fit := false;
      end if;
    when 'credit_note' then
      select 'sales', c.credit_date, c.credit_note_number, c.customer_id into journal, day, reference, customer_id
      from credit_notes c where c.id = p_id;
    when 'payment' then
      select case p.method when 'cash' then 'cash' else 'bank' end, app.shop_day(p.paid_at), i.invoice_number, i.customer_id
      into journal, day, reference, customer_id from payments p join invoices i on i.id = p.invoice_id where p.id = p_id;
    when 'write_off' then
      select 'memorial', w.written_off_on, i.invoice_number, i.customer_id into journal, day, reference, customer_id
      from write_offs w join invoices i on i.id = w.invoice_id where w.id = p_id;
    when 'settlement' then
      select 'bank', s.settled_on, s.reference into journal, day, reference from settlements s where s.id = p_id;
    when 'purchase_invoice' then
      select 'purchases', i.invoice_date, i.invoice_number, i.supplier_id into journal, day, reference, supplier_id
      from purchase_invoices i where i.id = p_id;
    when 'purchase_payment' then
      select case p.method when 'cash' then 'cash' else 'bank' end, p.paid_on, i.invoice_number, i.supplier_id
      into journal, day, reference, supplier_id
      from purchase_payments p join purchase_invoices i on i.id = p.purchase_invoice_id where p.id = p_id;
    when 'bank_transaction' then
      select 'bank', t.booked_on, s.statement_number into journal, day, reference
      from bank_transactions t join bank_statements s on s.id = t.bank_statement_id where t.id = p_id;
    when 'product' then
      select 'memorial', app.today(), p.sku into journal, day, reference from products p where p.id = p_id;
    else
      journal := 'stock';
      select app.shop_day(max(m.created_at)) into day from app.movements_of(p_source, p_id) m;
      case p_source
        when 'goods_receipt' then
          select g.receipt_number, g.supplier_id into reference, supplier_id from goods_receipts g where g.id = p_id;
        when 'pick_list' then select l.pick_list_number into reference from pick_lists l where l.id = p_id;
        when 'goods_of_invoice' then select i.invoice_number into reference from invoices i where i.id = p_id;
        when 'goods_of_credit_note' then select c.credit_note_number into reference from credit_notes c where c.id = p_id;
        when 'stock_count' then select c.count_number into reference from stock_counts c where c.id = p_id;
        else null;
      end case;
  end case;
  description := app.words_of(p_source);
end $$;
--> statement-breakpoint
-- In the language of the shop's documents.
create function app.words_of(p_source text) returns text language sql stable as $$
  select case when t.locale = 'en' then words.en else words.nl end
  from tenants t cross join (values
    ('invoice', 'Factuur', 'Invoice'), ('cash_vat', 'Btw over ontvangst', 'VAT on receipts'), ('credit_note', 'Creditnota', 'Credit note'),
    ('payment', 'Betaling', 'Payment'), ('write_off', 'Afboeking', 'Write-off'), ('settlement', 'Uitbetaling', 'Payout'),
    ('goods_receipt', 'Ontvangst goederen', 'Goods receipt'), ('goods_of_invoice', 'Verkochte goederen', 'Goods sold'),
    ('goods_of_credit_note', 'Retour goederen', 'Goods returned'), ('pick_list', 'Verbruikte onderdelen', 'Parts used'),
    ('stock_count', 'Voorraadtelling', 'Stock count'), ('stock_movement', 'Voorraadmutatie', 'Stock movement'),
    ('product', 'Overgang margeregeling', 'Margin scheme change'), ('purchase_invoice', 'Inkoopfactuur', 'Purchase invoice'),
    ('purchase_payment', 'Betaling leverancier', 'Supplier payment'), ('bank_transaction', 'Bankafschrift', 'Bank statement'),
    ('btw_period', 'Btw-aangifte', 'VAT return'), ('fiscal_year', 'Beginbalans', 'Opening balance')
  ) words (source, nl, en)
  where t.id = app.tenant() and words.source = p_source
$$;
--> statement-breakpoint
/*
 * The day on which something can be booked: its own, or, when that time is closed, today; the first open day
 * where a shop has closed today as well.
 */
create function app.booking_day(p_day date) returns date language plpgsql as $$
declare
  v_last date;
begin
  if app.btw_period_on(p_day) is not null then return p_day; end if;
  if app.btw_period_on(app.today()) is not null then return app.today(); end if;
  select greatest(
    (select max(end_date) from btw_periods where tenant_id = app.tenant() and status = 'closed'),
    (select max(end_date) from fiscal_years where tenant_id = app.tenant() and status = 'closed')) into v_last;
  return v_last + 1;
end $$;
--> statement-breakpoint
create type app.entry as (
  source text, source_id bigint, source_part int, journal text, entry_date date, document_date date,
  description text, reference text, customer_id bigint, supplier_id bigint, lines app.posting[]
);
--> statement-breakpoint
-- What is new of a document, as an entry that is still to be written; null when its books are right.
create function app.entry_of(p_source text, p_id bigint) returns app.entry language plpgsql as $$
declare
  h record;
  v_lines app.posting[];
  v_part int;
  v_day date;
begin
  select array_agg(row(role, account_id, amount_cents, vat_box, vat_part, tax_rate_id)::app.posting
    order by amount_cents < 0, role, account_id, vat_box, tax_rate_id) into v_lines
  from (
    select role, account_id, sum(amount_cents)::bigint as amount_cents, vat_box, vat_part, tax_rate_id from (
      select * from app.postings_of(p_source, p_id)
      union all
      select l.role, case when l.role is null then l.account_id end, l.credit_cents - l.debit_cents, l.vat_box, l.vat_part, l.tax_rate_id
      from journal_entries e join journal_lines l on l.tenant_id = e.tenant_id and l.journal_entry_id = e.id
      where e.tenant_id = app.tenant() and e.source = p_source and e.source_id = p_id
    ) posting group by role, account_id, vat_box, vat_part, tax_rate_id having sum(amount_cents) <> 0
  ) difference;
  if v_lines is null then return null; end if;
  select coalesce(max(source_part) + 1, 0) into v_part from journal_entries
  where tenant_id = app.tenant() and source = p_source and source_id = p_id;
  h := app.head_of(p_source, p_id);
  if v_part > 0 and p_source <> 'cash_vat' then h.day := app.today(); end if;
  v_day := app.booking_day(h.day);
  if h.must_fit and v_part = 0 and v_day <> h.day then perform app.refuse_closed_day(h.day); end if;
  return row(p_source, p_id, v_part, h.journal, v_day, h.day, h.description, h.reference, h.customer_id, h.supplier_id, v_lines)::app.entry;
end $$;
--> statement-breakpoint
-- Takes so many numbers of a series at once: a row that is changed again and again in one transaction gets slow.
create function app.next_document_numbers(p_series text, p_count int) returns text[] language plpgsql as $$
declare
  v_series text := p_series || '-' || extract(year from app.today());
  v_next bigint;
begin
  insert into document_counters as c (tenant_id, series, next_no) values (app.tenant(), v_series, p_count + 1)
  on conflict (tenant_id, series) do update set next_no = c.next_no + p_count
  returning next_no into v_next;
  return array(select v_series || '-' || lpad(n::text, greatest(4, length(n::text)), '0') from generate_series(v_next - p_count, v_next - 1) n);
end $$;
--> statement-breakpoint
-- Posts what is new of these documents: their entries in one statement, and all lines in another, so that the sums
-- of accounts and boxes are kept once for all of them.
create function app.post_documents(p_sources text[], p_ids bigint[]) returns void language plpgsql as $$
declare
  v_entries app.entry[];
  v_numbers text[];
  -- A transaction for several shops ends as a user of the last one.
  v_user bigint := (select id from users where tenant_id = app.tenant() and id = app.user_id());
begin
  perform app.hold_ledger();
  select array_agg(e order by d.place) into v_entries
  from unnest(p_sources, p_ids) with ordinality d (source, id, place)
  cross join lateral app.entry_of(d.source, d.id) e
  where e.source is not null;
  if v_entries is null then return; end if;
  v_numbers := app.next_document_numbers('JE', cardinality(v_entries));
  insert into journal_entries (tenant_id, entry_number, journal, entry_date, document_date, description, reference, source, source_id, source_part, customer_id, supplier_id, user_id)
  select app.tenant(), v_numbers[e.place], e.journal, e.entry_date, e.document_date, e.description, e.reference,
    e.source, e.source_id, e.source_part, e.customer_id, e.supplier_id, v_user
  from unnest(v_entries) with ordinality e (source, source_id, source_part, journal, entry_date, document_date, description, reference, customer_id, supplier_id, lines, place)
  order by e.place;
  insert into journal_lines (tenant_id, journal_entry_id, position, account_id, debit_cents, credit_cents, role, vat_box, vat_part, tax_rate_id)
  select j.tenant_id, j.id, l.place, coalesce(l.account_id, a.id),
    greatest(l.amount_cents, 0), greatest(-l.amount_cents, 0), l.role, l.vat_box, l.vat_part, l.tax_rate_id
  from unnest(v_entries) with ordinality e (source, source_id, source_part, journal, entry_date, document_date, description, reference, customer_id, supplier_id, lines, place)
  join journal_entries j on j.tenant_id = app.tenant() and j.source = e.source and j.source_id = e.source_id and j.source_part = e.source_part
  cross join lateral unnest(e.lines) with ordinality l (role, account_id, amount_cents, vat_box, vat_part, tax_rate_id, place)
  left join gl_accounts a on a.tenant_id = j.tenant_id and a.role = l.role
  order by e.place, l.place;
end $$;
--> statement-breakpoint
create function app.refuse_closed_day(p_day date) returns void language plpgsql as $$
begin
  perform app.refuse(422, 'btw_period_closed',
    format('The VAT period of %s is closed; issue it as late to book it in the open one.', p_day), 'invoice_date');
end $$;
--> statement-breakpoint
-- At the commit: every document that the transaction changed, in the order in which it first did.
create function app.post_queued() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
declare
  v_tenant text := current_setting('app.tenant_id', true);
  v_sources text[];
  v_ids bigint[];
begin
  if not exists (select from ledger_queue where id = new.id) then return null; end if;
  perform set_config('app.tenant_id', new.tenant_id::text, true);
  with gone as (delete from ledger_queue where tenant_id = new.tenant_id returning id, source, source_id)
  select array_agg(source order by first), array_agg(source_id order by first) into v_sources, v_ids
  from (select source, source_id, min(id) as first from gone group by 1, 2) document;
  perform app.post_documents(v_sources, v_ids);
  perform set_config('app.tenant_id', coalesce(v_tenant, ''), true);
  return null;
end $$;
--> statement-breakpoint
create constraint trigger post_queued after insert on ledger_queue deferrable initially deferred
for each row execute function app.post_queued();
--> statement-breakpoint
create function app.queue_posting(p_tenant bigint, p_source text, p_id bigint) returns void language sql as $$
  insert into ledger_queue (tenant_id, source, source_id) values (p_tenant, p_source, p_id)
$$;
--> statement-breakpoint
-- A document that is posted by its own id; its source is the trigger's argument.
create function app.note_document() returns trigger language plpgsql as $$
begin
  perform app.queue_posting(new.tenant_id, tg_argv[0], new.id);
  return null;
end $$;
--> statement-breakpoint
-- An invoice is issued by the rules of that day: when its VAT is due, and in a period that is open, unless it is late.
create function app.issue_by_the_books() returns trigger language plpgsql as $$
begin
  new.vat_basis := (select vat_basis from tenants where id = new.tenant_id);
  if not new.late and app.is_booked_up(new.invoice_date) then perform app.refuse_closed_day(new.invoice_date); end if;
  return new;
end $$;
--> statement-breakpoint
create trigger issue_by_the_books before update of issued_at on invoices for each row
when (old.issued_at is null and new.issued_at is not null) execute function app.issue_by_the_books();
--> statement-breakpoint
create trigger post after update of issued_at on invoices for each row
when (old.issued_at is null and new.issued_at is not null) execute function app.note_document('invoice');
--> statement-breakpoint
create trigger post_paid after update of issued_at, paid_cents, credited_cents, written_off_cents on invoices for each row
when (new.vat_basis = 'cash' and (new.issued_at, new.paid_cents, new.credited_cents, new.written_off_cents)
  is distinct from (old.issued_at, old.paid_cents, old.credited_cents, old.written_off_cents))
execute function app.note_document('cash_vat');
--> statement-breakpoint
create function app.note_credit() returns trigger language plpgsql as $$
declare
  v_note bigint := case tg_table_name when 'credit_notes' then new.id else (to_jsonb(new) ->> 'credit_note_id')::bigint end;
begin
  perform app.queue_posting(new.tenant_id, 'credit_note', v_note);
  insert into ledger_queue (tenant_id, source, source_id)
  select i.tenant_id, 'cash_vat', i.id from credit_notes c join invoices i on i.id = c.invoice_id
  where c.id = v_note and i.vat_basis = 'cash';
  return null;
end $$;
--> statement-breakpoint
create trigger post after update of status on credit_notes for each row
when (new.status = 'voided' and old.status <> 'voided') execute function app.note_credit();
--> statement-breakpoint
create trigger post after insert on credit_note_lines for each row execute function app.note_credit();
--> statement-breakpoint
create trigger post_insert after insert on payments for each row
when (new.status in ('paid', 'refunded', 'partially_refunded')) execute function app.note_document('payment');
--> statement-breakpoint
create trigger post_update after update of status, amount_cents, refunded_cents, rounding_cents on payments for each row
when (new.status in ('paid', 'refunded', 'partially_refunded') or old.status in ('paid', 'refunded', 'partially_refunded'))
execute function app.note_document('payment');
--> statement-breakpoint
create trigger post_insert after insert on write_offs for each row execute function app.note_document('write_off');
--> statement-breakpoint
create trigger post_update after update of reversed_at on write_offs for each row execute function app.note_document('write_off');
--> statement-breakpoint
create trigger post_insert after insert on settlements for each row execute function app.note_document('settlement');
--> statement-breakpoint
create trigger post_update after update of voided_at on settlements for each row execute function app.note_document('settlement');
--> statement-breakpoint
create trigger post_update after update of status on purchase_invoices for each row
when ((old.status in ('booked', 'paid')) <> (new.status in ('booked', 'paid'))) execute function app.note_document('purchase_invoice');
--> statement-breakpoint
create trigger post_insert after insert on purchase_payments for each row execute function app.note_document('purchase_payment');
--> statement-breakpoint
create trigger post_update after update of voided_at on purchase_payments for each row execute function app.note_document('purchase_payment');
--> statement-breakpoint
create trigger post after insert on bank_transactions for each row execute function app.note_document('bank_transaction');
--> statement-breakpoint
-- What an allocation names is posted otherwise from then on, and as before when it is taken back.
create function app.note_allocation() returns trigger language plpgsql as $$
declare
  a bank_allocations := case tg_op when 'DELETE' then old else new end;
begin
  -- Before the sum is taken, so that it sees what others allocated.
  perform from bank_transactions where id = a.bank_transaction_id for no key update;
  perform app.queue_posting(a.tenant_id, 'bank_transaction', a.bank_transaction_id);
  if a.payment_id is not null then perform app.queue_posting(a.tenant_id, 'payment', a.payment_id); end if;
  if a.purchase_payment_id is not null then perform app.queue_posting(a.tenant_id, 'purchase_payment', a.purchase_payment_id); end if;
  if a.settlement_id is not null then perform app.queue_posting(a.tenant_id, 'settlement', a.settlement_id); end if;
  update bank_transactions t set open_cents = amount_cents - coalesce((
    select sum(amount_cents) from bank_allocations where tenant_id = t.tenant_id and bank_transaction_id = t.id), 0)
  where id = a.bank_transaction_id;
  return null;
end $$;
--> statement-breakpoint
create trigger post after insert or delete on bank_allocations for each row execute function app.note_allocation();
--> statement-breakpoint
create function app.open_bank_transaction() returns trigger language plpgsql as $$
begin
  new.open_cents := new.amount_cents;
  return new;
end $$;
--> statement-breakpoint
create trigger open_bank_transaction before insert on bank_transactions for each row execute function app.open_bank_transaction();
--> statement-breakpoint
-- More is not said of a transaction than what it moved, and all of it in its direction.
alter table bank_transactions add constraint bank_transactions_open_cents_check
check (open_cents between least(amount_cents, 0) and greatest(amount_cents, 0));
--> statement-breakpoint
-- A movement is posted with the document that it belongs to.
create function app.note_movement() returns trigger language plpgsql as $$
begin
  perform app.queue_posting(new.tenant_id, case
    when new.source is null then 'stock_movement' when new.source = 'invoice' then 'goods_of_invoice'
    when new.source = 'credit_note' then 'goods_of_credit_note' else new.source end, coalesce(new.source_id, new.id));
  return null;
end $$;
--> statement-breakpoint
create trigger post after insert on stock_movements for each row
when (new.value_cents <> 0 or new.kind = 'receipt') execute function app.note_movement();
--> statement-breakpoint
-- Goods under the margin scheme are kept apart from the moment they move.
create function app.mark_margin_goods() returns trigger language plpgsql as $$
begin
  new.is_margin := coalesce((select r.category = 'margin' from products p join tax_rates r on r.id = p.tax_rate_id where p.id = new.product_id), false);
  return new;
end $$;
--> statement-breakpoint
create trigger mark_margin_goods before insert on stock_movements for each row execute function app.mark_margin_goods();
--> statement-breakpoint
create trigger post_scheme after update of tax_rate_id on products for each row
when (new.tax_rate_id is distinct from old.tax_rate_id and new.stock_value_cents <> 0) execute function app.note_document('product');
--> statement-breakpoint
-- What a received piece cost when nobody says it: what the stock costs on average, else the purchase price.
create function app.cost_receipt_line() returns trigger language plpgsql as $$
begin
  new.unit_cost := coalesce(new.unit_cost, (
    select coalesce(case when p.stock_quantity > 0 then round(p.stock_value_cents / 100.0 / p.stock_quantity, 4) end, p.purchase_price, 0)
    from products p where p.id = new.product_id));
  new.cost_cents := round(new.quantity * coalesce(new.unit_cost, 0) * 100);
  return new;
end $$;
--> statement-breakpoint
create trigger cost_receipt_line before insert on goods_receipt_lines for each row execute function app.cost_receipt_line();
--> statement-breakpoint
-- Booked, an invoice of a supplier stays as it was booked.
create function app.keep_booked() returns trigger language plpgsql as $$
begin
  if exists (select from purchase_invoices where id = (to_jsonb(case tg_op when 'INSERT' then new else old end) ->> 'purchase_invoice_id')::bigint and status <> 'draft') then
    perform app.refuse(422, 'not_draft', 'Only a draft can be changed.');
  end if;
  return case tg_op when 'DELETE' then old else new end;
end $$;
--> statement-breakpoint
create trigger kept before insert or update of quantity, unit_price, net_cents, vat_cents, account_id or delete on purchase_invoice_lines
for each row execute function app.keep_booked();
--> statement-breakpoint
-- The books of what the shops did before they had any, day by day.
alter table goods_receipt_lines disable trigger user;
--> statement-breakpoint
update goods_receipt_lines l set unit_cost = coalesce(l.unit_cost, m.unit_cost, 0), cost_cents = round(l.quantity * coalesce(l.unit_cost, m.unit_cost, 0) * 100)
from (select r.id, (select m.unit_cost from stock_movements m where m.tenant_id = r.tenant_id and m.source = 'goods_receipt'
  and m.source_id = r.goods_receipt_id and m.product_id = r.product_id order by m.id limit 1) as unit_cost from goods_receipt_lines r) m
where m.id = l.id;
--> statement-breakpoint
alter table goods_receipt_lines enable trigger user;
--> statement-breakpoint
alter table stock_movements disable trigger user;
--> statement-breakpoint
update stock_movements m set is_margin = true from products p join tax_rates r on r.id = p.tax_rate_id
where p.id = m.product_id and r.category = 'margin';
--> statement-breakpoint
alter table stock_movements enable trigger user;
--> statement-breakpoint
-- Lines that deduct stand behind the first thousand, and no others do.
alter table invoice_lines disable trigger user;
--> statement-breakpoint
update invoice_lines set is_deposit = true where deposit_invoice_id is not null or position > 1000;
--> statement-breakpoint
alter table invoice_lines enable trigger user;
--> statement-breakpoint
alter table invoices disable trigger user;
--> statement-breakpoint
update invoices i set vat_basis = t.vat_basis from tenants t where t.id = i.tenant_id and i.issued_at is not null;
--> statement-breakpoint
alter table invoices enable trigger user;
--> statement-breakpoint
do $$
declare
  v_tenant record;
begin
  for v_tenant in select id from tenants order by id loop
    perform set_config('app.tenant_id', v_tenant.id::text, true);
    perform app.post_documents(array_agg(source order by at, source, source_id), array_agg(source_id order by at, source, source_id))
    from (
      select 'invoice' as source, id as source_id, invoice_date::timestamptz as at from invoices where tenant_id = v_tenant.id and issued_at is not null
      union all select 'credit_note', id, credit_date from credit_notes where tenant_id = v_tenant.id and status <> 'voided'
      union all select 'payment', id, paid_at from payments where tenant_id = v_tenant.id and status in ('paid', 'refunded', 'partially_refunded')
      union all select 'cash_vat', id, invoice_date from invoices where tenant_id = v_tenant.id and vat_basis = 'cash' and paid_cents <> 0
      union all select case when source is null then 'stock_movement' when source = 'invoice' then 'goods_of_invoice'
          when source = 'credit_note' then 'goods_of_credit_note' else source end, coalesce(source_id, id), min(created_at)
        from stock_movements where tenant_id = v_tenant.id and (value_cents <> 0 or kind = 'receipt') group by 1, 2
    ) document;
  end loop;
  perform set_config('app.tenant_id', '', true);
end $$;
--> statement-breakpoint
create or replace function app.is_public_event(p_event text) returns boolean language sql immutable parallel safe as $$
  select p_event = any (array[
    'work_order.created', 'work_order.updated', 'work_order.deleted', 'work_order.status_changed', 'work_order.assigned', 'work_order.completed',
    'sla.warned', 'sla.breached',
    'quotation.created', 'quotation.updated', 'quotation.deleted', 'quotation.sent', 'quotation.accepted', 'quotation.rejected', 'quotation.expired',
    'invoice.created', 'invoice.updated', 'invoice.deleted', 'invoice.issued', 'invoice.sent', 'invoice.paid', 'invoice.cancelled', 'invoice.overdue',
    'credit_note.created', 'credit_note.updated', 'credit_note.deleted', 'credit_note.applied', 'credit_note.voided',
    'payment.created', 'payment.updated', 'payment.deleted', 'payment.paid', 'payment.failed', 'payment.refunded',
    'recurring_invoice.created', 'recurring_invoice.updated', 'recurring_invoice.deleted',
    'price_agreement.created', 'price_agreement.updated', 'price_agreement.deleted', 'price_agreement.activated', 'price_agreement.signed', 'price_agreement.expired',
    'customer.created', 'customer.updated', 'customer.deleted',
    'company.created', 'company.updated', 'company.deleted',
    'device.created', 'device.updated', 'device.deleted',
    'tag.created', 'tag.updated', 'tag.deleted',
    'product.created', 'product.updated', 'product.deleted',
    'product_category.created', 'product_category.updated', 'product_category.deleted',
    'stock_movement.created',
    'goods_receipt.created',
    'work_order.parts_arrived',
    'pick_list.created', 'pick_list.updated', 'pick_list.deleted', 'pick_list.completed', 'pick_list.cancelled',
    'warehouse.created', 'warehouse.updated', 'warehouse.deleted',
    'bin.created', 'bin.updated', 'bin.deleted',
    'serial_number.created', 'serial_number.updated', 'serial_number.deleted',
    'supplier.created', 'supplier.updated', 'supplier.deleted',
    'supplier_product.created', 'supplier_product.updated', 'supplier_product.deleted',
    'purchase_order.created', 'purchase_order.updated', 'purchase_order.deleted',
    'purchase_order.status_changed', 'purchase_order.ordered', 'purchase_order.sent', 'purchase_order.cancelled',
    'stock_count.created', 'stock_count.updated', 'stock_count.deleted', 'stock_count.applied', 'stock_count.cancelled',
    'employee.created', 'employee.updated', 'employee.deleted',
    'branch.created', 'branch.updated', 'branch.deleted',
    'tax_rate.created', 'tax_rate.updated', 'tax_rate.deleted',
    'work_order_status.created', 'work_order_status.updated', 'work_order_status.deleted',
    'product.low_stock', 'product.oversold',
    'task.created', 'task.updated', 'task.deleted', 'task.assigned', 'task.completed', 'task.due',
    'sms_message.created', 'sms_message.updated', 'sms_message.deleted', 'sms_message.sent', 'sms_message.delivered', 'sms_message.failed', 'sms_message.received',
    'email_message.created', 'email_message.updated', 'email_message.deleted', 'email_message.sent',
    'email_message.received', 'email_message.bounced',
    'call.created', 'call.updated', 'call.deleted', 'call.missed',
    'shipment.created', 'shipment.updated', 'shipment.deleted', 'shipment.voided', 'shipment.delivered', 'shipment.failed',
    'gl_account.created', 'gl_account.updated', 'gl_account.deleted',
    'fiscal_year.created', 'fiscal_year.updated', 'fiscal_year.deleted', 'fiscal_year.closed',
    'btw_period.created', 'btw_period.updated', 'btw_period.deleted', 'btw_period.closed',
    'purchase_invoice.created', 'purchase_invoice.updated', 'purchase_invoice.deleted',
    'purchase_invoice.status_changed', 'purchase_invoice.booked', 'purchase_invoice.cancelled',
    'settlement.created', 'settlement.updated', 'settlement.deleted', 'settlement.voided',
    'bank_account.created', 'bank_account.updated', 'bank_account.deleted',
    'bank_statement.created', 'bank_statement.updated', 'bank_statement.deleted',
    'bank_transaction.created', 'bank_transaction.updated', 'bank_transaction.deleted', 'bank_transaction.matched', 'bank_transaction.unmatched'
  ])
$$;
