-- The outbox: what reacts to what happened is written down in the transaction of the change itself.
-- Then row security and history of the tables of 0007, and what the jobs look for across the shops.
call app.protect('automation_rules', 'automation_rule', p_silent => '{last_run_at,checked_until}');
--> statement-breakpoint
call app.protect('sla_configs', 'sla_config');
--> statement-breakpoint
call app.protect('tasks', 'task', p_silent => '{position,due_told_at}',
  p_named => '{"assigned_to": "assigned", "completed_at": "completed"}');
--> statement-breakpoint
call app.protect('webhook_endpoints', 'webhook_endpoint', p_silent => '{secrets,failing_since}',
  p_named => '{"disabled_at": "disabled"}');
--> statement-breakpoint
call app.protect('sms_messages', 'sms_message', p_silent => '{body,attempted_at,provider_id}', p_named => '{"sent_at": "sent"}');
--> statement-breakpoint
call app.protect('notification_preferences', 'notification_preference', p_root => 'user:user_id');
--> statement-breakpoint
-- Machinery of the service: what it does is told by the records that it changes.
call app.protect('reactions', 'reaction', p_history => false);
--> statement-breakpoint
call app.protect('dead_letters', 'dead_letter', p_history => false);
--> statement-breakpoint
call app.protect('notifications', 'notification', p_history => false);
--> statement-breakpoint
call app.protect('push_subscriptions', 'push_subscription', p_history => false);
--> statement-breakpoint
call app.protect('automation_logs', 'automation_log', p_history => false);
--> statement-breakpoint
call app.protect('webhook_deliveries', 'webhook_delivery', p_history => false);
--> statement-breakpoint
call app.protect('sla_clocks', 'sla_clock', p_history => false);
--> statement-breakpoint
call app.protect('sla_breaches', 'sla_breach', p_history => false);
--> statement-breakpoint
-- A table that is protected already tells of its changes by other names, or is silent about other columns.
create procedure app.retell(
  p_table text, p_entity text, p_named jsonb default '{}', p_silent text[] default '{}', p_root text default null
) language plpgsql as $$
declare
  v_arguments text := format('%L, %L, %L, %L, %L', p_entity, p_silent, p_named,
    coalesce(split_part(p_root, ':', 1), p_entity), coalesce(split_part(p_root, ':', 2), 'id'));
begin
  execute format('create or replace trigger history_insert after insert on %I referencing new table as whole_rows for each statement execute function app.record_change(%s)', p_table, v_arguments);
  execute format('create or replace trigger history_update after update on %I referencing old table as old_rows new table as new_rows for each statement execute function app.record_change(%s)', p_table, v_arguments);
  execute format('create or replace trigger history_delete after delete on %I referencing old table as whole_rows for each statement execute function app.record_change(%s)', p_table, v_arguments);
end $$;
--> statement-breakpoint
call app.retell('work_orders', 'work_order', p_silent => '{line_sums,notes_count,idle_since,status_changed_at}',
  p_named => '{"status": "status_changed", "assigned_to": "assigned", "completed_at": "completed"}');
--> statement-breakpoint
call app.retell('quotations', 'quotation',
  p_named => '{"sent_at": "sent", "accepted_at": "accepted", "rejected_at": "rejected", "expired_at": "expired"}');
--> statement-breakpoint
call app.retell('invoices', 'invoice', p_named =>
  '{"issued_at": "issued", "sent_at": "sent", "paid_at": "paid", "cancelled_at": "cancelled", "overdue_at": "overdue"}');
--> statement-breakpoint
call app.retell('price_agreements', 'price_agreement', p_silent => '{signature_key,contract_key}',
  p_named => '{"activated_at": "activated", "signed_at": "signed", "expired_at": "expired"}');
--> statement-breakpoint
call app.retell('licenses', 'license',
  p_named => '{"status": "status_changed", "expiring_at": "expiring", "expired_at": "expired"}');
--> statement-breakpoint
-- What people are told of; the catalog of notifications in code names the same, and a test compares them.
create function app.is_notified(p_event text) returns boolean language sql immutable parallel safe as
$$ select p_event = any ('{work_order.status_changed,work_order.assigned,work_order.created,work_order.completed,work_order_note.created,
  invoice.overdue,invoice.paid,payment.failed,task.assigned,task.created,task.completed,task.due,sla.warned,sla.breached,
  quotation.accepted,quotation.rejected,quotation.expired,price_agreement.signed,price_agreement.expired,
  product.low_stock,license.expiring,license.expired,webhook_endpoint.disabled}') $$;
--> statement-breakpoint
/*
 * One row per event and effect. app.reacts tells app.reacting() that somebody should be called to work;
 * app.chain names the rules whose doing this is, so that no rule chases its own tail.
 */
