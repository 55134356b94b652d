-- Row security and history of the tables of 0014, the chart of accounts that a shop starts with, and the journal:
-- balanced, sealed, in an open period, by the database alone.
call app.protect('gl_accounts', 'gl_account');
--> statement-breakpoint
call app.protect('btw_periods', 'btw_period', p_named => '{"closed_at": "closed"}');
--> statement-breakpoint
call app.protect('fiscal_years', 'fiscal_year', p_named => '{"closed_at": "closed"}');
--> statement-breakpoint
-- The books are their own history.
call app.protect('journal_entries', 'journal_entry', p_history => false, p_append_only => true);
--> statement-breakpoint
call app.protect('journal_lines', 'journal_line', p_history => false, p_append_only => true);
--> statement-breakpoint
call app.protect('ledger_balances', 'ledger_balance', p_history => false);
--> statement-breakpoint
call app.protect('btw_boxes', 'btw_box', p_history => false);
--> statement-breakpoint
call app.protect('ledger_queue', 'ledger_queue', p_history => false);
--> statement-breakpoint
revoke insert, update, delete on ledger_balances, btw_boxes from repair_angel_app;
--> statement-breakpoint
revoke update, delete on ledger_queue from repair_angel_app;
--> statement-breakpoint
call app.protect('write_offs', 'write_off', p_root => 'invoice:invoice_id', p_named => '{"reversed_at": "reversed"}');
--> statement-breakpoint
call app.protect('settlements', 'settlement', p_named => '{"voided_at": "voided"}');
--> statement-breakpoint
call app.protect('purchase_invoices', 'purchase_invoice',
  p_named => '{"status": "status_changed", "booked_at": "booked", "cancelled_at": "cancelled"}');
--> statement-breakpoint
call app.protect('purchase_invoice_lines', 'purchase_invoice_line', p_root => 'purchase_invoice:purchase_invoice_id');
--> statement-breakpoint
call app.protect('purchase_payments', 'purchase_payment', p_root => 'purchase_invoice:purchase_invoice_id',
  p_named => '{"voided_at": "voided"}');
