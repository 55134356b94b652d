CREATE TABLE "bi_deltas" (
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"kind" text NOT NULL,
	"branch_id" bigint,
	"day" date NOT NULL,
	"subject" text DEFAULT '' NOT NULL,
	"count" bigint DEFAULT 0 NOT NULL,
	"amount" bigint DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "bi_totals" (
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"scope" bigint NOT NULL,
	"kind" text NOT NULL,
	"width" integer DEFAULT 1 NOT NULL,
	"day" date NOT NULL,
	"subject" text DEFAULT '' NOT NULL,
	"count" bigint DEFAULT 0 NOT NULL,
	"amount" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "bi_totals_pk" PRIMARY KEY("tenant_id","scope","kind","width","day","subject") INCLUDE ("count","amount")
);
--> statement-breakpoint
CREATE TABLE "customer_visits" (
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"customer_id" bigint NOT NULL,
	"scope" bigint NOT NULL,
	"day" date NOT NULL,
	"visits" bigint DEFAULT 0 NOT NULL,
	"invoices" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "customer_visits_pk" PRIMARY KEY("tenant_id","customer_id","scope","day")
);
--> statement-breakpoint
CREATE TABLE "repair_sales" (
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"source" text NOT NULL,
	"source_id" bigint NOT NULL,
	"work_order_id" bigint NOT NULL,
	"employee_id" bigint,
	"branch_id" bigint,
	"day" date NOT NULL,
	"amount_cents" bigint NOT NULL,
	CONSTRAINT "repair_sales_source_unique" UNIQUE("tenant_id","source","source_id")
);
--> statement-breakpoint
CREATE INDEX "bi_deltas_kind_idx" ON "bi_deltas" USING btree ("tenant_id","kind");
--> statement-breakpoint
CREATE INDEX "repair_sales_work_order_id_idx" ON "repair_sales" USING btree ("tenant_id","work_order_id");
--> statement-breakpoint
/*
 * Figures of business intelligence (decision 0022). What a record says of the figures are its facts (app.facts_of).
 * A change of the record adds the facts that it now has, and takes off those that it had: rows that are only added
 * (bi_deltas), so that no writer waits for another. Now and then one of them folds these rows into sums by day
 * (bi_totals). Who asks reads the sums and what is not folded yet, in one statement.
 */
call app.protect('bi_deltas', 'bi_delta', p_history => false);
--> statement-breakpoint
call app.protect('bi_totals', 'bi_total', p_history => false);
--> statement-breakpoint
call app.protect('customer_visits', 'customer_visit', p_history => false);
--> statement-breakpoint
call app.protect('repair_sales', 'repair_sale', p_history => false);
--> statement-breakpoint
-- Kept by the database alone.
revoke insert, update, delete on bi_deltas, bi_totals, customer_visits, repair_sales from repair_angel_app;
--> statement-breakpoint
create type app.fact as (kind text, branch_id bigint, day date, subject text, count bigint, amount bigint);
--> statement-breakpoint
-- Writers of facts share this lock; who works out the figures of a shop anew has it alone.
create function app.bi_lock(p_tenant bigint) returns bigint language sql immutable as
$$ select hashtextextended('bi', p_tenant) $$;
--> statement-breakpoint
-- Sums of all time have no day.
create function app.no_day() returns date language sql immutable as $$ select date '2000-01-01' $$;
--> statement-breakpoint
create function app.facts_of(w work_orders, p_zone text) returns setof app.fact language sql stable as $$
  select 'created', w.branch_id, (w.created_at at time zone p_zone)::date, w.status, 1::bigint, 0::bigint
  union all
  select 'completed', w.branch_id, (w.completed_at at time zone p_zone)::date, coalesce(w.assigned_to::text, ''), 1,
    extract(epoch from w.completed_at - w.created_at)::bigint
  where w.completed_at is not null
  union all
  select 'visit', w.branch_id, (w.created_at at time zone p_zone)::date, w.customer_id::text, 1, 0
$$;
--> statement-breakpoint
-- Deposits are turnover of their own day; the invoice that deducts them is so much less (app.deduct_deposits).
create function app.facts_of(i invoices, p_zone text) returns setof app.fact language sql stable as $$
  select 'revenue', i.branch_id, i.invoice_date, '', 1::bigint, i.subtotal_cents where i.issued_at is not null
  union all
  select 'due', i.branch_id, coalesce(i.due_date, i.invoice_date), '', 1, i.due_cents
  where i.status = 'sent' and i.due_cents > 0
  union all
  select 'paid', i.branch_id, (i.paid_at at time zone p_zone)::date, '', 1,
    (i.paid_at at time zone p_zone)::date - i.invoice_date
  where i.status = 'paid' and i.paid_cents > 0 and i.paid_at is not null
  union all
  select 'visit', i.branch_id, i.invoice_date, i.customer_id::text, 1, 1
  where i.issued_at is not null and i.status <> 'cancelled'
$$;
--> statement-breakpoint
create function app.facts_of(c credit_notes, p_zone text) returns setof app.fact language sql stable as $$
  select 'revenue', i.branch_id, c.credit_date, '', 0::bigint, -c.subtotal_cents
  from invoices i where i.tenant_id = c.tenant_id and i.id = c.invoice_id and c.status <> 'voided'
$$;
--> statement-breakpoint
-- Parts count where they stood: of the branch of their warehouse.
create function app.facts_of(m stock_movements, p_zone text) returns setof app.fact language sql stable as $$
  select fact.kind, w.branch_id, fact.day, fact.subject, 0::bigint, fact.amount
  from bins b join warehouses w on w.tenant_id = b.tenant_id and w.id = b.warehouse_id
  cross join lateral (
    select 'used' as kind, (m.created_at at time zone p_zone)::date as day, m.product_id::text as subject, -m.quantity::bigint as amount
    where m.kind in ('pick', 'sale', 'return')
    union all
    select 'stock', app.no_day(), '', m.value_cents where m.value_cents <> 0
  ) fact
  where b.tenant_id = m.tenant_id and b.id = m.bin_id
$$;
--> statement-breakpoint
create function app.facts_of(r repair_sales, p_zone text) returns setof app.fact language sql stable as $$
  select 'earned', r.branch_id, r.day, r.employee_id::text, 0::bigint, r.amount_cents where r.employee_id is not null
$$;
--> statement-breakpoint
create function app.note_facts() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
declare
  v_tenant bigint;
  v_zone text;
  v_gone app.fact[];
  v_come app.fact[];
begin
  if tg_op = 'INSERT' then v_tenant := new.tenant_id; else v_tenant := old.tenant_id; end if;
  perform pg_advisory_xact_lock_shared(app.bi_lock(v_tenant));
  select timezone into v_zone from tenants where id = v_tenant;
  if tg_op <> 'INSERT' then v_gone := array(select f from app.facts_of(old, v_zone) f); end if;
  if tg_op <> 'DELETE' then v_come := array(select f from app.facts_of(new, v_zone) f); end if;
  insert into bi_deltas (tenant_id, kind, branch_id, day, subject, count, amount)
  select v_tenant, kind, branch_id, day, subject, sum(sign * count), sum(sign * amount)
  from (select 1 as sign, * from unnest(v_come) union all select -1, * from unnest(v_gone)) fact
  group by kind, branch_id, day, subject having sum(sign * count) <> 0 or sum(sign * amount) <> 0;
  if random() < 0.02 then perform app.fold_facts(v_tenant); end if;
  return null;
end $$;
--> statement-breakpoint
create trigger note_facts after insert or delete on work_orders for each row execute function app.note_facts();
--> statement-breakpoint
create trigger note_facts_update after update on work_orders for each row
when ((new.status, new.branch_id, new.assigned_to, new.customer_id, new.created_at, new.completed_at)
  is distinct from (old.status, old.branch_id, old.assigned_to, old.customer_id, old.created_at, old.completed_at))
execute function app.note_facts();
--> statement-breakpoint
create trigger note_facts after insert or delete on invoices for each row execute function app.note_facts();
--> statement-breakpoint
create trigger note_facts_update after update on invoices for each row
when ((new.status, new.issued_at, new.branch_id, new.customer_id, new.invoice_date, new.due_date, new.subtotal_cents, new.due_cents, new.paid_cents, new.paid_at)
  is distinct from (old.status, old.issued_at, old.branch_id, old.customer_id, old.invoice_date, old.due_date, old.subtotal_cents, old.due_cents, old.paid_cents, old.paid_at))
execute function app.note_facts();
--> statement-breakpoint
create trigger note_facts after insert or delete on credit_notes for each row execute function app.note_facts();
--> statement-breakpoint
create trigger note_facts_update after update on credit_notes for each row
when ((new.status = 'voided', new.credit_date, new.subtotal_cents) is distinct from (old.status = 'voided', old.credit_date, old.subtotal_cents))
execute function app.note_facts();
--> statement-breakpoint
create trigger note_facts after insert on stock_movements for each row execute function app.note_facts();
--> statement-breakpoint
create trigger note_facts after insert or update or delete on repair_sales for each row
when (app.setting('rebuilds_bi') is null) execute function app.note_facts();
--> statement-breakpoint
-- What documents sold of work orders, and whose these are now.
create view app.repair_sales_now as
select i.tenant_id, 'invoice' as source, i.id as source_id, w.id as work_order_id, w.assigned_to as employee_id,
  i.branch_id, i.invoice_date as day, i.subtotal_cents as amount_cents
from invoices i join work_orders w on w.tenant_id = i.tenant_id and w.id = i.work_order_id
where i.issued_at is not null
union all
select c.tenant_id, 'credit_note', c.id, w.id, w.assigned_to, i.branch_id, c.credit_date, -c.subtotal_cents
from credit_notes c join invoices i on i.tenant_id = c.tenant_id and i.id = c.invoice_id
join work_orders w on w.tenant_id = i.tenant_id and w.id = i.work_order_id
where c.status <> 'voided';
--> statement-breakpoint
/*
 * At the commit, one writer of a shop after the other (app.hold_ledger, the last lock of all that post): a document
 * that is issued while its work order goes to somebody else is counted for whom it ends with.
 */
create function app.keep_repair_sales() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
declare
  v_outer text := current_setting('app.tenant_id', true);
  v_source text := tg_argv[0];
  v_tenant bigint;
  v_id bigint;
begin
  if tg_op = 'DELETE' then
    v_tenant := old.tenant_id; v_id := old.id;
  else
    v_tenant := new.tenant_id; v_id := new.id;
  end if;
  perform set_config('app.tenant_id', v_tenant::text, true);
  perform app.hold_ledger();
  if v_source = 'work_order' then
    update repair_sales r set employee_id = w.assigned_to from work_orders w
    where w.id = v_id and r.tenant_id = v_tenant and r.work_order_id = v_id and r.employee_id is distinct from w.assigned_to;
  else
    delete from repair_sales where tenant_id = v_tenant and source = v_source and source_id = v_id
      and not exists (select from app.repair_sales_now n where n.tenant_id = v_tenant and n.source = v_source and n.source_id = v_id);
    insert into repair_sales as r (tenant_id, source, source_id, work_order_id, employee_id, branch_id, day, amount_cents)
    select * from app.repair_sales_now n where n.tenant_id = v_tenant and n.source = v_source and n.source_id = v_id
    on conflict (tenant_id, source, source_id) do update set work_order_id = excluded.work_order_id,
      employee_id = excluded.employee_id, branch_id = excluded.branch_id, day = excluded.day, amount_cents = excluded.amount_cents
    where (r.work_order_id, r.employee_id, r.branch_id, r.day, r.amount_cents)
      is distinct from (excluded.work_order_id, excluded.employee_id, excluded.branch_id, excluded.day, excluded.amount_cents);
  end if;
  perform set_config('app.tenant_id', coalesce(v_outer, ''), true);
  return null;
end $$;
--> statement-breakpoint
create constraint trigger sell_repair after insert on invoices deferrable initially deferred for each row
when (new.issued_at is not null and new.work_order_id is not null) execute function app.keep_repair_sales('invoice');
--> statement-breakpoint
create constraint trigger sell_repair_update after update on invoices deferrable initially deferred for each row
when ((new.issued_at is not null or old.issued_at is not null) and (new.work_order_id is not null or old.work_order_id is not null)
  and (new.issued_at, new.work_order_id, new.branch_id, new.invoice_date, new.subtotal_cents)
    is distinct from (old.issued_at, old.work_order_id, old.branch_id, old.invoice_date, old.subtotal_cents))
execute function app.keep_repair_sales('invoice');
--> statement-breakpoint
create constraint trigger sell_repair_delete after delete on invoices deferrable initially deferred for each row
when (old.issued_at is not null and old.work_order_id is not null) execute function app.keep_repair_sales('invoice');
--> statement-breakpoint
create constraint trigger sell_repair after insert or delete on credit_notes deferrable initially deferred for each row
execute function app.keep_repair_sales('credit_note');
--> statement-breakpoint
create constraint trigger sell_repair_update after update on credit_notes deferrable initially deferred for each row
when ((new.status = 'voided', new.credit_date, new.subtotal_cents) is distinct from (old.status = 'voided', old.credit_date, old.subtotal_cents))
execute function app.keep_repair_sales('credit_note');
--> statement-breakpoint
create constraint trigger sell_repair after update on work_orders deferrable initially deferred for each row
when (new.assigned_to is distinct from old.assigned_to) execute function app.keep_repair_sales('work_order');
--> statement-breakpoint
-- Blocks of 1, 4, 16, 64 and 256 days, counted from one day on; what is not asked by period is kept by day alone.
create function app.bi_widths(p_kind text) returns int[] language sql immutable as $$
  select case when p_kind in ('created', 'completed', 'revenue', 'earned', 'paid', 'used', 'visitors', 'firsts')
    then array[1, 4, 16, 64, 256] else array[1] end
$$;
--> statement-breakpoint
create function app.block_of(p_day date, p_width int) returns date language sql immutable as $$
  select p_day - (((p_day - app.no_day()) % p_width) + p_width) % p_width
$$;
--> statement-breakpoint
-- The fewest blocks that make up a period.
create function app.day_blocks(p_from date, p_to date, out widths int[], out days date[]) language plpgsql immutable as $$
declare
  v_day date := p_from;
  v_width int;
begin
  widths := '{}';
  days := '{}';
  while v_day <= p_to loop
    v_width := 256;
    while v_width > 1 and ((v_day - app.no_day()) % v_width <> 0 or v_day + v_width - 1 > p_to) loop
      v_width := v_width / 4;
    end loop;
    widths := widths || v_width;
    days := days || v_day;
    v_day := v_day + v_width;
  end loop;
end $$;
--> statement-breakpoint
-- Adds facts to the sums of the shop and of their branches.
create function app.add_to_totals(p_tenant bigint, p_facts app.fact[]) returns void language sql as $$
  insert into bi_totals as t (tenant_id, scope, kind, width, day, subject, count, amount)
  select p_tenant, scope, f.kind, width, app.block_of(f.day, width), f.subject, sum(f.count), sum(f.amount)
  from unnest(p_facts) f
  cross join lateral (select 0::bigint as scope union all select f.branch_id where f.branch_id is not null) place
  cross join lateral unnest(app.bi_widths(f.kind)) width
  group by scope, f.kind, width, app.block_of(f.day, width), f.subject
  having sum(f.count) <> 0 or sum(f.amount) <> 0
  on conflict (tenant_id, scope, kind, width, day, subject)
  do update set count = t.count + excluded.count, amount = t.amount + excluded.amount
$$;
--> statement-breakpoint
/*
 * What customers' visits come to, by scope: how many there were on a day (visitors), for how many it was the first
 * (firsts), who was ever invoiced, and the gaps: two days between which a customer did not come. How many came in a
 * period is visitors less the gaps inside it. Gaps are kept by their days and by their months, so that a long
 * period adds up months. Kinds: gap from day to day, gap_since_month, gap_until_month, gap_months; `day` is
 * where it ends, `subject` where it begins. Of all customers when none are named.
 */
create function app.visit_facts(p_tenant bigint, p_customers bigint[])
returns table (scope bigint, kind text, day date, subject text, count bigint) language sql stable as $$
  with visit as (
    select v.scope, v.customer_id, v.day, v.invoices,
      lag(v.day) over (partition by v.scope, v.customer_id order by v.day) as since
    from customer_visits v
    where v.tenant_id = p_tenant and (p_customers is null or v.customer_id = any (p_customers))
  )
  select visit.scope, part.kind, part.day, part.subject, count(*)
  from visit cross join lateral (
    select 'visitors' as kind, visit.day as day, '' as subject
    union all select 'firsts', visit.day, '' where since is null
    union all select 'gap', visit.day, since::text where since is not null
    union all select 'gap_since_month', visit.day, date_trunc('month', since)::date::text where since is not null
    union all select 'gap_until_month', date_trunc('month', visit.day)::date, since::text where since is not null
    union all select 'gap_months', date_trunc('month', visit.day)::date, date_trunc('month', since)::date::text where since is not null
  ) part group by 1, 2, 3, 4
  union all
  select visit.scope, 'invoiced', app.no_day(), '', count(distinct customer_id) from visit where invoices > 0 group by 1
$$;
--> statement-breakpoint
create function app.fold_visits(p_tenant bigint, p_visits app.fact[]) returns void language plpgsql as $$
declare
  v_customers bigint[] := array(select distinct subject::bigint from unnest(p_visits));
  v_before jsonb;
begin
  if cardinality(v_customers) = 0 then return; end if;
  select jsonb_agg(to_jsonb(f)) into v_before from app.visit_facts(p_tenant, v_customers) f;
  insert into customer_visits as v (tenant_id, customer_id, scope, day, visits, invoices)
  select p_tenant, f.subject::bigint, scope, f.day, sum(f.count), sum(f.amount) from unnest(p_visits) f
  cross join lateral (select 0::bigint as scope union all select f.branch_id where f.branch_id is not null) place
  group by 2, 3, 4
  on conflict (tenant_id, customer_id, scope, day)
  do update set visits = v.visits + excluded.visits, invoices = v.invoices + excluded.invoices;
  delete from customer_visits where tenant_id = p_tenant and customer_id = any (v_customers) and visits = 0 and invoices = 0;
  insert into bi_totals as t (tenant_id, scope, kind, width, day, subject, count)
  select p_tenant, f.scope, f.kind, width, app.block_of(f.day, width), f.subject, sum(f.count)
  from (
    select * from app.visit_facts(p_tenant, v_customers)
    union all
    select b.scope, b.kind, b.day, b.subject, -b.count
    from jsonb_to_recordset(v_before) b (scope bigint, kind text, day date, subject text, count bigint)
  ) f cross join lateral unnest(app.bi_widths(f.kind)) width
  group by 2, 3, 4, 5, 6 having sum(f.count) <> 0
  on conflict (tenant_id, scope, kind, width, day, subject) do update set count = t.count + excluded.count;
end $$;
--> statement-breakpoint
-- One at a time, and nobody waits for it.
create function app.fold_facts(p_tenant bigint) returns void language plpgsql security definer
set search_path = public, pg_temp as $$
declare
  v_facts app.fact[];
begin
  if not pg_try_advisory_xact_lock(hashtextextended('bi_fold', p_tenant)) then return; end if;
  with gone as (
    delete from bi_deltas where ctid = any (array(select ctid from bi_deltas where tenant_id = p_tenant limit 5000)) returning *
  )
  select array_agg(row(kind, branch_id, day, subject, count, amount)::app.fact) into v_facts from gone;
  if v_facts is null then return; end if;
  perform app.add_to_totals(p_tenant, array(select f from unnest(v_facts) f where f.kind <> 'visit'));
  perform app.fold_visits(p_tenant, array(select f from unnest(v_facts) f where f.kind = 'visit'));
end $$;
--> statement-breakpoint
-- All that a shop's records say now.
create function app.facts_of_shop(p_tenant bigint, p_zone text) returns setof app.fact language sql stable as $$
  select f.* from work_orders r cross join lateral app.facts_of(r, p_zone) f where r.tenant_id = p_tenant
  union all
  select f.* from invoices r cross join lateral app.facts_of(r, p_zone) f where r.tenant_id = p_tenant
  union all
  select f.* from credit_notes r cross join lateral app.facts_of(r, p_zone) f where r.tenant_id = p_tenant
  union all
  select f.* from stock_movements r cross join lateral app.facts_of(r, p_zone) f where r.tenant_id = p_tenant
  union all
  select f.* from repair_sales r cross join lateral app.facts_of(r, p_zone) f where r.tenant_id = p_tenant
$$;
--> statement-breakpoint
-- The figures of a shop from its records, as if there had been none; no record changes until it is done. Nested loops
-- over tables that nobody has analyzed yet take minutes.
create function app.rebuild_bi(p_tenant bigint) returns void language plpgsql security definer
set search_path = public, pg_temp set enable_nestloop = off as $$
declare
  v_zone text;
begin
  perform pg_advisory_xact_lock(app.bi_lock(p_tenant));
  select timezone into v_zone from tenants where id = p_tenant;
  perform set_config('app.rebuilds_bi', 'on', true);
  delete from repair_sales where tenant_id = p_tenant;
  insert into repair_sales (tenant_id, source, source_id, work_order_id, employee_id, branch_id, day, amount_cents)
  select * from app.repair_sales_now where tenant_id = p_tenant;
  perform set_config('app.rebuilds_bi', '', true);
  delete from bi_deltas where tenant_id = p_tenant;
  delete from bi_totals where tenant_id = p_tenant;
  delete from customer_visits where tenant_id = p_tenant;
  with fact as materialized (
    select kind, branch_id, day, subject, sum(count) as count, sum(amount) as amount
    from app.facts_of_shop(p_tenant, v_zone) group by 1, 2, 3, 4
  ), visited as (
    insert into customer_visits (tenant_id, customer_id, scope, day, visits, invoices)
    select p_tenant, f.subject::bigint, scope, f.day, sum(f.count), sum(f.amount) from fact f
    cross join lateral (select 0::bigint as scope union all select f.branch_id where f.branch_id is not null) place
    where f.kind = 'visit' group by 2, 3, 4
  )
  insert into bi_totals (tenant_id, scope, kind, width, day, subject, count, amount)
  select p_tenant, scope, f.kind, width, app.block_of(f.day, width), f.subject, sum(f.count), sum(f.amount)
  from fact f
  cross join lateral (select 0::bigint as scope union all select f.branch_id where f.branch_id is not null) place
  cross join lateral unnest(app.bi_widths(f.kind)) width
  where f.kind <> 'visit'
  group by 2, 3, 4, 5, 6 having sum(f.count) <> 0 or sum(f.amount) <> 0;
  insert into bi_totals (tenant_id, scope, kind, width, day, subject, count)
  select p_tenant, f.scope, f.kind, width, app.block_of(f.day, width), f.subject, sum(f.count)
  from app.visit_facts(p_tenant, null) f cross join lateral unnest(app.bi_widths(f.kind)) width
  group by 2, 3, 4, 5, 6;
end $$;
--> statement-breakpoint
-- Days are the shop's own, and parts are of the branch whose warehouse they stood in.
create function app.rebuild_bi_of_shop() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
begin
  perform app.rebuild_bi((to_jsonb(new) ->> tg_argv[0])::bigint);
  return null;
end $$;
--> statement-breakpoint
create trigger rebuild_bi after update of timezone on tenants for each row
when (new.timezone is distinct from old.timezone) execute function app.rebuild_bi_of_shop('id');
--> statement-breakpoint
create trigger rebuild_bi after update of branch_id on warehouses for each row
when (new.branch_id is distinct from old.branch_id) execute function app.rebuild_bi_of_shop('tenant_id');
--> statement-breakpoint
-- Sums by day of a kind, in a period of the shop (scope 0) or of a branch.
create function app.bi_by_day(p_kind text, p_scope bigint, p_from date, p_to date)
returns table (day date, count bigint, amount bigint) language plpgsql stable as $$
declare
  v_tenant bigint := app.tenant();
begin
  return query
  select part.day, sum(part.count)::bigint, sum(part.amount)::bigint from (
    select t.day, t.count, t.amount from bi_totals t
    where t.tenant_id = v_tenant and t.scope = p_scope and t.kind = p_kind and t.width = 1 and t.day between p_from and p_to
    union all
    select d.day, d.count, d.amount from bi_deltas d
    where d.tenant_id = v_tenant and d.kind = p_kind and (p_scope = 0 or d.branch_id = p_scope) and d.day between p_from and p_to
  ) part group by part.day;
end $$;
--> statement-breakpoint
-- The same by subject; for kinds that are kept in blocks.
create function app.bi_by_subject(p_kind text, p_scope bigint, p_from date, p_to date)
returns table (subject text, count bigint, amount bigint) language plpgsql stable as $$
declare
  v_tenant bigint := app.tenant();
  v_widths int[];
  v_days date[];
begin
  select widths, days into v_widths, v_days from app.day_blocks(p_from, p_to);
  return query
  select part.subject, sum(part.count)::bigint, sum(part.amount)::bigint from (
    select t.subject, t.count, t.amount
    from unnest(v_widths, v_days) block (width, day)
    cross join lateral (
      select b.subject, b.count, b.amount from bi_totals b
      where b.tenant_id = v_tenant and b.scope = p_scope and b.kind = p_kind and b.width = block.width and b.day = block.day
      offset 0
    ) t
    union all
    select d.subject, d.count, d.amount from bi_deltas d
    where d.tenant_id = v_tenant and d.kind = p_kind and (p_scope = 0 or d.branch_id = p_scope) and d.day between p_from and p_to
  ) part group by part.subject having sum(part.count) <> 0 or sum(part.amount) <> 0;
end $$;
--> statement-breakpoint
-- Gaps of a kind that end on these days, or in these months, and begin from one day until before another. Day by day,
-- or the index would be read from the shop's first day on.
create function app.gaps_between(p_tenant bigint, p_scope bigint, p_kind text, p_ends date[], p_since date, p_until date)
returns bigint language plpgsql stable as $$
declare
  v_since text := p_since;
  v_until text := p_until;
begin
  return coalesce((
    select sum(gap.count) from unnest(p_ends) as ending
    cross join lateral (
      select t.count from bi_totals t
      where t.tenant_id = p_tenant and t.scope = p_scope and t.kind = p_kind and t.width = 1
        and t.day = ending and t.subject >= v_since and t.subject < v_until
      offset 0
    ) gap), 0);
end $$;
--> statement-breakpoint
-- Gaps inside a period, of what is folded: by months where it holds whole ones, by days before and after them.
create function app.gaps_within(p_tenant bigint, p_scope bigint, p_from date, p_to date) returns bigint
language plpgsql stable as $$
declare
  -- The first whole month, and the day after the last.
  v_months date := date_trunc('month', p_from - 1)::date + interval '1 month';
  v_rest date := date_trunc('month', p_to + 1);
  v_inside date[];
  v_before date[];
  v_after date[];
begin
  if v_months >= v_rest then
    return app.gaps_between(p_tenant, p_scope, 'gap', array(select generate_series(p_from, p_to, '1 day')::date), p_from, p_to);
  end if;
  v_inside := array(select generate_series(v_months, v_rest - 1, '1 month')::date);
  v_before := array(select generate_series(p_from, v_months - 1, '1 day')::date);
  v_after := array(select generate_series(v_rest, p_to, '1 day')::date);
  return app.gaps_between(p_tenant, p_scope, 'gap_months', v_inside, v_months, v_rest)
    + app.gaps_between(p_tenant, p_scope, 'gap_until_month', v_inside, p_from, v_months)
    + app.gaps_between(p_tenant, p_scope, 'gap_since_month', v_after, v_months, v_rest)
    + app.gaps_between(p_tenant, p_scope, 'gap', v_before, p_from, v_months)
    + app.gaps_between(p_tenant, p_scope, 'gap', v_after, p_from, v_months)
    + app.gaps_between(p_tenant, p_scope, 'gap', v_after, v_rest, p_to);
end $$;
--> statement-breakpoint
/*
 * Customers of a period: who came, who came for the first time ever, and how many were ever invoiced. Of customers
 * whose visits are not folded yet, what the sums say of them is replaced by what their days say.
 */
create function app.bi_visitors(p_scope bigint, p_from date, p_to date, out active bigint, out firsts bigint, out invoiced bigint)
language plpgsql stable as $$
declare
  v_tenant bigint := app.tenant();
  v_late bigint[] := array(select distinct d.subject::bigint from bi_deltas d
    where d.tenant_id = v_tenant and d.kind = 'visit' and (p_scope = 0 or d.branch_id = p_scope));
begin
  select coalesce(sum(s.count), 0) into active from app.bi_by_subject('visitors', p_scope, p_from, p_to) s;
  active := active - app.gaps_within(v_tenant, p_scope, p_from, p_to);
  select coalesce(sum(s.count), 0) into firsts from app.bi_by_subject('firsts', p_scope, p_from, p_to) s;
  invoiced := (select e.count from app.bi_ever('invoiced', p_scope) e);
  if cardinality(v_late) = 0 then return; end if;
  with folded as (
    select v.customer_id, v.day, v.visits, v.invoices from customer_visits v
    where v.tenant_id = v_tenant and v.customer_id = any (v_late) and v.scope = p_scope
  ), said as (
    select -1 as sign, * from folded
    union all
    select 1, customer_id, day, sum(visits), sum(invoices) from (
      select * from folded
      union all
      select d.subject::bigint, d.day, d.count, d.amount from bi_deltas d
      where d.tenant_id = v_tenant and d.kind = 'visit' and (p_scope = 0 or d.branch_id = p_scope)
    ) whole group by customer_id, day having sum(visits) > 0
  ), customer as (
    select sign, bool_or(day between p_from and p_to) as came, min(day) between p_from and p_to as is_first,
      sum(invoices) > 0 as is_invoiced
    from said group by sign, customer_id
  )
  select active + coalesce(sum(sign) filter (where came), 0), firsts + coalesce(sum(sign) filter (where is_first), 0),
    invoiced + coalesce(sum(sign) filter (where is_invoiced), 0)
  into active, firsts, invoiced from customer;
end $$;
--> statement-breakpoint
-- What is open, by the day on which it is due.
create function app.bi_due(p_scope bigint) returns table (day date, amount bigint) language plpgsql stable as $$
declare
  v_tenant bigint := app.tenant();
begin
  return query
  select t.day, t.amount from bi_totals t
  where t.tenant_id = v_tenant and t.scope = p_scope and t.kind = 'due' and t.width = 1 and t.amount <> 0
  union all
  select d.day, d.amount from bi_deltas d
  where d.tenant_id = v_tenant and d.kind = 'due' and (p_scope = 0 or d.branch_id = p_scope);
end $$;
--> statement-breakpoint
-- All that there ever was of a kind.
create function app.bi_ever(p_kind text, p_scope bigint, out count bigint, out amount bigint) language plpgsql stable as $$
declare
  v_tenant bigint := app.tenant();
  v_widths int[] := app.bi_widths(p_kind);
begin
  select coalesce(sum(part.count), 0), coalesce(sum(part.amount), 0) into count, amount from (
    select t.count, t.amount from bi_totals t
    where t.tenant_id = v_tenant and t.scope = p_scope and t.kind = p_kind and t.width = v_widths[cardinality(v_widths)]
    union all
    select d.count, d.amount from bi_deltas d
    where d.tenant_id = v_tenant and d.kind = p_kind and (p_scope = 0 or d.branch_id = p_scope)
  ) part;
end $$;
--> statement-breakpoint
-- What stands in the shop at what it cost; of a branch, what stands in its warehouses at the product's average.
create function app.bi_inventory(p_scope bigint) returns bigint language plpgsql stable as $$
declare
  v_tenant bigint := app.tenant();
  v_cents bigint;
begin
  if p_scope = 0 then return (select amount from app.bi_ever('stock', 0)); end if;
  select sum(round(p.stock_value_cents::numeric * s.quantity / p.stock_quantity)) into v_cents
  from warehouses w
  join bins b on b.tenant_id = w.tenant_id and b.warehouse_id = w.id
  join bin_stock s on s.tenant_id = b.tenant_id and s.bin_id = b.id
  join products p on p.tenant_id = s.tenant_id and p.id = s.product_id and p.stock_quantity <> 0
  where w.tenant_id = v_tenant and w.branch_id = p_scope;
  return coalesce(v_cents, 0);
end $$;
--> statement-breakpoint
-- What the shops did before these figures were kept.
do $$
declare
  v_tenant bigint;
begin
  for v_tenant in select id from tenants order by id loop
    perform app.rebuild_bi(v_tenant);
  end loop;
end $$;
--> statement-breakpoint
revoke execute on function app.note_facts, app.keep_repair_sales, app.add_to_totals, app.visit_facts, app.fold_visits,
  app.fold_facts, app.facts_of_shop, app.rebuild_bi, app.rebuild_bi_of_shop from public;