create function app.react() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
begin
  insert into reactions (tenant_id, kind, key, event_id, subject_id, chain)
  select e.tenant_id, r.kind, 'event:' || e.id || '/' || r.kind || coalesce(':' || r.subject_id, ''), e.id, r.subject_id,
    coalesce(string_to_array(nullif(current_setting('app.chain', true), ''), ',')::bigint[], '{}')
  from new_events e cross join lateral (
    select 'notify' as kind, null::bigint as subject_id where app.is_notified(e.name)
    union all
    select 'sla', null where (e.name = any ('{work_order.created,work_order.status_changed,work_order_note.created}')
        or e.name = 'work_order.updated' and e.changes ?| '{priority,device_id,sla_config_id}')
      and (exists (select from sla_configs c where c.tenant_id = e.tenant_id)
        or exists (select from sla_breaches b where b.tenant_id = e.tenant_id and b.work_order_id = e.root_id and b.resolved_at is null))
    union all
    select 'sla_shop', null where (e.entity = 'sla_config'
        or e.name = 'settings.updated' and e.changes ?| '{opening_hours,holidays,timezone}'
        or e.name = 'work_order_status.updated' and e.changes ? 'kind')
      and exists (select from sla_configs c where c.tenant_id = e.tenant_id)
    union all
    select 'rule', a.id from automation_rules a
    where a.tenant_id = e.tenant_id and a.active
      and a.trigger in (e.name, case e.name when 'product.low_stock' then 'low_stock' end)
    union all
    select 'webhook', w.id from webhook_endpoints w
    where w.tenant_id = e.tenant_id and w.active
      and (e.name = any (w.events) or '*' = any (w.events) and app.is_public_event(e.name))
  ) r;
  if found then perform set_config('app.reacts', 'on', true); end if;
  return null;
end $$;
--> statement-breakpoint
create trigger react after insert on events referencing new table as new_events
for each statement execute function app.react();
--> statement-breakpoint
-- The shop that has something to work off since this transaction; last statement of every write.
create function app.reacting() returns bigint language sql stable as
$$ select case when current_setting('app.reacts', true) = 'on' then app.tenant() end $$;
--> statement-breakpoint
-- For the sweep: shops with reactions that no consumer took up.
create function app.shops_with_reactions_due(p_limit int) returns setof bigint
language sql stable security definer set search_path = public, pg_temp as $$
  select distinct tenant_id from reactions
  where done_at is null and failed_at is null and next_at < now() - interval '5 seconds'
  limit p_limit
$$;
--> statement-breakpoint
-- Writes a reaction of one kind into each of these shops, once per key, and answers the shops that it is new to.
create function app.queue_in_shops(p_kind text, p_key text, p_shops bigint[]) returns setof bigint
language sql security definer set search_path = public, pg_temp as $$
  insert into reactions (tenant_id, kind, key)
  select shop, p_kind, p_key from unnest(p_shops) as shop
  on conflict (tenant_id, key) do nothing returning tenant_id
$$;
--> statement-breakpoint
-- The run key of a job: false when another run has this period, unless that one failed or died.
create function app.begin_job(p_job text, p_period timestamptz) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  insert into job_runs as r (job, period, started_at) values (p_job, p_period, now())
  on conflict (job, period) do update set started_at = now(), finished_at = null, failure = null
  where r.failure is not null or r.finished_at is null and r.started_at < now() - interval '15 minutes';
  return found;
end $$;
--> statement-breakpoint
create function app.end_job(p_job text, p_period timestamptz, p_counts jsonb, p_failure text) returns void
language sql security definer set search_path = public, pg_temp as $$
  update job_runs set finished_at = now(), counts = p_counts, failure = p_failure
  where job = p_job and period = p_period
$$;
--> statement-breakpoint
create function app.list_job_runs(p_job text, p_failed boolean, p_limit int, p_offset int)
returns table (job text, period timestamptz, started_at timestamptz, finished_at timestamptz, counts jsonb, failure text, total bigint)
language sql stable security definer set search_path = public, pg_temp as $$
  with found as materialized (
    select * from job_runs r
    where (p_job is null or r.job = p_job) and (p_failed is null or (r.failure is not null) = p_failed)
  )
  select f.job, f.period, f.started_at, f.finished_at, f.counts, f.failure, (select count(*) from found)
  from found f order by f.started_at desc, f.job limit p_limit offset p_offset
$$;
--> statement-breakpoint
-- Since when nothing happened to a work order, and since when it has its status; null when nobody waits for it.
create function app.note_activity() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    new.status_changed_at := app.now();
  elsif new.status <> old.status then
    new.status_changed_at := app.now();
  elsif new.idle_since is distinct from old.idle_since then
    return new;
  else
    if old.idle_since is not null then new.idle_since := app.now(); end if;
    return new;
  end if;
  new.idle_since := case when exists (select from work_order_statuses s
    where s.tenant_id = new.tenant_id and s.slug = new.status and s.kind in ('open', 'waiting')) then app.now() end;
  return new;
end $$;
--> statement-breakpoint
create trigger note_activity before insert or update on work_orders
for each row execute function app.note_activity();
--> statement-breakpoint
-- A status that becomes another kind takes its work orders along.
create function app.move_activity() returns trigger language plpgsql as $$
begin
  update work_orders w set idle_since = case when new.kind in ('open', 'waiting') then app.now() end
  where w.status = new.slug;
  return null;
end $$;
--> statement-breakpoint
create trigger move_activity after update of kind on work_order_statuses
for each row when (new.kind is distinct from old.kind) execute function app.move_activity();
--> statement-breakpoint
-- What exists: no history is to tell of it.
alter table work_orders disable trigger user;
--> statement-breakpoint
update work_orders w set status_changed_at = w.updated_at,
  idle_since = (select w.updated_at from work_order_statuses s
    where s.tenant_id = w.tenant_id and s.slug = w.status and s.kind in ('open', 'waiting'));