--> statement-breakpoint
call app.protect('bank_accounts', 'bank_account');
--> statement-breakpoint
call app.protect('bank_statements', 'bank_statement');
--> statement-breakpoint
call app.protect('bank_transactions', 'bank_transaction', p_silent => '{open_cents}', p_root => 'bank_statement:bank_statement_id');
--> statement-breakpoint
call app.protect('bank_allocations', 'bank_allocation', p_root => 'bank_transaction:bank_transaction_id');
--> statement-breakpoint
alter table btw_periods add constraint btw_periods_overlap exclude using gist (
  tenant_id with =, daterange(start_date, end_date, '[]') with &&
);
--> statement-breakpoint
alter table fiscal_years add constraint fiscal_years_overlap exclude using gist (
  tenant_id with =, daterange(start_date, end_date, '[]') with &&
);
--> statement-breakpoint
-- The usual Dutch chart, with the codes of the reference chart (RGS) where one is known.
create function app.seed_gl_accounts() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
begin
  insert into gl_accounts (tenant_id, code, name, type, rgs_code, role, vat_box)
  select new.id, account.* from (values
    ('0200', 'Inventaris', 'asset', null, null, null),
    ('0500', 'Eigen vermogen', 'equity', 'BEivKapOnd', 'opening_equity', null),
    ('0510', 'Privé-stortingen', 'equity', 'BEivKapPrs', null, null),
    ('0520', 'Privé-opnamen', 'equity', 'BEivKapPro', null, null),
    ('0590', 'Winstreserve', 'equity', 'BEivOreRvh', 'retained_earnings', null),
    ('1000', 'Kas', 'asset', 'BLimKasKas', 'cash', null),
    ('1100', 'Bank', 'asset', 'BLimBanRba', 'bank', null),
    ('1200', 'Kruisposten', 'asset', 'BLimKruSto', 'transfers', null),
    ('1210', 'Online betalingen onderweg', 'asset', null, 'provider_in_transit', null),
    ('1220', 'Pin onderweg', 'asset', null, 'pin_in_transit', null),
    ('1250', 'Nog te factureren', 'asset', 'BVorOvaNtf', null, null),
    ('1300', 'Debiteuren', 'asset', 'BVorDebHad', 'debtors', null),
    ('1310', 'Dubieuze debiteuren', 'asset', 'BVorDebVdd', null, null),
    ('1400', 'Vooruitbetaalde bedragen', 'asset', 'BVorOvaVof', null, null),
    ('1450', 'Nog te ontvangen facturen', 'liability', 'BSchOpaNto', 'grni', null),
    ('1500', 'Btw af te dragen hoog', 'liability', 'BSchBepBtwOla', 'vat_1a', '1a'),
    ('1501', 'Btw af te dragen laag', 'liability', 'BSchBepBtwOlv', 'vat_1b', '1b'),
    ('1502', 'Btw af te dragen overig', 'liability', 'BSchBepBtwOlo', 'vat_1c', '1c'),
    ('1503', 'Btw privégebruik', 'liability', 'BSchBepBtwOop', 'vat_1d', '1d'),
    ('1504', 'Btw naar ons verlegd', 'liability', 'BSchBepBtwOlw', 'vat_2a', '2a'),
    ('1505', 'Btw inkoop buiten de EU', 'liability', 'BSchBepBtwOlb', 'vat_4a', '4a'),
    ('1506', 'Btw inkoop binnen de EU', 'liability', 'BSchBepBtwOlu', 'vat_4b', '4b'),
    ('1508', 'Btw marge', 'liability', null, 'vat_margin', null),
    ('1509', 'Btw nog niet verschuldigd', 'liability', null, 'vat_deferred', null),
    ('1520', 'Voorbelasting', 'liability', 'BSchBepBtwVoo', 'vat_5b', '5b'),
    ('1590', 'Te betalen of te vorderen btw', 'liability', 'BSchBepBtwAfo', 'vat_return', null),
    ('1600', 'Crediteuren', 'liability', 'BSchCreHac', 'creditors', null),
    ('1700', 'Vooruitontvangen bedragen', 'liability', 'BSchOpaVgo', 'deposits', null),
    ('1710', 'Cadeaubonnen en tegoeden', 'liability', null, null, null),
    ('1990', 'Tussenrekening', 'liability', 'BSchTusTov', 'suspense', null),
    ('3000', 'Voorraad onderdelen en handelsgoederen', 'asset', 'BVrdHanVoo', 'stock', null),
    ('3010', 'Voorraad margegoederen', 'asset', null, 'stock_margin', null),
    ('4000', 'Personeelskosten', 'expense', null, null, null),
    ('4100', 'Huisvestingskosten', 'expense', null, null, null),
    ('4200', 'Vervoerskosten', 'expense', null, null, null),
    ('4300', 'Verkoopkosten', 'expense', null, null, null),
    ('4400', 'Kantoorkosten', 'expense', null, null, null),
    ('4500', 'Algemene kosten', 'expense', null, null, null),
    ('4700', 'Kasverschillen', 'expense', null, null, null),
    ('4710', 'Betalings- en afrondingsverschillen', 'expense', 'WBedAdlBet', 'payment_difference', null),
    ('4720', 'Afrondingsverschillen btw', 'expense', 'WFbeRlmRbb', 'vat_rounding', null),
    ('4730', 'Afboeking debiteuren', 'expense', 'WBedVkkAdd', 'bad_debt', null),
    ('4740', 'Betaalkosten', 'expense', null, 'payment_costs', null),
    ('4800', 'Aanmanings- en incassokosten', 'expense', null, null, null),
    ('7000', 'Inkoopwaarde onderdelen en handelsgoederen', 'expense', 'WKprInhInh', 'cost', null),
    ('7010', 'Inkoopwaarde margegoederen', 'expense', null, 'cost_margin', null),
    ('7020', 'Uitbesteed werk', 'expense', 'WKprKuwKuw', null, null),
    ('7070', 'Garantiekosten', 'expense', null, 'cost_warranty', null),
    ('7080', 'Prijsverschillen', 'expense', 'WKprInhPrv', 'price_difference', null),
    ('7090', 'Voorraadverschillen', 'expense', 'WKprInhVrv', 'stock_difference', null),
    ('8000', 'Omzet reparatie hoog', 'revenue', 'WOmzNodOdh', 'sales_services_high', '1a'),
    ('8001', 'Omzet reparatie laag', 'revenue', 'WOmzNodOdl', 'sales_services_low', '1b'),
    ('8002', 'Omzet diensten verlegd en 0%', 'revenue', 'WOmzNodOdg', 'sales_services_zero', '1e'),
    ('8003', 'Omzet diensten EU', 'revenue', 'WOmzNodOdi', 'sales_services_eu', '3b'),
    ('8100', 'Omzet goederen hoog', 'revenue', 'WOmzNohOlh', 'sales_goods_high', '1a'),
    ('8101', 'Omzet goederen laag', 'revenue', 'WOmzNohOlv', 'sales_goods_low', '1b'),
    ('8102', 'Omzet goederen verlegd en 0%', 'revenue', 'WOmzNohOlg', 'sales_goods_zero', '1e'),
    ('8103', 'Omzet goederen EU', 'revenue', 'WOmzNohOli', 'sales_goods_eu', '3b'),
    ('8104', 'Omzet goederen buiten de EU', 'revenue', 'WOmzNohOlu', 'sales_export', '3a'),
    ('8110', 'Omzet margegoederen', 'revenue', 'WOmzNohOmr', 'sales_margin', null),
    ('8200', 'Vergoede aanmaningskosten en rente', 'revenue', null, null, null)
  ) as account (code, name, type, rgs_code, role, vat_box);
  return null;
