-- Row security and history of the sales tables, the tax codes that a shop starts with, and the rules
-- that Drizzle cannot say.
create extension if not exists btree_gist;
--> statement-breakpoint
call app.protect('tax_rates', 'tax_rate');
--> statement-breakpoint
call app.protect('credit_notes', 'credit_note', p_root => 'invoice:invoice_id',
  p_named => '{"applied_at": "applied", "voided_at": "voided"}');
--> statement-breakpoint
call app.protect('credit_note_lines', 'credit_note_line', p_root => 'credit_note:credit_note_id');
--> statement-breakpoint
-- What was given back before each refund had a row of its own; no history is to tell of it.
insert into refunds (tenant_id, created_at, payment_id, amount_cents)
select tenant_id, updated_at, id, refunded_cents from payments where refunded_cents > 0;
--> statement-breakpoint
call app.protect('refunds', 'refund', p_root => 'payment:payment_id');
--> statement-breakpoint
call app.protect('reminders', 'reminder', p_root => 'invoice:invoice_id');
--> statement-breakpoint
call app.protect('recurring_invoices', 'recurring_invoice', p_silent => '{mailing_until}');
--> statement-breakpoint
call app.protect('recurring_invoice_lines', 'recurring_invoice_line',
  p_root => 'recurring_invoice:recurring_invoice_id');
--> statement-breakpoint
call app.protect('price_agreements', 'price_agreement', p_silent => '{signature_key,contract_key}',
  p_named => '{"activated_at": "activated", "signed_at": "signed"}');
--> statement-breakpoint
call app.protect('customer_links', 'customer_link', p_root => 'customer:customer_id',
  p_named => '{"opened_at": "opened", "revoked_at": "revoked"}');
--> statement-breakpoint
call app.protect('integrations', 'integration', p_silent => '{secrets,webhook_key}');
--> statement-breakpoint
-- Messages of providers: machinery of the service, not records of a shop.
call app.protect('inbox', 'inbox', p_history => false);
--> statement-breakpoint
-- Two agreements in force for one customer and service never cover the same day.
alter table price_agreements add constraint price_agreements_overlap exclude using gist (
  tenant_id with =, customer_id with =, service_id with =, daterange(valid_from, valid_until, '[]') with &&
) where (status in ('active', 'signed'));
--> statement-breakpoint
-- The tax codes of a Dutch shop. Margin goods: 21 % of the margin, none of it on the invoice.
create function app.seed_tax_rates() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
begin
  insert into tax_rates (tenant_id, name, rate, description, is_default, category, vat_box, exemption_text)
  select new.id, code.* from (values
    ('Standard 21%', 21, 'Standard Dutch BTW', true, 'standard', '1a', null),
    ('Low 9%', 9, 'Reduced rate', false, 'reduced', '1b', null),
    ('Zero 0%', 0, 'Zero rate', false, 'zero', '1e', null),
    ('Exempt', 0, 'Exempt from VAT', false, 'exempt', null, 'Vrijgesteld van btw'),
    ('Reverse charge', 0, 'The buyer owes the VAT', false, 'reverse_charge', '1e', 'Btw verlegd'),
    ('Intra-EU', 0, 'Supply to a business elsewhere in the EU', false, 'intra_eu', '3b',
      'Intracommunautaire levering, btw verlegd'),
    ('Export', 0, 'Export from the EU', false, 'export', '3a', 'Uitvoer buiten de EU, 0% btw'),
    ('Margin scheme', 21, 'Used goods: VAT on the margin', false, 'margin', '1a',
      'Bijzondere regeling – gebruikte goederen')
  ) as code (name, rate, description, is_default, category, vat_box, exemption_text);
  return null;
