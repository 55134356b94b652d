/*
 * The policies call app.tenant() instead of selecting it: the planner then knows, before it runs a statement,
 * which shop asks and how many of a table's rows are its own (decision 0017).
 */
do $$
declare
  p record;
begin
  for p in select tablename, case tablename when 'tenants' then 'id' else 'tenant_id' end as tenant_column
    from pg_policies where policyname = 'tenant' and schemaname = 'public'
  loop
    execute format('alter policy tenant on %I using (%I = app.tenant()) with check (%I = app.tenant())',
      p.tablename, p.tenant_column, p.tenant_column);
  end loop;
end $$;
--> statement-breakpoint
/*
 * Makes a table a tenant table: row security, grants for the Worker's role, history.
 *   p_named        column → event name, recorded when the column is set: '{"status": "status_changed"}'
 *   p_silent       columns that history never shows (secrets, files)
 *   p_root         entity and column of the record this one is part of: 'work_order:work_order_id'
 *   p_append_only  no update, no delete, from any path
 * The owner's policy lets migrations and SECURITY DEFINER functions through; the Worker is not the owner.
 */
create or replace procedure app.protect(
  p_table text, p_entity text, p_named jsonb default '{}', p_silent text[] default '{}',
  p_root text default null, p_append_only boolean default false, p_history boolean default true,
  p_tenant_column text default 'tenant_id'
) language plpgsql as $$
declare
  v_arguments text := format('%L, %L, %L, %L, %L', p_entity, p_silent, p_named,
    coalesce(split_part(p_root, ':', 1), p_entity), coalesce(split_part(p_root, ':', 2), 'id'));
begin
  execute format('alter table %I enable row level security', p_table);
  execute format('alter table %I force row level security', p_table);
  execute format('create policy tenant on %I to repair_angel_app using (%I = app.tenant()) with check (%I = app.tenant())',
    p_table, p_tenant_column, p_tenant_column);
  execute format('create policy owner on %I to current_user using (true) with check (true)', p_table);
  execute format('grant select, insert%s on %I to repair_angel_app',
    case when p_append_only then '' else ', update, delete' end, p_table);
  -- newId() in db/rows.ts reads the id that the transaction has just given.
  if exists (select from pg_attribute where attrelid = p_table::regclass and attname = 'id' and attidentity <> '') then
    execute format('grant select, usage on sequence %s to repair_angel_app', pg_get_serial_sequence(p_table, 'id'));
  end if;
  if p_append_only then
    execute format('create trigger append_only before update or delete or truncate on %I for each statement execute function app.append_only()', p_table);
  end if;
  if not p_history then return; end if;
  execute format('create trigger history_insert after insert on %I referencing new table as whole_rows for each statement execute function app.record_change(%s)', p_table, v_arguments);
  execute format('create trigger history_update after update on %I referencing old table as old_rows new table as new_rows for each statement execute function app.record_change(%s)', p_table, v_arguments);
  execute format('create trigger history_delete after delete on %I referencing old table as whole_rows for each statement execute function app.record_change(%s)', p_table, v_arguments);
  execute format('create trigger touch before update on %I for each row execute function app.touch()', p_table);
end $$;