end $$;
--> statement-breakpoint
create trigger seed_gl_accounts after insert on tenants for each row execute function app.seed_gl_accounts();
--> statement-breakpoint
create table app.seeding (id bigint);
--> statement-breakpoint
create trigger seed_gl_accounts after insert on app.seeding for each row execute function app.seed_gl_accounts();
--> statement-breakpoint
insert into app.seeding select id from tenants;
--> statement-breakpoint
drop table app.seeding;
--> statement-breakpoint
create function app.account_of(p_role text) returns bigint language sql stable as $$
  select id from gl_accounts where tenant_id = app.tenant() and role = p_role
$$;
--> statement-breakpoint
/*
 * One writer of a shop's books at a time. It is the last lock that a transaction takes: documents are posted
 * when their transaction commits (app.post_queued). Who takes it earlier locks nothing but the books afterwards.
 */
create function app.hold_ledger() returns void language sql as $$
  select pg_advisory_xact_lock(hashtextextended('ledger', app.tenant()))
$$;
--> statement-breakpoint
-- Due by the last day of the month after it; a year by the end of March. Weekends do not move it (AWR 19(5)).
create function app.add_btw_period(p_start date, p_months int) returns void language plpgsql as $$
declare
  v_end date := p_start + make_interval(months => p_months) - interval '1 day';
begin
  insert into btw_periods (tenant_id, year, quarter, month, start_date, end_date, due_date)
  values (app.tenant(), extract(year from p_start), case p_months when 3 then extract(quarter from p_start) end,
    case p_months when 1 then extract(month from p_start) end, p_start, v_end,
    v_end + 1 + make_interval(months => case p_months when 12 then 3 else 1 end) - interval '1 day');
end $$;
--> statement-breakpoint
/*
 * Adds the period in which a day lies, as long as the shop files by; a month or quarter where another period
 * already has a part of it. None before one that is closed: that time is filed.
 */
create function app.open_btw_period(p_day date) returns void language plpgsql as $$
declare
  v_kind text := (select vat_period from tenants where id = app.tenant());
  v_months int;
  v_start date;
begin
  if exists (select from btw_periods where tenant_id = app.tenant()
      and (status = 'closed' and start_date > p_day or p_day between start_date and end_date)) then
    return;
  end if;
  foreach v_months in array case v_kind when 'year' then '{12,3,1}'::int[] when 'quarter' then '{3,1}' else '{1}' end loop
    v_start := date_trunc(case v_months when 12 then 'year' when 3 then 'quarter' else 'month' end, p_day)::date;
    exit when not exists (select from btw_periods where tenant_id = app.tenant()
      and start_date < v_start + make_interval(months => v_months) and end_date >= v_start);
  end loop;
  perform app.add_btw_period(v_start, v_months);
end $$;
--> statement-breakpoint
-- The open period of a day, which no one closes until the transaction ends; null when that time is closed.
create function app.btw_period_on(p_day date) returns bigint language plpgsql as $$
declare
  v_period btw_periods;
begin
  perform app.open_btw_period(p_day);
  select * into v_period from btw_periods
  where tenant_id = app.tenant() and p_day between start_date and end_date for share;
  return case when v_period.status = 'open' and not exists (select from fiscal_years
    where tenant_id = app.tenant() and status = 'closed' and p_day between start_date and end_date) then v_period.id end;
end $$;
--> statement-breakpoint
create function app.is_booked_up(p_day date) returns boolean language sql stable as $$
  select exists (select from btw_periods where tenant_id = app.tenant() and status = 'closed' and end_date >= p_day
      and (start_date <= p_day or not exists (select from btw_periods where tenant_id = app.tenant() and p_day between start_date and end_date)))
    or exists (select from fiscal_years where tenant_id = app.tenant() and status = 'closed' and p_day between start_date and end_date)
$$;
--> statement-breakpoint
-- A shop files for this year from its first day on.
create function app.open_books(p_tenant bigint) returns void language plpgsql as $$
declare
  v_tenant text := current_setting('app.tenant_id', true);
