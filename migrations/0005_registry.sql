ALTER TABLE "customers" ALTER COLUMN "name" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "customers" ALTER COLUMN "is_business" SET NOT NULL;--> statement-breakpoint
-- Dropping the column, as generated, would drop its index with it.
ALTER TABLE "customers" ALTER COLUMN "search" SET EXPRESSION AS (app.fold(coalesce(first_name, '') || ' ' || coalesce(last_name, '') || ' ' || coalesce(first_name, '') || ' ' || coalesce(email, '') || ' ' || coalesce(regexp_replace(phone_e164, '[^[:alnum:]]', '', 'g'), '') || ' ' || coalesce(regexp_replace(phone, '[^[:alnum:]]', '', 'g'), '')));--> statement-breakpoint
ALTER TABLE "employees" ADD CONSTRAINT "employees_ended_on_check" CHECK ("employees"."ended_on" >= "employees"."started_on");
--> statement-breakpoint
-- A deleted branch stays on the records that name it, but no record may start to: to the client it is
-- as unknown as one that never was. An invoice is not under this rule, it takes its work order's branch.
create function app.refuse_deleted_branch() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' then
    if new.branch_id is not distinct from old.branch_id then return new; end if;
  end if;
  if exists (select from branches where id = new.branch_id and deleted_at is not null) then
    raise exception 'branch % is deleted', new.branch_id using errcode = 'foreign_key_violation',
      table = tg_table_name, constraint = tg_table_name || '_branch_id_fk',
      detail = format('Key (tenant_id, branch_id)=(%s, %s) is deleted.', new.tenant_id, new.branch_id);
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger refuse_deleted_branch before insert or update of branch_id on users
for each row when (new.branch_id is not null) execute function app.refuse_deleted_branch();
--> statement-breakpoint
create trigger refuse_deleted_branch before insert or update of branch_id on employees
for each row when (new.branch_id is not null) execute function app.refuse_deleted_branch();
--> statement-breakpoint
create trigger refuse_deleted_branch before insert or update of branch_id on work_orders
for each row when (new.branch_id is not null) execute function app.refuse_deleted_branch();
--> statement-breakpoint
-- Its deletion is an update; history calls it by its name.
drop trigger history_update on branches;
--> statement-breakpoint
create trigger history_update after update on branches referencing old table as old_rows new table as new_rows
for each statement execute function app.record_change('branch', '{}', '{"deleted_at": "deleted"}', 'branch', 'id');
--> statement-breakpoint
revoke execute on function app.refuse_deleted_branch from public;