--> statement-breakpoint
alter table work_orders enable trigger user;
--> statement-breakpoint
-- What is over already is no news.
do $$
declare v_over record;
begin
  for v_over in select * from (values
    ('invoices', 'overdue_at', 'due_date', 'status = ''sent'''),
    ('quotations', 'expired_at', 'valid_until', 'status = ''sent'''),
    ('price_agreements', 'expired_at', 'valid_until', 'status in (''active'', ''signed'')'),
    ('licenses', 'expired_at', 'valid_until', 'is_current')
  ) as over (table_name, mark, day, which) loop
    execute format('alter table %I disable trigger user', v_over.table_name);
    execute format('update %I set %I = now() where %I < current_date and %s',
      v_over.table_name, v_over.mark, v_over.day, v_over.which);
    execute format('alter table %I enable trigger user', v_over.table_name);
  end loop;
end $$;
--> statement-breakpoint
revoke execute on all functions in schema app from public;
--> statement-breakpoint
grant execute on function app.is_notified, app.reacting, app.shops_with_reactions_due, app.queue_in_shops,
  app.begin_job, app.end_job, app.list_job_runs to repair_angel_app;
--> statement-breakpoint
-- Jobs: what the passing of a day changes, in all shops, each by its own day; so many rows at once, answering how
-- many, and the shops where something reacts to it. No zone is more than 14 hours ahead of UTC, so that an
-- index finds the rows; one that somebody else holds is left to the next run.
create function app.shops_reacting(p_shops bigint[]) returns bigint[] language sql stable as $$
  select coalesce(array_agg(shop), '{}') from unnest(p_shops) shop
  where exists (select from reactions r where r.tenant_id = shop and r.done_at is null and r.failed_at is null
    and r.next_at <= app.now())