begin
  perform set_config('app.tenant_id', p_tenant::text, true);
  for v_quarter in 0..3 loop
    perform app.open_btw_period((date_trunc('quarter', app.today()) + make_interval(months => 3 * v_quarter))::date);
  end loop;
  insert into fiscal_years (tenant_id, year, start_date, end_date)
  select p_tenant, extract(year from first), first, first + interval '1 year' - interval '1 day'
  from (select date_trunc('year', app.today())::date as first) year;
  perform set_config('app.tenant_id', coalesce(v_tenant, ''), true);
end $$;
--> statement-breakpoint
create function app.open_books_of_shop() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
begin
  perform app.open_books(new.id);
  return null;
end $$;
--> statement-breakpoint
select app.open_books(id) from tenants;
--> statement-breakpoint
create trigger open_books after insert on tenants for each row execute function app.open_books_of_shop();
--> statement-breakpoint
-- Dates of a period that has entries, and all of one that is closed, stay as they are.
create function app.keep_btw_period() returns trigger language plpgsql as $$
begin
  if old.status = 'closed' or (new.start_date, new.end_date) is distinct from (old.start_date, old.end_date) then
    raise exception 'a closed period does not change' using errcode = 'restrict_violation', constraint = 'btw_period_kept';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger kept before update on btw_periods for each row execute function app.keep_btw_period();
--> statement-breakpoint
create function app.keep_closed_period() returns trigger language plpgsql as $$
begin
  raise exception 'a closed period is not deleted' using errcode = 'restrict_violation', constraint = 'btw_period_kept';
end $$;
--> statement-breakpoint
create trigger kept_delete before delete on btw_periods for each row when (old.status = 'closed') execute function app.keep_closed_period();
--> statement-breakpoint
create trigger kept_delete before delete on fiscal_years for each row when (old.status = 'closed') execute function app.keep_closed_period();
--> statement-breakpoint
/*
 * Every entry, from whatever path: it gets its number, stands in an open period that cannot be closed while the
 * transaction runs, and belongs to this transaction, whose lines it takes and no others.
 */
create function app.enter_journal() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
begin
  perform app.hold_ledger();
  new.btw_period_id := app.btw_period_on(new.entry_date);
  if new.btw_period_id is null then
    perform app.refuse(422, 'btw_period_closed', format('The VAT period of %s is closed.', new.entry_date), 'date');
  end if;
  -- Documents are posted many at once, with the numbers that they took together (app.post_documents).
  if new.source is null or new.entry_number = '' then new.entry_number := app.next_document_number('JE'); end if;
  new.sealed_by := pg_current_xact_id()::text::bigint;
  insert into row_deltas (tenant_id, table_name, delta) values (new.tenant_id, 'journal_entries', 1);
  return new;
end $$;
--> statement-breakpoint
create trigger enter_journal before insert on journal_entries for each row execute function app.enter_journal();
--> statement-breakpoint
-- A line joins an entry of its own transaction. One that a person wrote stands in the box of its account; VAT
-- accounts always do, so that boxes and accounts agree. What takes an entry back stands where that one did.
create function app.enter_journal_line() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
declare
  e journal_entries;
  a gl_accounts;
begin
  select * into e from journal_entries where id = new.journal_entry_id;
  if not found then return new; end if;
  if e.sealed_by <> pg_current_xact_id()::text::bigint then
    raise exception 'entry % is sealed', e.entry_number using errcode = 'restrict_violation', constraint = 'journal_entry_sealed';
  end if;
  if exists (select from journal_lines where tenant_id = new.tenant_id and journal_entry_id = e.id and position >= new.position) then
    raise exception 'lines of entry % come in their order', e.entry_number using errcode = 'restrict_violation', constraint = 'journal_entry_sealed';
  end if;
  new.entry_date := e.entry_date;
  if e.source is null and e.reverses_id is null then
    select * into a from gl_accounts where id = new.account_id;
    new.vat_box := case when a.role like 'vat\_%' then a.vat_box else coalesce(new.vat_box, a.vat_box) end;
    new.vat_part := case when new.vat_box is not null then case when a.role like 'vat\_%' then 'vat' else 'turnover' end end;
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger enter_journal_line before insert on journal_lines for each row execute function app.enter_journal_line();
--> statement-breakpoint
-- Two lines at least, and as much debit as credit, when the transaction commits. Of the lines the one that came
-- last asks, so that an entry is not added up for each of them.
create function app.assert_balanced() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
declare
  v_entry bigint := case tg_table_name when 'journal_entries' then new.id else (to_jsonb(new) ->> 'journal_entry_id')::bigint end;
  v_sums record;
