-- Whose branch a new record is of when nobody says: that of the user who makes it, while it is there.
create function app.own_branch() returns bigint language plpgsql stable as $$
declare v_user bigint := app.user_id();
begin
  if v_user is null then return null; end if;
  return (
    select b.id from users u join branches b on b.tenant_id = u.tenant_id and b.id = u.branch_id
    where u.id = v_user and b.deleted_at is null);
end $$;--> statement-breakpoint
ALTER TABLE "invoices" ALTER COLUMN "branch_id" SET DEFAULT app.own_branch();--> statement-breakpoint
ALTER TABLE "work_orders" ALTER COLUMN "branch_id" SET DEFAULT app.own_branch();--> statement-breakpoint
ALTER TABLE "recurring_invoices" ADD COLUMN "branch_id" bigint DEFAULT app.own_branch();--> statement-breakpoint
ALTER TABLE "quotations" ADD COLUMN "branch_id" bigint DEFAULT app.own_branch();--> statement-breakpoint
ALTER TABLE "tasks" ADD COLUMN "remind_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "tasks" ADD COLUMN "reminded_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "recurring_invoices" ADD CONSTRAINT "recurring_invoices_branch_id_fk" FOREIGN KEY ("tenant_id","branch_id") REFERENCES "public"."branches"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "quotations" ADD CONSTRAINT "quotations_branch_id_fk" FOREIGN KEY ("tenant_id","branch_id") REFERENCES "public"."branches"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "recurring_invoices_branch_id_idx" ON "recurring_invoices" USING btree ("tenant_id","branch_id");--> statement-breakpoint
CREATE INDEX "quotations_branch_id_idx" ON "quotations" USING btree ("tenant_id","branch_id","id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "tasks_remind_at_idx" ON "tasks" USING btree ("remind_at") WHERE "tasks"."remind_at" is not null and "tasks"."reminded_at" is null;--> statement-breakpoint
-- Quotations for a work order were of its branch already, by it. This is no change that history has to tell.
alter table quotations disable trigger user;
--> statement-breakpoint
update quotations q set branch_id = w.branch_id
from work_orders w where w.tenant_id = q.tenant_id and w.id = q.work_order_id and w.branch_id is not null;
--> statement-breakpoint
alter table quotations enable trigger user;
--> statement-breakpoint
-- What is made from a record of a deleted branch takes that branch; nothing else may name it. Since branches of
-- invoices can be given, this holds for them too.
create or replace function app.refuse_deleted_branch() returns trigger language plpgsql as $$
declare
  v_new jsonb;
begin
  if tg_op = 'UPDATE' then
    if new.branch_id is not distinct from old.branch_id then return new; end if;
  end if;
  if not exists (select from branches where id = new.branch_id and deleted_at is not null) then return new; end if;
  if tg_table_name in ('invoices', 'quotations') then
    v_new := to_jsonb(new);
    if app.is_branch_of(new.branch_id, (v_new ->> 'work_order_id')::bigint, (v_new ->> 'quotation_id')::bigint,
      (v_new ->> 'recurring_invoice_id')::bigint) then
      return new;
    end if;
  end if;
  raise exception 'branch % is deleted', new.branch_id using errcode = 'foreign_key_violation',
    table = tg_table_name, constraint = tg_table_name || '_branch_id_fk',
    detail = format('Key (tenant_id, branch_id)=(%s, %s) is deleted.', new.tenant_id, new.branch_id);
end $$;
--> statement-breakpoint
create function app.is_branch_of(p_branch bigint, p_work_order bigint, p_quotation bigint, p_recurring bigint)
returns boolean language plpgsql stable as $$
begin
  return exists (select from work_orders where id = p_work_order and branch_id = p_branch)
    or exists (select from quotations where id = p_quotation and branch_id = p_branch)
    or exists (select from recurring_invoices where id = p_recurring and branch_id = p_branch);
end $$;
--> statement-breakpoint
create trigger refuse_deleted_branch before insert or update of branch_id on invoices
for each row when (new.branch_id is not null) execute function app.refuse_deleted_branch();
--> statement-breakpoint
create trigger refuse_deleted_branch before insert or update of branch_id on quotations
for each row when (new.branch_id is not null) execute function app.refuse_deleted_branch();
--> statement-breakpoint
create trigger refuse_deleted_branch before insert or update of branch_id on recurring_invoices
for each row when (new.branch_id is not null) execute function app.refuse_deleted_branch();
--> statement-breakpoint
-- Reminders of tasks: told once; another moment is another reminder, and what is finished reminds nobody.
create trigger forget_reminded before update of remind_at on tasks for each row
when (new.remind_at is distinct from old.remind_at) execute function app.forget_marks('{"reminded_at": null}');
--> statement-breakpoint
create trigger forget_reminder before insert or update of status, remind_at on tasks for each row
when (new.status in ('done', 'cancelled') and new.remind_at is not null)
execute function app.forget_marks('{"remind_at": null, "reminded_at": null}');
--> statement-breakpoint
call app.retell('tasks', 'task', p_silent => '{position,due_told_at,reminded_at}',
  p_named => '{"assigned_to": "assigned", "completed_at": "completed"}');
--> statement-breakpoint
-- As before: of a task that only made room there is nothing to tell.
do $$
begin
  execute (
    select replace(replace(pg_get_triggerdef(oid), 'CREATE TRIGGER', 'CREATE OR REPLACE TRIGGER'),
      'FOR EACH STATEMENT', 'FOR EACH STATEMENT WHEN (pg_trigger_depth() = 0)')
    from pg_trigger where tgrelid = 'tasks'::regclass and tgname = 'history_update');
end $$;
--> statement-breakpoint
-- Writes an event of each of these tasks of whichever shops; answers how many, and the shops to call to work.
create function app.tell_of_tasks(p_event text, p_tasks bigint[], out changed int, out shops bigint[])
language plpgsql as $$
declare v_shops bigint[];
begin
  with written as (
    insert into events (tenant_id, name, entity, entity_id, root, root_id, actor, request_id, changes)
    select tenant_id, p_event, 'task', id, 'task', id, coalesce(app.setting('actor'), 'system'),
      app.setting('request_id'), '{}'
    from tasks where id = any (p_tasks) order by array_position(p_tasks, id) returning tenant_id
  ), counted as (
    insert into row_deltas (tenant_id, table_name, delta)
    select tenant_id, 'events', count(*) from written group by tenant_id returning tenant_id, delta
  )
  select coalesce(sum(delta), 0), array_agg(tenant_id) into changed, v_shops from counted;
  shops := app.shops_reacting(v_shops);
end $$;
--> statement-breakpoint
-- From eight in the morning of the day on which a task is due.
create or replace function app.tell_due_tasks(p_limit int, out changed int, out shops bigint[])
language plpgsql security definer set search_path = public, pg_temp as $$
declare v_due bigint[];
begin
  with due as (
    select r.id, r.due_date from tasks r join tenants t on t.id = r.tenant_id
    where r.status in ('open', 'in_progress') and r.due_told_at is null
      and r.due_date <= (app.now() at time zone 'UTC' + interval '14 hours')::date
      and r.due_date + time '08:00' <= app.now() at time zone t.timezone
    order by r.due_date, r.id limit p_limit for update of r skip locked
  ), told as (
    update tasks r set due_told_at = app.now() from due where r.id = due.id returning r.id, r.due_date
  )
  select array_agg(id order by due_date, id) into v_due from told;
  select * into changed, shops from app.tell_of_tasks('task.due', v_due);
end $$;
--> statement-breakpoint
-- Tasks whose moment of being reminded of has come. A task that somebody changes in this moment waits a minute.
create function app.remind_of_tasks(p_limit int, out changed int, out shops bigint[])
language plpgsql security definer set search_path = public, pg_temp as $$
declare v_due bigint[];
begin
  with due as (
    select id from tasks where remind_at is not null and reminded_at is null and remind_at <= app.now()
    order by remind_at, id limit p_limit for update skip locked
  ), told as (
    update tasks r set reminded_at = app.now() from due where r.id = due.id returning r.id, r.remind_at
  )
  select array_agg(id order by remind_at, id) into v_due from told;
  select * into changed, shops from app.tell_of_tasks('task.reminded', v_due);
end $$;
--> statement-breakpoint
-- Who changes tasks holds the board before any of them, else two wait for each other: also who names a version
-- of a task, which locks it first, and who deletes a work order with its tasks.
create or replace function app.must_match(p_table text, p_id bigint, p_versions text[])
returns void language plpgsql as $$
declare v_version text;
begin
  if p_table = 'tasks' then perform app.hold_board(); end if;
  execute format('select (extract(epoch from updated_at) * 1000000)::bigint::text from %I where id = $1 for update', p_table)
    into v_version using p_id;
  if v_version is null then perform app.refuse(404, 'not_found', 'Record not found.'); end if;
  if v_version <> all (p_versions) then
    perform app.refuse(412, 'stale', 'The record was changed by someone else; read it again.');
  end if;
end $$;
--> statement-breakpoint
create trigger hold_board before delete on work_orders
for each statement execute function app.hold_board_first();
--> statement-breakpoint
revoke execute on function app.own_branch, app.is_branch_of, app.tell_of_tasks, app.remind_of_tasks from public;
--> statement-breakpoint
grant execute on function app.own_branch, app.is_branch_of, app.remind_of_tasks to repair_angel_app;