end $$;
--> statement-breakpoint
create trigger seed_tax_rates after insert on tenants for each row execute function app.seed_tax_rates();
--> statement-breakpoint
-- Shops that exist already get the same; a trigger function runs in a trigger only.
create table app.seeding (id bigint);
--> statement-breakpoint
create trigger seed_tax_rates after insert on app.seeding for each row execute function app.seed_tax_rates();
--> statement-breakpoint
insert into app.seeding select id from tenants;
--> statement-breakpoint
drop table app.seeding;
--> statement-breakpoint
-- What exists is given its code by its rate; no history is to tell of it.
do $$
declare v_table text;
begin
  foreach v_table in array '{products,work_order_lines,quotation_lines,invoice_lines}'::text[] loop
    execute format('alter table %I disable trigger user', v_table);
    execute format('update %I t set tax_rate_id = r.id from tax_rates r
      where r.tenant_id = t.tenant_id and r.rate = t.vat_rate and r.category in (''standard'', ''reduced'', ''zero'')', v_table);
    execute format('alter table %I enable trigger user', v_table);
  end loop;
end $$;
--> statement-breakpoint
-- The code of a plain rate on a day; null when the shop has none. The default goes first.
create function app.tax_rate_of(p_rate numeric, p_day date) returns bigint language sql stable as $$
  select id from tax_rates
  where rate = p_rate and category in ('standard', 'reduced', 'zero')
    and coalesce(valid_from <= p_day, true) and coalesce(valid_until >= p_day, true)
  order by is_default desc, id limit 1
$$;
--> statement-breakpoint
-- The code that counts on a day: a code itself, or the one that succeeded or preceded it; null when none does.
create function app.tax_rate_on(p_id bigint, p_day date) returns bigint language sql stable as $$
  with recursive chain as (
    select id, replaces_id, valid_from, valid_until from tax_rates where id = p_id
    union
    select r.id, r.replaces_id, r.valid_from, r.valid_until
    from chain c join tax_rates r on r.replaces_id = c.id or r.id = c.replaces_id
  )
  select id from chain
  where coalesce(valid_from <= p_day, true) and coalesce(valid_until >= p_day, true) limit 1
$$;
--> statement-breakpoint
-- The code of a line that names none. A product's own special code (margin, reverse charge …) holds also when
-- the line repeats its percentage; without a percentage it is the product's code, or else the shop's default.
create function app.tax_rate_for(p_product bigint, p_rate numeric, p_day date) returns bigint language sql stable as $$
  select case
    when own.id is not null and (p_rate is null or own.rate = p_rate and own.category not in ('standard', 'reduced', 'zero'))
      then own.id
    when coalesce(p_rate, p.vat_rate) is not null then app.tax_rate_of(coalesce(p_rate, p.vat_rate), p_day)
    else (select app.tax_rate_on(d.id, p_day) from tax_rates d where d.is_default)
  end
  from (select p_product as id) line
  left join products p on p.id = line.id
  left join tax_rates own on own.id = app.tax_rate_on(p.tax_rate_id, p_day)
$$;
--> statement-breakpoint
-- The sums of a work order's lines, now per tax category too; VAT that was agreed on goes beside the reckoned one.
create or replace function app.sum_work_order() returns trigger language plpgsql as $$
begin
  if tg_table_name = 'work_order_notes' then
    update work_orders w set notes_count = (select count(*) from work_order_notes n where n.work_order_id = w.id)
    where w.id in (select work_order_id from changed);
  else
    update work_orders w set line_sums = (
      select coalesce(jsonb_agg(jsonb_strip_nulls(to_jsonb(rate))), '[]') from (
        select l.vat_rate, c.category, sum(l.total_excl_cents) as total_excl_cents, sum(l.vat_cents) as vat_cents,
          count(*) as lines
        from work_order_lines l left join tax_rates c on c.id = l.tax_rate_id
        where l.work_order_id = w.id group by l.vat_rate, c.category, l.vat_cents is null) rate)
    where w.id in (select work_order_id from changed);
  end if;
  return null;
end $$;
--> statement-breakpoint
-- What a customer pays for a service or product on a day, excl. VAT: the price agreed, else the price less the
-- discount of the customer's company, in cents unless the price itself is finer. No row for what is not there.
create function app.price_for(p_customer bigint, p_product bigint, p_day date)
returns table (price numeric, base_price numeric, discount_pct numeric, agreement_id bigint, agreed_price numeric, valid_until date)
language sql stable as $$
  select coalesce(a.agreed_price, round(p.price_excl * (100 - d.pct) / 100, greatest(2, scale(trim_scale(p.price_excl))))),
    p.price_excl, d.pct, a.id, a.agreed_price, a.valid_until
  from products p
  join customers c on c.id = p_customer
  left join companies b on b.id = c.company_id
  cross join lateral (select coalesce(b.discount_pct, 0) as pct) d
  left join price_agreements a on a.customer_id = c.id and a.service_id = p.id and a.status in ('active', 'signed')
    and a.valid_from <= p_day and coalesce(a.valid_until >= p_day, true)
  where p.id = p_product
$$;
--> statement-breakpoint
-- The invoices of one affair: of the same work order or quotation, deposits among them, and the invoice itself.
create function app.linked_invoices(p_invoice bigint) returns setof bigint language sql stable as $$
  with affair as (
    select coalesce(i.work_order_id, q.work_order_id) as work_order_id, i.quotation_id
    from invoices i left join quotations q on q.id = i.quotation_id where i.id = p_invoice
  )
  select p_invoice
  union select i.id from affair a join invoices i on i.work_order_id = a.work_order_id
  union select i.id from affair a join invoices i on i.quotation_id = a.quotation_id
  union select i.id from affair a join quotations q on q.work_order_id = a.work_order_id
    join invoices i on i.quotation_id = q.id
$$;
--> statement-breakpoint
-- What of a deposit was not credited; a credit note counts from the day it is written.
create function app.deposit_left(p_deposit bigint, out base_cents bigint, out vat_cents bigint)
language sql stable as $$
  select i.subtotal_cents - coalesce(sum(c.subtotal_cents), 0), i.vat_cents - coalesce(sum(c.vat_cents), 0)
  from invoices i left join credit_notes c on c.invoice_id = i.id and c.status <> 'voided'
  where i.id = p_deposit group by i.id
$$;
--> statement-breakpoint
-- Takes the deposits that its lines deduct off the sums of a draft, each with the very VAT that it bore: what
-- deposit and final invoice add up to is what one invoice would have been.
create function app.deduct_deposits(p_invoice bigint) returns void language plpgsql as $$
declare
  v_base bigint;
  v_vat bigint;
  v_groups jsonb;
begin
  if not exists (select from invoice_lines where invoice_id = p_invoice and deposit_invoice_id is not null) then
    return;
  end if;
  with part as (
    select grp, (grp ->> 'base_cents')::bigint as base_cents, (grp ->> 'vat_cents')::bigint as vat_cents
    from invoices i cross join jsonb_array_elements(i.vat_breakdown) grp where i.id = p_invoice
    union all
    select d.vat_breakdown -> 0, -deposit.base_cents, -deposit.vat_cents
    from invoice_lines l join invoices d on d.id = l.deposit_invoice_id
    cross join lateral app.deposit_left(d.id) deposit where l.invoice_id = p_invoice
  ), vat_group as (
    select (grp ->> 'vat_rate')::numeric as vat_rate, grp ->> 'category' as category,
      grp ->> 'exemption_text' as exemption_text, sum(base_cents) as base_cents, sum(vat_cents) as vat_cents
    from part group by 1, 2, 3
  )
  select sum(base_cents), sum(vat_cents),
    jsonb_agg(jsonb_strip_nulls(to_jsonb(vat_group)) order by vat_rate desc, category)
  into v_base, v_vat, v_groups from vat_group;
  if v_base + v_vat < 0 then
    perform app.refuse(422, 'deposit_exceeds_invoice', 'The deposits exceed the total of the invoice.');
  end if;
  update invoices set subtotal_cents = v_base, vat_cents = v_vat, total_cents = v_base + v_vat, vat_breakdown = v_groups
  where id = p_invoice;
end $$;
--> statement-breakpoint
-- A draft deducts what a deposit was when the draft was made, so until it is issued the deposit stays as it is.
create function app.refuse_deducted_deposit() returns trigger language plpgsql as $$
begin
  if exists (select from invoice_lines l join invoices i on i.id = l.invoice_id
    where l.deposit_invoice_id = new.invoice_id and i.status = 'draft') then
    perform app.refuse(422, 'deposit_deducted', 'A draft invoice deducts this deposit; cancel or delete the draft first.',
      'invoice_id');
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger refuse_deducted_deposit before insert on credit_notes
for each row execute function app.refuse_deducted_deposit();
--> statement-breakpoint
-- A customer who opened a link acts inside its shop, without an account, as long as the link works.
create function app.begin_customer(
  p_tenant_id bigint, p_link_id bigint, p_request_id text,
  out token_id bigint, out user_id bigint, out tenant_id bigint, out role text, out abilities jsonb, out touch boolean
) language plpgsql security definer set search_path = public, app, pg_temp as $$
declare v_works boolean;
begin
  select l.revoked_at is null and l.expires_at > now() into v_works
  from customer_links l where l.tenant_id = p_tenant_id and l.id = p_link_id;
  if not found then perform app.refuse(404, 'not_found', 'Record not found.'); end if;
  if not v_works then perform app.refuse(410, 'link_gone', 'This link has expired or was revoked.'); end if;
  perform app.enter(p_tenant_id, null, 'customer', p_request_id, false);
  tenant_id := p_tenant_id;
  role := 'customer';
  abilities := '[]';
  touch := false;
end $$;
--> statement-breakpoint
grant execute on function app.begin_customer to repair_angel_app;
--> statement-breakpoint
-- The shop behind a webhook's address; null for a key that is nobody's.
create function app.webhook_tenant(p_slug text, p_key text) returns bigint language sql stable
security definer set search_path = public, pg_temp as $$
  select tenant_id from integrations where slug = p_slug and webhook_key = p_key
$$;
--> statement-breakpoint
-- Invoices that a schedule issued to be mailed, and that did not leave yet: only a schedule that mails issues an
-- invoice in the transaction that makes it. After a week it is up to people.
create function app.unsent_recurring_invoices(p_tenant bigint, p_schedule bigint) returns setof bigint
language sql stable as $$
  select i.id from invoices i
  where i.tenant_id = p_tenant and i.recurring_invoice_id = p_schedule
    and i.issued_at = i.created_at and i.sent_at is null and i.status = 'sent'
    and i.issued_at > app.now() - interval '7 days'
  order by i.id
$$;
--> statement-breakpoint
-- Schedules whose day has come in their shop's own zone, or whose mails did not all leave, longest due first. A
-- shop that may not write invoices waits.
create function app.due_recurring_invoices(p_limit int) returns table (tenant_id bigint, id bigint)
language sql stable security definer set search_path = public, pg_temp as $$
  select r.tenant_id, r.id from recurring_invoices r join tenants t on t.id = r.tenant_id
  where (
    r.active and r.next_run_date <= (app.now() at time zone t.timezone)::date
    or r.auto_send and exists (select from app.unsent_recurring_invoices(r.tenant_id, r.id))
  ) and exists (
    select from licenses l
    join license_modules m on m.tenant_id = l.tenant_id and m.license_id = l.id and m.module_key = 'invoices'
    where l.tenant_id = r.tenant_id and l.is_current and m.is_active and l.status not in ('suspended', 'expired')
      and coalesce(l.valid_until >= (app.now() at time zone t.timezone)::date, true)
  )
  order by r.next_run_date, r.id limit p_limit
$$;
--> statement-breakpoint
-- Messages of providers that no consumer has finished, for the sweep.
create function app.waiting_inbox(p_limit int) returns table (tenant_id bigint, id bigint)
language sql stable security definer set search_path = public, pg_temp as $$
  select i.tenant_id, i.id from inbox i
  where i.done_at is null and i.failure is null and i.created_at < now() - interval '1 minute'
  order by i.created_at limit p_limit
$$;
--> statement-breakpoint
-- Payments that a provider owes us an answer about: past their time, or with a refund that it never answered;
-- each at most every quarter of an hour, for two weeks.
create function app.unsettled_payments(p_limit int) returns table (tenant_id bigint, id bigint)
language sql stable security definer set search_path = public, pg_temp as $$
  select p.tenant_id, p.id from payments p
  where p.status = 'pending' and p.expires_at between now() - interval '14 days' and now()
    and p.updated_at < now() - interval '15 minutes'
  union
  select p.tenant_id, p.id from refunds r join payments p on p.id = r.payment_id
  where r.status = 'pending' and r.provider_id is null
    and r.created_at between now() - interval '14 days' and now() - interval '5 minutes'
    and p.provider is not null and p.updated_at < now() - interval '15 minutes'
  limit p_limit
$$;
--> statement-breakpoint
-- A search reads what was written lately row by row, until that is moved into the index: 128 kB of it, not 4 MB.
alter index customers_search_idx set (gin_pending_list_limit = 128);
--> statement-breakpoint
alter index companies_search_idx set (gin_pending_list_limit = 128);
--> statement-breakpoint
alter index devices_search_idx set (gin_pending_list_limit = 128);
--> statement-breakpoint
alter index products_search_idx set (gin_pending_list_limit = 128);
--> statement-breakpoint
alter index work_orders_search_idx set (gin_pending_list_limit = 128);
--> statement-breakpoint
revoke execute on all functions in schema app from public;
--> statement-breakpoint
grant execute on function app.tax_rate_of, app.tax_rate_on, app.tax_rate_for, app.price_for, app.linked_invoices,
  app.deposit_left, app.deduct_deposits, app.webhook_tenant, app.unsent_recurring_invoices,
  app.due_recurring_invoices, app.waiting_inbox, app.unsettled_payments
to repair_angel_app;