begin
  if tg_table_name = 'journal_lines' and exists (select from journal_lines
      where tenant_id = new.tenant_id and journal_entry_id = v_entry and position > (to_jsonb(new) ->> 'position')::int) then
    return null;
  end if;
  select count(*) as lines, coalesce(sum(debit_cents - credit_cents), 0) as difference into v_sums
  from journal_lines where tenant_id = new.tenant_id and journal_entry_id = v_entry;
  if v_sums.lines < 2 or v_sums.difference <> 0 then
    raise exception 'entry % has % lines and is % cents out of balance', v_entry, v_sums.lines, v_sums.difference
      using errcode = 'check_violation', constraint = 'journal_entry_balanced';
  end if;
  return null;
end $$;
--> statement-breakpoint
create constraint trigger balanced after insert on journal_entries deferrable initially deferred
for each row execute function app.assert_balanced();
--> statement-breakpoint
create constraint trigger balanced after insert on journal_lines deferrable initially deferred
for each row execute function app.assert_balanced();
--> statement-breakpoint
/*
 * What lines add to their accounts and boxes. Sales and VAT that is owed count as credit; bought turnover on
 * which VAT is shifted to the shop, deductible VAT, and purchases under the margin scheme as debit. The boxes
 * ms, mp and mi are not on the form: margin sales and purchases of the period, and margins of single goods.
 */
create function app.keep_balances() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
begin
  insert into ledger_balances as b (tenant_id, account_id, month, debit_cents, credit_cents)
  select tenant_id, account_id, date_trunc('month', entry_date)::date, sum(debit_cents), sum(credit_cents)
  from added group by 1, 2, 3 order by 2, 3
  on conflict (tenant_id, account_id, month) do update
  set debit_cents = b.debit_cents + excluded.debit_cents, credit_cents = b.credit_cents + excluded.credit_cents;
  insert into btw_boxes as b (tenant_id, btw_period_id, box, turnover_cents, vat_cents)
  select l.tenant_id, e.btw_period_id, l.vat_box,
    coalesce(sum(app.box_value(l.vat_box, l.vat_part, l.debit_cents, l.credit_cents)) filter (where l.vat_part = 'turnover'), 0),
    coalesce(sum(app.box_value(l.vat_box, l.vat_part, l.debit_cents, l.credit_cents)) filter (where l.vat_part = 'vat'), 0)
  from added l join journal_entries e on e.id = l.journal_entry_id
  where l.vat_box is not null group by 1, 2, 3 order by 2, 3
  on conflict (tenant_id, btw_period_id, box) do update
  set turnover_cents = b.turnover_cents + excluded.turnover_cents, vat_cents = b.vat_cents + excluded.vat_cents;
  return null;
end $$;
--> statement-breakpoint
create function app.box_value(p_box text, p_part text, p_debit bigint, p_credit bigint) returns bigint language sql immutable as $$
  select case when p_box in ('5b', 'mp') or p_part = 'turnover' and p_box in ('2a', '4a', '4b')
    then p_debit - p_credit else p_credit - p_debit end
$$;
--> statement-breakpoint
create trigger keep_balances after insert on journal_lines referencing new table as added
for each statement execute function app.keep_balances();
--> statement-breakpoint
-- An account that has lines keeps its type, and one that is posted to by itself is not put out of use.
create function app.keep_account() returns trigger language plpgsql as $$
begin
  if new.type <> old.type and exists (select from journal_lines where tenant_id = new.tenant_id and account_id = new.id) then
    perform app.refuse(422, 'account_used', 'The type of an account with entries is fixed.', 'type');
  end if;
  if old.role is not null then
    perform app.refuse(422, 'account_needed', 'The shop''s own postings need this account as it is.', changed.field)
    from (values ('is_active', not new.is_active), ('type', new.type <> old.type),
      ('vat_box', new.vat_box is distinct from old.vat_box)) changed (field, so)
    where changed.so limit 1;
  end if;
  if new.role is distinct from old.role then
    raise exception 'roles are given by the service' using errcode = 'restrict_violation', constraint = 'append_only';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger keep_account before update on gl_accounts for each row execute function app.keep_account();
--> statement-breakpoint
create function app.keep_needed_account() returns trigger language plpgsql as $$
begin
  perform app.refuse(422, 'account_needed', 'The shop''s own postings need this account.');
  return null;
end $$;
--> statement-breakpoint
create trigger keep_needed_account before delete on gl_accounts for each row when (old.role is not null)
execute function app.keep_needed_account();
--> statement-breakpoint
/*
 * The journal: entries by hand, opening balances, book years.
 *
 * Accounts whose balance is what documents say (debtors are the open items, stock is what the stock is worth) are
 * posted by documents alone, so no line that a person chose the account of stands on them. What fails is named by
 * its place in the request: the position of the line.
 */
