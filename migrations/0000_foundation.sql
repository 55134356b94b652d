-- What every table below stands on: the session's settings, search text, document numbers,
-- the history trigger, and app.protect(), which makes a table a tenant table.
create extension if not exists pg_trgm;
--> statement-breakpoint
create extension if not exists btree_gin;
--> statement-breakpoint
create extension if not exists unaccent;
--> statement-breakpoint
create schema app;
--> statement-breakpoint
-- The Worker's role: owns nothing, bypasses nothing. Login and password are given outside migrations.
do $$ begin
  if not exists (select from pg_roles where rolname = 'repair_angel_app') then
    create role repair_angel_app nologin;
  end if;
end $$;
--> statement-breakpoint
grant usage on schema public, app to repair_angel_app;
--> statement-breakpoint
-- A setting made with set_config(…, true) reads '' afterwards on that connection, not null.
create function app.setting(p_name text) returns text language sql stable parallel safe as
$$ select nullif(current_setting('app.' || p_name, true), '') $$;
--> statement-breakpoint
create function app.tenant() returns bigint language sql stable parallel safe as
$$ select nullif(current_setting('app.tenant_id', true), '')::bigint $$;
--> statement-breakpoint
create function app.user_id() returns bigint language sql stable parallel safe as
$$ select nullif(current_setting('app.user_id', true), '')::bigint $$;
--> statement-breakpoint
-- The clock: the transaction's start, unless a job or a test set another time.
create function app.now() returns timestamptz language sql stable parallel safe as
$$ select coalesce(nullif(current_setting('app.now', true), '')::timestamptz, now()) $$;
--> statement-breakpoint
-- When a row is written. The transaction's number is taken first, so that of two rows the one with the later
-- time cannot be settled while the other is still to come (see syncPage in db/rows.ts).
create function app.write_time() returns timestamptz language plpgsql as $$
begin
  perform pg_current_xact_id();
  return coalesce(nullif(current_setting('app.now', true), '')::timestamptz, clock_timestamp());
end $$;
--> statement-breakpoint
-- The shop's zone; in a condition on many rows write (select app.today()), which is evaluated once.
create function app.zone() returns text language plpgsql stable as $$
begin
  return coalesce((select timezone from tenants where id = app.tenant()), 'Europe/Amsterdam');
end $$;
--> statement-breakpoint
-- The calendar day in that zone.
create function app.today() returns date language sql stable as
$$ select (app.now() at time zone app.zone())::date $$;
--> statement-breakpoint
-- Letter case and accents folded; unaccent() itself is not immutable only because its dictionary may change.
create function app.fold(p_text text) returns text language sql immutable parallel safe strict
set search_path = public, pg_temp as
$$ select ' ' || lower(unaccent('unaccent', p_text)) $$;
--> statement-breakpoint
-- A moment as a client writes it; without an offset it is the shop's own time.
create function app.instant(p_text text) returns timestamptz language sql stable as $$
  select case when p_text ~ '(Z|[+-]\d{2}:?\d{2})$' then p_text::timestamptz
    else p_text::timestamp at time zone app.zone() end
