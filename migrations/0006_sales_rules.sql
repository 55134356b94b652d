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
call app.protect('refunds', 'refund', p_root => 'payment:payment_id');
--> statement-breakpoint
call app.protect('reminders', 'reminder', p_root => 'invoice:invoice_id');
--> statement-breakpoint
call app.protect('recurring_invoices', 'recurring_invoice');
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
-- The shop behind a webhook's address; null for a key that is nobody's.
create function app.webhook_tenant(p_slug text, p_key text) returns bigint language sql stable
security definer set search_path = public, pg_temp as $$
  select tenant_id from integrations where slug = p_slug and webhook_key = p_key
$$;
--> statement-breakpoint
-- Schedules whose day has come in their shop's own zone, longest due first.
create function app.due_recurring_invoices(p_limit int) returns table (tenant_id bigint, id bigint)
language sql stable security definer set search_path = public, pg_temp as $$
  select r.tenant_id, r.id from recurring_invoices r join tenants t on t.id = r.tenant_id
  where r.active and r.next_run_date <= (app.now() at time zone t.timezone)::date
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
revoke execute on all functions in schema app from public;
--> statement-breakpoint
grant execute on function app.tax_rate_of, app.price_for, app.webhook_tenant, app.due_recurring_invoices, app.waiting_inbox,
  app.unsettled_payments
to repair_angel_app;
