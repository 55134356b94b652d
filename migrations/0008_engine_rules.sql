-- The outbox: what reacts to what happened is written down in the transaction of the change itself.
-- Then row security and history of the tables of 0007, and what the jobs look for across the shops.
call app.protect('automation_rules', 'automation_rule', p_silent => '{last_run_at,checked_until}');
--> statement-breakpoint
call app.protect('sla_configs', 'sla_config');
--> statement-breakpoint
call app.protect('tasks', 'task', p_silent => '{position}',
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
$$ select p_event = any ('{work_order.assigned,work_order.status_changed,sla.warned,sla.breached}') $$;
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
    select 'sla', null where e.entity = 'work_order' and e.name not like 'sla.%'
      and e.name <> 'work_order.deleted'
      and exists (select from sla_configs c where c.tenant_id = e.tenant_id)
    union all
    select 'rule', a.id from automation_rules a
    where a.tenant_id = e.tenant_id and a.active and a.trigger = e.name
    union all
    select 'webhook', w.id from webhook_endpoints w
    where w.tenant_id = e.tenant_id and w.active and (e.name = any (w.events) or '*' = any (w.events))
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
revoke execute on all functions in schema app from public;
--> statement-breakpoint
grant execute on function app.is_notified, app.reacting, app.shops_with_reactions_due, app.queue_in_shops,
  app.begin_job, app.end_job, app.list_job_runs to repair_angel_app;
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