$$;
--> statement-breakpoint
-- LIKE patterns of what a user typed, taken literally. A trigram index needs three characters, so one
-- or two match the start of a word. A phone number matches in any writing (06…, +31 6…, 0031 6…),
-- a plate or serial number with or without separators.
create function app.search_terms(p_query text, out literal text, out digits text, out squeezed text)
language plpgsql immutable parallel safe set search_path = public, pg_temp as $$
declare
  v_folded text := btrim(app.fold(coalesce(p_query, '')));
  v_escaped text := replace(replace(replace(v_folded, '\', '\\'), '%', '\%'), '_', '\_');
  v_digits text;
  v_squeezed text := regexp_replace(v_folded, '[^[:alnum:]]', '', 'g');
begin
  literal := case when length(v_folded) < 3 then '% ' else '%' end || v_escaped || '%';
  if v_folded ~ '^\+?[0-9 ()./-]{5,}$' then
    v_digits := regexp_replace(replace(v_folded, '(0)', ''), '[^0-9]', '', 'g');
    v_digits := regexp_replace(v_digits, '^00?', '');
    if length(v_digits) >= 3 then digits := '%' || v_digits || '%'; end if;
  end if;
  if v_squeezed <> v_folded and length(v_squeezed) >= 3 then squeezed := '%' || v_squeezed || '%'; end if;
end $$;
--> statement-breakpoint
-- Refusals raised in SQL: SQLSTATE RA + HTTP status, the code and the field in the detail.
create function app.refuse(p_status int, p_code text, p_message text, p_field text default null)
returns void language plpgsql as $$
begin
  raise exception using errcode = 'RA' || p_status, message = p_message,
    detail = jsonb_build_object('code', p_code, 'field', p_field)::text;
end $$;
--> statement-breakpoint
-- A condition of a one-batch write: when it does not hold, the whole batch is undone.
create function app.guard(p_holds boolean, p_code text, p_message text, p_field text default null)
returns void language plpgsql as $$
begin
  if p_holds is not true then perform app.refuse(422, p_code, p_message, p_field); end if;
end $$;
--> statement-breakpoint
-- Ids that a statement of this transaction has chosen for the next one (see page() in db/rows.ts).
create function app.page_ids(p_table text) returns bigint[] language sql stable as
$$ select string_to_array(nullif(current_setting('app.page_' || p_table, true), ''), ',')::bigint[] $$;
--> statement-breakpoint
-- The record that a path or a query names; another tenant's is not seen, so it answers the same.
create function app.must_exist(p_table text, p_id bigint) returns void language plpgsql as $$
declare v_exists boolean;
begin
  execute format('select exists (select from %I where id = $1)', p_table) into v_exists using p_id;
  if not v_exists then perform app.refuse(404, 'not_found', 'Record not found.'); end if;
end $$;
--> statement-breakpoint
-- If-Match: locks the row, and refuses when it changed since the caller read it.
create function app.must_match(p_table text, p_id bigint, p_versions text[])
returns void language plpgsql as $$
declare v_version text;
begin
  execute format('select (extract(epoch from updated_at) * 1000000)::bigint::text from %I where id = $1 for update', p_table)
    into v_version using p_id;
  if v_version is null then perform app.refuse(404, 'not_found', 'Record not found.'); end if;
  if v_version <> all (p_versions) then
    perform app.refuse(412, 'stale', 'The record was changed by someone else; read it again.');
  end if;
end $$;
--> statement-breakpoint
-- Gapless: the counter row stays locked until the document commits, and a rollback gives the number back.
create function app.next_document_number(p_series text) returns text language plpgsql as $$
declare
  v_series text := p_series || '-' || extract(year from app.today());
  v_number bigint;
begin
  insert into document_counters as c (series, next_no) values (v_series, 2)
  on conflict (tenant_id, series) do update set next_no = c.next_no + 1
  returning next_no - 1 into v_number;
  return v_series || '-' || lpad(v_number::text, greatest(4, length(v_number::text)), '0');
end $$;
--> statement-breakpoint
create function app.touch() returns trigger language plpgsql as $$
begin
  -- Never equal to what it was: the version in an ETag stands on it.
  new.updated_at := greatest(app.write_time(), old.updated_at + interval '1 microsecond');
  return new;
end $$;
--> statement-breakpoint
create function app.append_only() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only', tg_table_name using errcode = 'restrict_violation', constraint = 'append_only';
end $$;
--> statement-breakpoint
/*
 * How many rows a shop has in a table, without counting them: each change adds a row to row_deltas, and the
 * count is their sum. Nothing waits for a lock; now and then a writer folds the rows that nobody holds.
 */
create function app.fold_counts(p_tenant bigint) returns void language plpgsql security definer
set search_path = public, pg_temp as $$
begin
  with folded as (
    delete from row_deltas where ctid = any (array(
      select ctid from row_deltas where tenant_id = p_tenant for update skip locked
    )) returning table_name, delta
  )
  insert into row_deltas (tenant_id, table_name, delta)
  select p_tenant, table_name, sum(delta) from folded group by table_name;
end $$;
--> statement-breakpoint
-- History, once per statement for all its rows. Arguments: entity, columns that are never recorded,
-- columns whose setting names the event ({"status": "status_changed"}), root entity and its column.
create function app.record_change() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
declare
  v_entity text := tg_argv[0];
  v_silent text[] := tg_argv[1]::text[] || '{id,tenant_id,created_at,updated_at,search}'::text[];
  v_named jsonb := tg_argv[2]::jsonb;
  v_root text := tg_argv[3];
  v_root_column text := tg_argv[4];
  v_actor text := coalesce(app.setting('actor'), 'system');
begin
  if tg_op = 'UPDATE' then
    with written as (
      insert into events (tenant_id, name, entity, entity_id, root, root_id, actor, user_id, request_id, changes)
      select coalesce(pair.after ->> 'tenant_id', pair.after ->> 'id')::bigint, v_entity || '.' || change.event,
        v_entity, (pair.after ->> 'id')::bigint, v_root, (pair.after ->> v_root_column)::bigint,
        v_actor, app.user_id(), app.setting('request_id'), change.changes
      from (select to_jsonb(n) as after, to_jsonb(o) as before from new_rows n join old_rows o on o.id = n.id) pair
      cross join lateral (
        select event, jsonb_object_agg(key, jsonb_build_array(pair.before -> key, value)) as changes
        from (
          select key, value,
            case when v_named ? key and value <> 'null' then v_named ->> key else 'updated' end as event
          from jsonb_each(pair.after - v_silent) where value is distinct from pair.before -> key
        ) field group by event order by event
      ) change
      returning tenant_id
    )
    insert into row_deltas (tenant_id, table_name, delta)
    select tenant_id, 'events', count(*) from written group by tenant_id;
  else
    with written as (
      insert into events (tenant_id, name, entity, entity_id, root, root_id, actor, user_id, request_id, changes)
      select coalesce(row.whole ->> 'tenant_id', row.whole ->> 'id')::bigint,
        v_entity || case tg_op when 'INSERT' then '.created' else '.deleted' end,
        v_entity, (row.whole ->> 'id')::bigint, v_root, (row.whole ->> v_root_column)::bigint,
        v_actor, app.user_id(), app.setting('request_id'),
        coalesce((select jsonb_object_agg(key, case tg_op
            when 'INSERT' then jsonb_build_array(null, value) else jsonb_build_array(value, null) end)
          from jsonb_each(row.whole - v_silent) where value <> 'null'), '{}')
      from (select to_jsonb(r) as whole from whole_rows r) row
      returning tenant_id
    ), counted as (select tenant_id, count(*) as rows from written group by tenant_id)
    insert into row_deltas (tenant_id, table_name, delta)
    select tenant_id, 'events', rows from counted
    union all select tenant_id, tg_table_name, case tg_op when 'INSERT' then rows else -rows end from counted;
  end if;
  if random() < 0.02 then perform app.fold_counts(app.tenant()); end if;
  return null;
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
create procedure app.protect(
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
  execute format('create policy tenant on %I to repair_angel_app using (%I = (select app.tenant())) with check (%I = (select app.tenant()))',
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