create function app.check_entry_account() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
declare
  e journal_entries;
  a gl_accounts;
  v_by_hand boolean;
  v_field text;
begin
  select * into e from journal_entries where tenant_id = new.tenant_id and id = new.journal_entry_id;
  select * into a from gl_accounts where tenant_id = new.tenant_id and id = new.account_id;
  v_by_hand := coalesce(e.source, 'fiscal_year') = 'fiscal_year';
  if e.id is null or not v_by_hand and (a.id is null or new.role is not null) then return new; end if;
  v_field := case when v_by_hand then format('lines.%s.account_id', new.position - 1) end;
  if a.id is null then
    perform app.refuse(422, 'validation_failed', 'The selected account id is invalid.', v_field);
  elsif a.role in ('debtors', 'creditors', 'stock', 'stock_margin', 'grni') then
    perform app.refuse(422, 'control_account', format('Account %s %s is kept by the documents.', a.code, a.name), v_field);
  elsif v_by_hand and not a.is_active and e.reverses_id is null then
    perform app.refuse(422, 'account_inactive', format('Account %s %s is no longer in use.', a.code, a.name), v_field);
  elsif e.source = 'fiscal_year' and (a.type in ('revenue', 'expense') or a.vat_box is not null or a.role = 'vat_margin') then
    perform app.refuse(422, 'not_on_balance_sheet',
      format('Account %s %s starts a year at 0; VAT to pay stands on the account of the return.', a.code, a.name), v_field);
  elsif e.source is null and a.role like 'vat\_%' and new.vat_box <> a.vat_box then
    perform app.refuse(422, 'validation_failed', format('The VAT box of account %s %s is %s.', a.code, a.name, a.vat_box),
      format('lines.%s.vat_box', new.position - 1));
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger check_entry_account before insert on journal_lines for each row execute function app.check_entry_account();
--> statement-breakpoint
-- Debit and credit change places. A reversal that has no date is of today, but never before its entry.
create function app.reverse_entry(p_id bigint, p_day date, p_description text) returns void language plpgsql as $$
declare
  e journal_entries;
  v_day date;
  v_reversal bigint;
begin
  perform app.hold_ledger();
  select * into e from journal_entries where id = p_id;
  v_day := coalesce(p_day, greatest(app.today(), e.entry_date));
  if e.source is not null then
    perform app.refuse(422, 'posted_by_document', 'The entry was posted for a document; correct the document instead.');
  elsif e.reverses_id is not null then
    perform app.refuse(422, 'is_reversal', 'The entry takes another one back; enter that one anew instead.');
  elsif exists (select from journal_entries where tenant_id = e.tenant_id and reverses_id = p_id) then
    perform app.refuse(422, 'already_reversed', 'The entry was reversed already.');
  elsif v_day < e.entry_date then
    perform app.refuse(422, 'validation_failed', 'The date field must be a date after or equal to that of the entry.', 'date');
  end if;
  insert into journal_entries (journal, entry_date, document_date, description, reference, reverses_id, customer_id, supplier_id)
  values (e.journal, v_day, v_day, coalesce(p_description, e.description), e.entry_number, p_id, e.customer_id, e.supplier_id)
  returning id into v_reversal;
  insert into journal_lines (journal_entry_id, position, account_id, debit_cents, credit_cents, description, vat_box, vat_part)
  select v_reversal, position, account_id, credit_cents, debit_cents, description, vat_box, vat_part
  from journal_lines where tenant_id = e.tenant_id and journal_entry_id = p_id order by position;
end $$;
--> statement-breakpoint
-- Whatever writes it, a reversal is of an entry by hand, and all of it.
create function app.assert_mirrored() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
begin
  if new.source is not null or exists (select from journal_entries
      where tenant_id = new.tenant_id and id = new.reverses_id and (source is not null or reverses_id is not null)) or exists (
    select from journal_lines l where l.tenant_id = new.tenant_id and l.journal_entry_id in (new.id, new.reverses_id)
    group by account_id, vat_box, vat_part, debit_cents + credit_cents, (l.journal_entry_id = new.id) = (debit_cents > 0)
    having sum(case when l.journal_entry_id = new.id then 1 else -1 end) <> 0
  ) then
    raise exception 'entry % is not entry % the other way round', new.id, new.reverses_id
      using errcode = 'check_violation', constraint = 'journal_entry_mirrored';
  end if;
  return null;
end $$;
--> statement-breakpoint
create constraint trigger mirrored after insert on journal_entries deferrable initially deferred
for each row when (new.reverses_id is not null) execute function app.assert_mirrored();
--> statement-breakpoint
create function app.keep_fiscal_year() returns trigger language plpgsql as $$
begin
  perform app.refuse(422, 'fiscal_year_closed', format('The fiscal year %s is closed.', old.year));
  return null;