$$;
--> statement-breakpoint
-- Sets p_mark to now where the day in p_until, which lies so many days ahead at most, is over.
create function app.mark_past(
  p_table text, p_until text, p_mark text, p_which text, p_limit int, p_ahead int default 0,
  out changed int, out shops bigint[]
) language plpgsql as $$
declare v_shops bigint[];
begin
  execute format('
    with past as (
      select r.id from %1$I r join tenants t on t.id = r.tenant_id
      where %4$s and r.%3$I is null
        and r.%2$I < (app.now() at time zone ''UTC'' + interval ''14 hours'')::date + $2
        and r.%2$I < (app.now() at time zone t.timezone)::date + $2
      order by r.%2$I, r.id limit $1 for update of r skip locked
    ), marked as (
      update %1$I r set %3$I = app.now() from past where r.id = past.id returning r.tenant_id
    )
    select count(*), array_agg(distinct tenant_id) from marked', p_table, p_until, p_mark, p_which)
  into changed, v_shops using p_limit, p_ahead;
  shops := app.shops_reacting(v_shops);
end $$;
--> statement-breakpoint
create function app.mark_overdue_invoices(p_limit int, out changed int, out shops bigint[])
language sql security definer set search_path = public, pg_temp as $$
  select * from app.mark_past('invoices', 'due_date', 'overdue_at', $which$r.status = 'sent' and r.due_cents > 0$which$, p_limit)
$$;
--> statement-breakpoint
create function app.expire_quotations(p_limit int, out changed int, out shops bigint[])
language sql security definer set search_path = public, pg_temp as $$
  select * from app.mark_past('quotations', 'valid_until', 'expired_at', $which$r.status = 'sent'$which$, p_limit)
$$;
--> statement-breakpoint
create function app.expire_price_agreements(p_limit int, out changed int, out shops bigint[])
language sql security definer set search_path = public, pg_temp as $$
  select * from app.mark_past('price_agreements', 'valid_until', 'expired_at',
    $which$r.status in ('active', 'signed')$which$, p_limit)
$$;
--> statement-breakpoint
create function app.expire_licenses(p_limit int, out changed int, out shops bigint[])
language sql security definer set search_path = public, pg_temp as $$
  select * from app.mark_past('licenses', 'valid_until', 'expired_at',
    $which$r.is_current and r.status in ('trial', 'active')$which$, p_limit)
$$;
--> statement-breakpoint
-- On the 14th day before the last one, unless it is too late for that.
create function app.announce_license_ends(p_limit int, out changed int, out shops bigint[])
language sql security definer set search_path = public, pg_temp as $$
  select * from app.mark_past('licenses', 'valid_until', 'expiring_at',
    $which$r.is_current and r.expired_at is null and r.status in ('trial', 'active')
      and r.valid_until >= (app.now() at time zone t.timezone)::date$which$, p_limit, 15)
$$;
--> statement-breakpoint
-- From eight in the morning of the day on which a task is due.
create function app.tell_due_tasks(p_limit int, out changed int, out shops bigint[])
language plpgsql security definer set search_path = public, pg_temp as $$
declare v_shops bigint[];
begin
  with due as (
    select r.id from tasks r join tenants t on t.id = r.tenant_id
    where r.status in ('open', 'in_progress') and r.due_told_at is null
      and r.due_date <= (app.now() at time zone 'UTC' + interval '14 hours')::date
      and r.due_date + time '08:00' <= app.now() at time zone t.timezone
    order by r.due_date, r.id limit p_limit for update of r skip locked
  ), told as (
    update tasks r set due_told_at = app.now() from due where r.id = due.id returning r.tenant_id, r.id
  ), written as (
    insert into events (tenant_id, name, entity, entity_id, root, root_id, actor, request_id, changes)
    select tenant_id, 'task.due', 'task', id, 'task', id, coalesce(app.setting('actor'), 'system'),
      app.setting('request_id'), '{}'
    from told returning tenant_id
  ), counted as (
    insert into row_deltas (tenant_id, table_name, delta)
    select tenant_id, 'events', count(*) from written group by tenant_id returning tenant_id, delta
  )
  select coalesce(sum(delta), 0), array_agg(tenant_id) into changed, v_shops from counted;
  shops := app.shops_reacting(v_shops);
end $$;
--> statement-breakpoint
-- Products whose tax code has ended take the one that succeeded it. Where none did they stay as they are.
create function app.follow_tax_codes(p_limit int, out changed int, out shops bigint[])
language plpgsql security definer set search_path = public, pg_temp as $$
declare v_shops bigint[];
begin
  with ended as materialized (
    select r.tenant_id, r.id, app.tax_rate_on(r.id, clock.today) as successor_id
    from tax_rates r join tenants t on t.id = r.tenant_id
    cross join lateral (select (app.now() at time zone t.timezone)::date as today) clock
    where r.valid_until < (app.now() at time zone 'UTC' + interval '14 hours')::date and r.valid_until < clock.today
      and exists (select from products p where p.tenant_id = r.tenant_id and p.tax_rate_id = r.id)
  ), moving as (
    select p.id, s.id as tax_rate_id, s.rate
    from ended e join tax_rates s on s.id = e.successor_id
    join products p on p.tenant_id = e.tenant_id and p.tax_rate_id = e.id
    limit p_limit for update of p skip locked
  ), moved as (
    update products p set tax_rate_id = m.tax_rate_id, vat_rate = m.rate from moving m where p.id = m.id
    returning p.tenant_id
  )
  select count(*), array_agg(distinct tenant_id) into changed, v_shops from moved;
  shops := app.shops_reacting(v_shops);
end $$;
--> statement-breakpoint
-- Another day takes back what was said of the one before. Argument: the marks, {"expired_at": null}.
create function app.forget_marks() returns trigger language plpgsql as $$
begin
  return jsonb_populate_record(new, tg_argv[0]::jsonb);
end $$;
--> statement-breakpoint
create trigger forget_marks before update of valid_until on quotations for each row
when (new.valid_until is distinct from old.valid_until) execute function app.forget_marks('{"expired_at": null}');
--> statement-breakpoint
create trigger forget_marks before update of valid_until on price_agreements for each row
when (new.valid_until is distinct from old.valid_until) execute function app.forget_marks('{"expired_at": null}');
--> statement-breakpoint
create trigger forget_marks before update of valid_until on licenses for each row
when (new.valid_until is distinct from old.valid_until)
execute function app.forget_marks('{"expiring_at": null, "expired_at": null}');
--> statement-breakpoint
create trigger forget_marks before update of due_date on tasks for each row
when (new.due_date is distinct from old.due_date) execute function app.forget_marks('{"due_told_at": null}');
--> statement-breakpoint
-- May the shop work in the module on that day?
create function app.has_module(p_tenant bigint, p_module text, p_day date) returns boolean
language sql stable as $$
  select exists (
    select from licenses l
    join license_modules m on m.tenant_id = l.tenant_id and m.license_id = l.id and m.module_key = p_module
    where l.tenant_id = p_tenant and l.is_current and m.is_active and l.status not in ('suspended', 'expired')
      and coalesce(l.valid_until >= p_day, true)
  )
$$;
--> statement-breakpoint
-- Has each shop that wants it look once a day, from nine in the morning, for invoices to remind of; answers the
-- shops that this is new to.
create function app.queue_auto_reminders(p_limit int) returns setof bigint
language sql security definer set search_path = public, pg_temp as $$
  insert into reactions (tenant_id, kind, key)
  select t.id, 'auto_reminders', run.key
  from tenants t
  cross join lateral (select app.now() at time zone t.timezone as now) clock
  cross join lateral (select 'auto_reminders/' || to_char(clock.now, 'YYYY-MM-DD') as key) run
  where t.auto_reminders and clock.now::time >= time '09:00'
    and exists (select from invoices i where i.tenant_id = t.id and i.status = 'sent'
      and i.due_date <= clock.now::date - (t.reminder_days ->> 0)::int)
    and app.has_module(t.id, 'invoices', clock.now::date)
    and not exists (select from reactions r where r.tenant_id = t.id and r.key = run.key)
  limit p_limit
  on conflict (tenant_id, key) do nothing returning tenant_id
$$;
--> statement-breakpoint
-- Nightly: what has served its time, at most 20,000 rows of a kind at once, so that nobody waits long. A row that
-- somebody holds or revives in this moment stays.
create or replace function app.clean_up() returns table (kind text, deleted bigint)
language plpgsql security definer set search_path = public, pg_temp as $function$
declare v_served text;
begin
  for kind, v_served in
    select * from (values
      ('idempotency_keys', $$created_at < now() - interval '24 hours'$$),
      ('api_tokens', $$expires_at < now() - interval '30 days'$$),
      ('password_resets', $$expires_at < now()$$),
      ('login_failures', $$since < now() - interval '1 day'$$),
      ('reactions', $$done_at < now() - interval '30 days'$$),
      -- A dead letter, which lives for 180 days, may bring a failed one back.
      ('reactions', $$failed_at < now() - interval '181 days'$$),
      ('dead_letters', $$replayed_at < now() - interval '30 days'$$),
      ('dead_letters', $$created_at < now() - interval '180 days'$$),
      ('inbox', $$done_at < now() - interval '90 days'$$),
      ('webhook_deliveries', $$created_at < now() - interval '90 days'$$),
      ('automation_logs', $$ran_at < now() - interval '180 days'$$),
      ('notifications', $$read_at < now() - interval '90 days'$$),
      ('notifications', $$created_at < now() - interval '1 year'$$),
      ('job_runs', $$started_at < now() - interval '90 days'$$)
    ) as rule (kind, served)
  loop
    execute format('with gone as (
      delete from %1$I where ctid = any (array(
        select ctid from %1$I where %2$s limit 20000 for update skip locked)) returning 1)
      select count(*) from gone', kind, v_served) into deleted;
    return next;
  end loop;
end $function$;
--> statement-breakpoint
revoke execute on all functions in schema app from public;
--> statement-breakpoint
grant execute on function app.mark_overdue_invoices, app.expire_quotations, app.expire_price_agreements,
  app.expire_licenses, app.announce_license_ends, app.tell_due_tasks, app.follow_tax_codes,
  app.queue_auto_reminders to repair_angel_app;
--> statement-breakpoint
-- Webhooks: what `*` stands for. The catalog in code names the same, and a test compares them.
create function app.is_public_event(p_event text) returns boolean language sql immutable parallel safe as $$
  select p_event = any (array[
    'work_order.created', 'work_order.updated', 'work_order.deleted', 'work_order.status_changed',
    'work_order.assigned', 'work_order.completed', 'sla.warned', 'sla.breached', 'quotation.created',
    'quotation.updated', 'quotation.deleted', 'quotation.sent', 'quotation.accepted', 'quotation.rejected',
    'quotation.expired', 'invoice.created', 'invoice.updated', 'invoice.deleted', 'invoice.issued',
    'invoice.sent', 'invoice.paid', 'invoice.cancelled', 'invoice.overdue', 'credit_note.created',
    'credit_note.updated', 'credit_note.deleted', 'credit_note.applied', 'credit_note.voided', 'payment.created',
    'payment.updated', 'payment.deleted', 'payment.paid', 'payment.failed', 'payment.refunded',
    'recurring_invoice.created', 'recurring_invoice.updated', 'recurring_invoice.deleted',
    'price_agreement.created', 'price_agreement.updated', 'price_agreement.deleted', 'price_agreement.activated',
    'price_agreement.signed', 'price_agreement.expired', 'customer.created', 'customer.updated',
    'customer.deleted', 'company.created', 'company.updated', 'company.deleted', 'device.created',
    'device.updated', 'device.deleted', 'tag.created', 'tag.updated', 'tag.deleted', 'product.created',
    'product.updated', 'product.deleted', 'product_category.created', 'product_category.updated',
    'product_category.deleted', 'stock_movement.created', 'employee.created', 'employee.updated',
    'employee.deleted', 'branch.created', 'branch.updated', 'branch.deleted', 'tax_rate.created',
    'tax_rate.updated', 'tax_rate.deleted', 'work_order_status.created', 'work_order_status.updated',
    'work_order_status.deleted', 'product.low_stock', 'task.created', 'task.updated', 'task.deleted',
    'task.assigned', 'task.completed', 'task.due'])
$$;
--> statement-breakpoint
revoke execute on function app.is_public_event from public;
--> statement-breakpoint
-- Service levels: the shops with something to warn of or to record, for the check.
create function app.shops_with_sla_due(p_limit int) returns setof bigint
language sql stable security definer set search_path = public, pg_temp as $$
  select distinct tenant_id from sla_clocks where next_check_at <= app.now() limit p_limit
$$;
--> statement-breakpoint
revoke execute on function app.shops_with_sla_due from public;
--> statement-breakpoint
grant execute on function app.shops_with_sla_due to repair_angel_app;
--> statement-breakpoint
-- Automation rules. That a rule ran is no new version of it: an editor's If-Match must hold meanwhile.
create or replace trigger touch before update on automation_rules for each row
when ((new.name, new.trigger, new.conditions, new.actions, new.active)
  is distinct from (old.name, old.trigger, old.conditions, old.actions, old.active))
execute function app.touch();
--> statement-breakpoint
create function app.tell_low_stock() returns trigger language plpgsql as $$
begin
  perform app.record_event('product.low_stock', 'product', new.id,
    jsonb_build_object('stock_quantity', jsonb_build_array(old.stock_quantity, new.stock_quantity)));
  return null;
end $$;
--> statement-breakpoint
create trigger tell_low_stock after update of stock_quantity on products for each row
when (new.min_stock > 0 and new.stock_quantity < new.min_stock and old.stock_quantity >= old.min_stock)
execute function app.tell_low_stock();
--> statement-breakpoint
-- Is a module in the shop's licence, and the licence valid?
create function app.module_is_active(p_module text) returns boolean language sql stable as
$$ select app.has_module(app.tenant(), p_module, app.today()) $$;
--> statement-breakpoint
/*
 * The line of a rule about time: how many days must have gone by. `>= N` and `= N` hold from day N, `> N` from
 * the day after; the strictest counts, and a rule that says nothing waits as long as is usual.
 * `exact` (= N): what is beyond the line already when the rule is made does not react.
 */
create function app.line_of(p_trigger text, p_conditions jsonb, out days int, out exact boolean)
language sql immutable parallel safe as $$
  select least(greatest(1, coalesce(
      max(case c ->> 'operator' when '>' then floor((c ->> 'value')::numeric) + 1 else ceil((c ->> 'value')::numeric) end),
      case p_trigger when 'wo_idle' then 7 when 'pickup_reminder' then 3 else 1 end)), 36500)::int,
    coalesce(bool_or(c ->> 'operator' = '='), false)
  from jsonb_array_elements(p_conditions) c
  where c ->> 'operator' in ('>=', '>', '=')
    and c ->> 'field' = case p_trigger when 'wo_idle' then 'idle_days' when 'pickup_reminder' then 'days_ready' else 'days_overdue' end
$$;
--> statement-breakpoint
-- What began before this moment is over the line: a day begins at midnight in the shop's zone. Due dates have no zone.
create function app.line_moment(p_trigger text, p_days int, p_zone text) returns timestamptz language sql stable as $$
  select ((app.now() at time zone p_zone)::date - p_days + 1)::timestamp
    at time zone case p_trigger when 'invoice_overdue' then 'UTC' else p_zone end
$$;
--> statement-breakpoint
/*
 * Records over the line of a rule, longest first: what began from p_from until before p_until. Those that began
 * at one moment are not parted by the limit, so that whoever goes on after the last one leaves none out.
 */
create function app.over_line(p_rule bigint, p_trigger text, p_tenant bigint, p_from timestamptz, p_until timestamptz, p_limit int)
returns table (entity text, entity_id bigint, since timestamptz, key text) language plpgsql stable as $$
declare v_from timestamptz := coalesce(p_from, '-infinity');
begin
  if p_trigger = 'wo_idle' then
    return query select 'work_order', w.id, w.idle_since, app.line_key(p_rule, 'work_order', w.id, w.idle_since)
    from work_orders w
    where w.tenant_id = p_tenant and w.idle_since >= v_from and w.idle_since < p_until
    order by w.idle_since fetch first p_limit rows with ties;
  elsif p_trigger = 'pickup_reminder' then
    return query select 'work_order', w.id, w.status_changed_at, app.line_key(p_rule, 'work_order', w.id, w.status_changed_at)
    from work_orders w
    where w.tenant_id = p_tenant and w.status = 'ready' and w.idle_since is not null
      and w.status_changed_at >= v_from and w.status_changed_at < p_until
    order by w.status_changed_at fetch first p_limit rows with ties;
  elsif p_trigger = 'invoice_overdue' then
    return query select 'invoice', i.id, i.due_date::timestamp at time zone 'UTC',
      app.line_key(p_rule, 'invoice', i.id, i.due_date::timestamp at time zone 'UTC')
    from invoices i
    where i.tenant_id = p_tenant and i.status = 'sent' and i.due_cents > 0
      -- The first day that begins at that moment or later.
      and i.due_date >= (v_from at time zone 'UTC' + interval '1 day' - interval '1 microsecond')::date
      and i.due_date < (p_until at time zone 'UTC')::date
    order by i.due_date fetch first p_limit rows with ties;
  end if;
end $$;
--> statement-breakpoint
-- A record reacts to a rule once per stretch of time.
create function app.line_key(p_rule bigint, p_entity text, p_id bigint, p_since timestamptz) returns text
language sql immutable as $$
  select 'rule:' || p_rule || '/' || p_entity || ':' || p_id || '/' || (extract(epoch from p_since) * 1000000)::bigint
$$;
--> statement-breakpoint
/*
 * For every active rule of a trigger, of any shop: a reaction for each record that crossed the rule's line since
 * it last looked. Most of the day there is none, and then no record is read. A rule that is up to date goes
 * before one with much to catch up on. Answers the shops to call to work, and how many records there were.
 */
create function app.react_to_time(p_trigger text, p_limit int, out shops bigint[], out records int)
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  v_rule record;
  v_looked int := 0;
  v_found int;
  v_asked int;
  v_last timestamptz;
begin
  shops := '{}';
  records := 0;
  for v_rule in
    select a.id, a.tenant_id, l.until,
      coalesce(a.checked_until, case when line.exact then l.until - interval '1 day' end) as since
    from automation_rules a
    join tenants t on t.id = a.tenant_id
    cross join lateral app.line_of(a.trigger, a.conditions) line
    cross join lateral (select app.line_moment(a.trigger, line.days, t.timezone) as until) l
    where a.trigger = p_trigger and a.active and coalesce(a.checked_until < l.until, true)
    order by a.checked_until desc nulls last, a.id for update of a skip locked
  loop
    with over as materialized (
      select * from app.over_line(v_rule.id, p_trigger, v_rule.tenant_id, v_rule.since, v_rule.until, p_limit - v_looked)
    ), asked as (
      insert into reactions (tenant_id, kind, key, subject_id, payload)
      select v_rule.tenant_id, 'rule', o.key, v_rule.id, jsonb_build_object('entity', o.entity, 'entity_id', o.entity_id)
      from over o on conflict (tenant_id, key) do nothing returning id
    )
    select count(*), max(o.since), (select count(*) from asked) into v_found, v_last, v_asked from over o;
    v_looked := v_looked + v_found;
    records := records + v_asked;
    if v_asked > 0 then shops := shops || v_rule.tenant_id; end if;
    update automation_rules
    set checked_until = case when v_looked < p_limit then v_rule.until else v_last + interval '1 microsecond' end
    where id = v_rule.id;
    exit when v_looked >= p_limit;
  end loop;
  shops := array(select distinct unnest(shops));
end $$;
--> statement-breakpoint
-- An invoice that becomes open after its due date, or gets another one, crosses the line where no rule looks again.
create function app.note_overdue() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
begin
  insert into reactions (tenant_id, kind, key, subject_id, payload, chain)
  select a.tenant_id, 'rule', app.line_key(a.id, 'invoice', new.id, new.due_date::timestamp at time zone 'UTC'), a.id,
    jsonb_build_object('entity', 'invoice', 'entity_id', new.id),
    coalesce(string_to_array(nullif(current_setting('app.chain', true), ''), ',')::bigint[], '{}')
  from automation_rules a cross join lateral app.line_of(a.trigger, a.conditions) line
  where a.tenant_id = new.tenant_id and a.active and a.trigger = 'invoice_overdue'
    and case when line.exact then new.due_date = app.today() - line.days else new.due_date <= app.today() - line.days end
  on conflict (tenant_id, key) do nothing;
  if found then perform set_config('app.reacts', 'on', true); end if;
  return null;
end $$;
--> statement-breakpoint
create trigger note_overdue after update of status, due_date on invoices for each row
when (new.status = 'sent' and new.due_cents > 0
  and (new.status, new.due_date) is distinct from (old.status, old.due_date))
execute function app.note_overdue();
--> statement-breakpoint
-- Does a number of the clock meet a condition of a rule of the schedule?
create function app.clock_meets(p_value int, p_operator text, p_against jsonb) returns boolean
language sql immutable parallel safe as $$
  select case
    when p_operator = 'in' then p_against @> to_jsonb(p_value)
    when jsonb_typeof(p_against) <> 'number' then p_operator = 'not_empty'
    when p_operator = '=' then p_value = p_against::numeric
    when p_operator = '!=' then p_value <> p_against::numeric
    when p_operator = '>' then p_value > p_against::numeric
    when p_operator = '<' then p_value < p_against::numeric
    when p_operator = '>=' then p_value >= p_against::numeric
    when p_operator = '<=' then p_value <= p_against::numeric
    else false
  end
$$;
--> statement-breakpoint
/*
 * A reaction for every rule of the schedule whose hour has come in its shop's zone, hours that cron missed in the
 * last day included. An hour that the clock strikes twice, in autumn, has one key.
 */
create function app.react_to_schedule(out shops bigint[], out records int)
language sql security definer set search_path = public, pg_temp as $$
  with rule as materialized (
    select a.id, a.tenant_id, a.conditions, a.checked_until, t.timezone, date_trunc('hour', app.now()) as this_hour
    from automation_rules a join tenants t on t.id = a.tenant_id
    where a.trigger = 'schedule' and a.active and coalesce(a.checked_until < date_trunc('hour', app.now()), true)
    for update of a skip locked
  ), checked as (
    update automation_rules a set checked_until = rule.this_hour from rule where a.id = rule.id
  ), due as (
    select rule.id, rule.tenant_id, h.hour at time zone rule.timezone as local
    from rule cross join lateral generate_series(
      greatest(coalesce(rule.checked_until + interval '1 hour', rule.this_hour), rule.this_hour - interval '23 hours'),
      rule.this_hour, interval '1 hour') as h (hour)
    where not exists (
      select from jsonb_array_elements(rule.conditions) c
      where not app.clock_meets(
        date_part(case c ->> 'field' when 'weekday' then 'isodow' when 'day_of_month' then 'day' else 'hour' end,
          h.hour at time zone rule.timezone)::int, c ->> 'operator', c -> 'value'))
  ), asked as (
    insert into reactions (tenant_id, kind, key, subject_id, payload)
    select d.tenant_id, 'rule', 'rule:' || d.id || '/' || to_char(d.local, 'YYYY-MM-DD"T"HH24'), d.id,
      jsonb_build_object('hour', extract(hour from d.local)::int, 'weekday', extract(isodow from d.local)::int,
        'day_of_month', extract(day from d.local)::int)
    from due d on conflict (tenant_id, key) do nothing returning tenant_id
  )
  select array(select distinct tenant_id from asked), (select count(*)::int from asked)
$$;
--> statement-breakpoint
revoke execute on all functions in schema app from public;
--> statement-breakpoint
grant execute on function app.has_module, app.module_is_active, app.line_of, app.line_moment, app.over_line, app.line_key,
  app.react_to_time, app.react_to_schedule to repair_angel_app;
--> statement-breakpoint
-- Tasks. The tasks of a status are a column of the shop's board: their positions are consecutive numbers, and what
-- people see counts from the first. So whoever moves a task shifts the fewer of its neighbours: a long column costs
-- no more at its top than at its end.
create function app.hold_board() returns void language sql as
$$ select pg_advisory_xact_lock(hashtextextended('tasks', app.tenant())) $$;
--> statement-breakpoint
create function app.hold_board_first() returns trigger language plpgsql as $$
begin
  perform app.hold_board();
  return null;
end $$;
--> statement-breakpoint
-- Until the transaction ends, and before any row is locked.
create trigger hold_board before insert or delete or update of status, position on tasks
for each statement execute function app.hold_board_first();
--> statement-breakpoint
-- Takes the number of a task that leaves out of a column; 1 when those before it moved up, 0 when those after it down.
create function app.close_ranks(p_tenant bigint, p_status text, p_position int) returns int language plpgsql as $$
declare
  v_first int;
  v_last int;
begin
  select min(position), max(position) into v_first, v_last from tasks where tenant_id = p_tenant and status = p_status;
  if p_position - v_first < v_last - p_position then
    update tasks set position = position + 1
    where tenant_id = p_tenant and status = p_status and position < p_position;
    return 1;
  end if;
  update tasks set position = position - 1
  where tenant_id = p_tenant and status = p_status and position > p_position;
  return 0;
end $$;
--> statement-breakpoint
-- A new task comes in at the end of its column. One that is moved gets the position that it asks for in its column;
-- the end when that is null or beyond, or its own when it stays.
create function app.place_task() returns trigger language plpgsql as $$
declare
  v_place int;
  v_first int;
  v_last int;
begin
  new.completed_at := case when new.status = 'done' then coalesce(new.completed_at, app.now()) end;
  if tg_op = 'UPDATE' then
    if new.status = old.status and coalesce(new.position, old.position) = old.position then
      new.position := old.position;
      return new;
    end if;
    select new.position - min(position) into v_place from tasks
    where tenant_id = new.tenant_id and status = new.status;
    perform app.close_ranks(old.tenant_id, old.status, old.position);
  end if;
  select min(position), max(position) into v_first, v_last from tasks
  where tenant_id = new.tenant_id and status = new.status and id <> new.id;
  if v_first is null then
    new.position := 0;
  elsif v_place is null or v_place > v_last - v_first then
    new.position := v_last + 1;
  elsif v_place * 2 <= v_last - v_first then
    update tasks set position = position - 1
    where tenant_id = new.tenant_id and status = new.status and position < v_first + v_place and id <> new.id;
    new.position := v_first + v_place - 1;
  else
    update tasks set position = position + 1
    where tenant_id = new.tenant_id and status = new.status and position >= v_first + v_place and id <> new.id;
    new.position := v_first + v_place;
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger place_task_insert before insert on tasks for each row execute function app.place_task();
--> statement-breakpoint
create trigger place_task_update before update of status, position on tasks
for each row when (pg_trigger_depth() = 0) execute function app.place_task();
--> statement-breakpoint
-- Also of tasks that go with their work order.
create function app.leave_board() returns trigger language plpgsql as $$
declare
  v_gone record;
  v_column text := '';
  v_moved int;
begin
  for v_gone in select tenant_id, status, position from gone order by tenant_id, status, position desc loop
    if v_column <> v_gone.tenant_id || v_gone.status then
      v_column := v_gone.tenant_id || v_gone.status;
      v_moved := 0;
    end if;
    v_moved := v_moved + app.close_ranks(v_gone.tenant_id, v_gone.status, v_gone.position + v_moved);
  end loop;
  return null;
end $$;
--> statement-breakpoint
create trigger leave_board after delete on tasks referencing old table as gone
for each statement execute function app.leave_board();
--> statement-breakpoint
-- A task that only made room is still the version that people have read, and history has nothing to tell of it.
do $$
begin
  execute (
    select replace(replace(pg_get_triggerdef(oid), 'CREATE TRIGGER', 'CREATE OR REPLACE TRIGGER'),
      'FOR EACH STATEMENT', 'FOR EACH STATEMENT WHEN (pg_trigger_depth() = 0)')
    from pg_trigger where tgrelid = 'tasks'::regclass and tgname = 'history_update');
end $$;
--> statement-breakpoint
drop trigger touch on tasks;
--> statement-breakpoint
create trigger touch before update on tasks for each row when (pg_trigger_depth() = 0) execute function app.touch();
--> statement-breakpoint
revoke execute on function app.hold_board, app.hold_board_first, app.close_ranks, app.place_task, app.leave_board from public;
--> statement-breakpoint
grant execute on function app.hold_board, app.close_ranks to repair_angel_app;
--> statement-breakpoint
-- Plans of a trigger are made for one row and kept: joining thousands of changed rows by nested loops takes minutes.
alter function app.record_change() set enable_nestloop = off;