end $$;
--> statement-breakpoint
create trigger kept before update on fiscal_years for each row when (old.status = 'closed') execute function app.keep_fiscal_year();
--> statement-breakpoint
/*
 * Adds the VAT periods and book years that are to come within three months, to so many shops that lack one. A
 * month in front of a closed period is filed already.
 */
create function app.open_books_ahead(p_limit int, out changed int, out shops bigint[]) language plpgsql security definer
set search_path = public, pg_temp as $$
declare
  v_tenant text := current_setting('app.tenant_id', true);
  v_first date := date_trunc('month', app.now() at time zone 'UTC' - interval '12 hours')::date;
  v_until date := (app.now() at time zone 'UTC' + interval '14 hours' + interval '3 months')::date;
  v_shop bigint;
  v_month date;
begin
  changed := 0;
  for v_shop in
    select t.id from tenants t
    where exists (select from generate_series(v_first, v_until, interval '1 month') m
        where not exists (select from btw_periods p where p.tenant_id = t.id
          and (m::date between p.start_date and p.end_date or p.status = 'closed' and p.start_date > m::date)))
      or (select max(y.end_date) from fiscal_years y where y.tenant_id = t.id) < v_until
    order by t.id limit p_limit
  loop
    perform set_config('app.tenant_id', v_shop::text, true);
    perform app.hold_ledger();
    for v_month in select m::date from generate_series(v_first, v_until, interval '1 month') m loop
      changed := changed + case when exists (select from btw_periods where tenant_id = v_shop and v_month between start_date and end_date) then 0 else 1 end;
      perform app.open_btw_period(v_month);
    end loop;
    loop
      insert into fiscal_years (tenant_id, year, start_date, end_date)
      select v_shop, last.year + 1, last.end_date + 1, last.end_date + 1 + interval '1 year' - interval '1 day'
      from (select year, end_date from fiscal_years where tenant_id = v_shop order by end_date desc limit 1) last
      where last.end_date < v_until;
      exit when not found;
      changed := changed + 1;
    end loop;
    shops := shops || v_shop;
  end loop;
  perform set_config('app.tenant_id', coalesce(v_tenant, ''), true);
  shops := app.shops_reacting(shops);
end $$;
--> statement-breakpoint
/*
 * Payables. What suppliers billed of received goods, a row per line of a receipt: its own quantity and cost, what of
 * them is left when the receipt was taken back (nothing), and what booked invoices cleared. The lines of the receipt
 * that takes back count with those that they take back. Of these receipts; of all, when null.
 */
create function app.billed_goods(p_receipts bigint[])
returns table (
  line_id bigint, goods_receipt_id bigint, line_ids bigint[], quantity bigint, cost_cents bigint,
  kept_quantity bigint, kept_cents bigint, billed_quantity numeric, received_cents bigint
) language sql stable as $$
  with line as (
    select l.id, l.quantity, l.cost_cents, coalesce(r.reverses_id, r.id) as receipt_id, r.reverses_id is null as is_first,
      row_number() over (partition by l.goods_receipt_id order by l.id) as place
    from goods_receipts r join goods_receipt_lines l on l.tenant_id = r.tenant_id and l.goods_receipt_id = r.id
    where r.tenant_id = app.tenant() and (p_receipts is null or r.id = any (p_receipts) or r.reverses_id = any (p_receipts))
  ), billed as (
    select line.id, sum(b.quantity) as quantity, sum(b.received_cents) as cents
    from line
    join purchase_invoice_lines b on b.tenant_id = app.tenant() and b.goods_receipt_line_id = line.id
    join purchase_invoices i on i.tenant_id = b.tenant_id and i.id = b.purchase_invoice_id and i.status in ('booked', 'paid')
    group by line.id
  )
  select (array_agg(line.id order by is_first desc))[1], receipt_id, array_agg(line.id),
    sum(line.quantity) filter (where is_first), (sum(cost_cents) filter (where is_first))::bigint,
    sum(line.quantity), sum(cost_cents)::bigint, coalesce(sum(billed.quantity), 0), coalesce(sum(billed.cents), 0)::bigint
  from line left join billed on billed.id = line.id
  group by receipt_id, place
$$;
--> statement-breakpoint
/*
 * VAT returns: periods follow the setting by which the shop files. Open ones without entries are made anew, from the
 * running one on; of a shop that has no books yet, all. What has entries, and what is filed, stays as it is, so that
 * the new length begins at the next boundary.
 */
create function app.change_vat_period() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
declare
  v_tenant text := current_setting('app.tenant_id', true);
  v_day date;
  v_last date;
begin
  perform set_config('app.tenant_id', new.id::text, true);
  perform app.hold_ledger();
  with gone as (
    delete from btw_periods p where p.tenant_id = new.id and p.status = 'open'
      and not exists (select from journal_entries e where e.tenant_id = p.tenant_id and e.btw_period_id = p.id)
      and (p.end_date >= app.today() or not exists (select from journal_entries e where e.tenant_id = p.tenant_id)
        and not exists (select from btw_periods c where c.tenant_id = p.tenant_id and c.status = 'closed'))
    returning p.start_date, p.end_date
  )
  select min(start_date), max(end_date) into v_day, v_last from gone;
  while v_day <= v_last loop
    perform app.open_btw_period(v_day);
    select end_date + 1 into v_day from btw_periods where tenant_id = new.id and v_day between start_date and end_date;
  end loop;
  perform set_config('app.tenant_id', coalesce(v_tenant, ''), true);
  return null;
end $$;
--> statement-breakpoint
create trigger change_vat_period after update of vat_period on tenants for each row
when (new.vat_period <> old.vat_period) execute function app.change_vat_period();
--> statement-breakpoint
-- Reports.
-- The first day of the book year of a day. Where the shop keeps none, years start as its nearest one does.
create function app.book_year_of(p_day date) returns date language sql stable as $$
  select coalesce(
    (select start_date from fiscal_years where tenant_id = app.tenant() and p_day between start_date and end_date),
    (select greatest(max(same.day), (select max(end_date) + 1 from fiscal_years where tenant_id = app.tenant() and end_date < p_day))
      from (select start_date from fiscal_years where tenant_id = app.tenant() order by abs(start_date - p_day) limit 1) nearest
      cross join lateral (
        select (nearest.start_date + make_interval(years => extract(year from p_day)::int - extract(year from nearest.start_date)::int - n))::date as day
        from generate_series(0, 1) n
      ) same where same.day <= p_day),
    date_trunc('year', p_day)::date)
$$;
--> statement-breakpoint
/*
 * What was ever posted to each account before a day: whole months as they are kept, and of a broken one the lines
 * of its shorter side. Until today that is the later side, which mostly has none yet. In variables, since under row
 * security an index is searched by plain values alone.
 */
create function app.booked_before(p_day date) returns table (account_id bigint, debit_cents bigint, credit_cents bigint)
language plpgsql stable as $$
declare
  v_first date := date_trunc('month', p_day);
  v_next date := date_trunc('month', p_day) + interval '1 month';
  v_is_later boolean := p_day > v_first and (extract(day from p_day) > 15 or p_day > app.today());
  v_since date := case when v_is_later then p_day else v_first end;
  v_until date := case when v_is_later then v_next else p_day end;
  v_kept_until date := case when v_is_later then v_next else v_first end;
  v_sign int := case when v_is_later then -1 else 1 end;
begin
  return query
  select a.id, (kept.debit + v_sign * broken.debit)::bigint, (kept.credit + v_sign * broken.credit)::bigint
  from gl_accounts a
  cross join lateral (
    select coalesce(sum(b.debit_cents), 0) as debit, coalesce(sum(b.credit_cents), 0) as credit
    from ledger_balances b where b.tenant_id = a.tenant_id and b.account_id = a.id and b.month < v_kept_until
  ) kept
  cross join lateral (
    select coalesce(sum(l.debit_cents), 0) as debit, coalesce(sum(l.credit_cents), 0) as credit
    from journal_lines l where l.tenant_id = a.tenant_id and l.account_id = a.id
      and l.entry_date >= v_since and l.entry_date < v_until
  ) broken
  where a.tenant_id = app.tenant();
end $$;
--> statement-breakpoint
/*
 * What stands on each account (debit above zero) when a day begins, in the book year that began on p_year: results
 * of earlier years have moved to the account of retained earnings, though nothing was posted for it.
 */
create function app.balances_before(p_day date, p_year date) returns table (account_id bigint, balance_cents bigint)
language sql stable as $$
  with booked as materialized (select * from app.booked_before(p_day)),
    earlier as materialized (select * from app.booked_before(p_year))
  select a.id, (booked.debit_cents - booked.credit_cents
    - case when a.type in ('revenue', 'expense') then earlier.debit_cents - earlier.credit_cents else 0 end
    + case when a.role = 'retained_earnings' then coalesce(sum(earlier.debit_cents - earlier.credit_cents)
        filter (where a.type in ('revenue', 'expense')) over (), 0) else 0 end)::bigint
  from gl_accounts a join booked on booked.account_id = a.id join earlier on earlier.account_id = a.id
  where a.tenant_id = app.tenant()
$$;
