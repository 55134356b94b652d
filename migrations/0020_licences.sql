ALTER TABLE "license_modules" ADD COLUMN "dropped_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "licenses" ADD COLUMN "began_at" timestamp with time zone DEFAULT app.now();--> statement-breakpoint
ALTER TABLE "licenses" ADD COLUMN "activated_at" timestamp with time zone;--> statement-breakpoint
CREATE INDEX "licenses_valid_from_idx" ON "licenses" USING btree ("valid_from") WHERE "licenses"."began_at" is null;--> statement-breakpoint
ALTER TABLE "devices" ADD COLUMN "tail_number" text;--> statement-breakpoint
ALTER TABLE "devices" ADD COLUMN "hull_number" text;--> statement-breakpoint
ALTER TABLE "devices" DROP COLUMN "search";--> statement-breakpoint
ALTER TABLE "devices" ADD COLUMN "search" text GENERATED ALWAYS AS (app.fold(coalesce(brand, '') || ' ' || coalesce(model, '') || ' ' || coalesce(serial_number, '') || ' ' || coalesce(license_plate, '') || ' ' || coalesce(regexp_replace(serial_number, '[^[:alnum:]]', '', 'g'), '') || ' ' || coalesce(regexp_replace(license_plate, '[^[:alnum:]]', '', 'g'), '') || ' ' || coalesce(imei, '') || ' ' || coalesce(vin, '') || ' ' || coalesce(tail_number, '') || ' ' || coalesce(hull_number, '') || ' ' || coalesce(regexp_replace(tail_number, '[^[:alnum:]]', '', 'g'), '') || ' ' || coalesce(regexp_replace(hull_number, '[^[:alnum:]]', '', 'g'), ''))) STORED;--> statement-breakpoint
CREATE INDEX "devices_search_idx" ON "devices" USING gin ("tenant_id","search" gin_trgm_ops);--> statement-breakpoint
-- When the licences that exist began and were activated is not known better than this.
alter table licenses disable trigger user;
--> statement-breakpoint
update licenses set began_at = created_at, activated_at = case when status <> 'trial' then created_at end;
--> statement-breakpoint
alter table licenses enable trigger user;
--> statement-breakpoint
/*
 * The service's own staff in another shop: the rest of the transaction acts inside it, and its history shows them
 * as `platform`. Whoever else asks stays where he is, where row security does not show him the record.
 */
create function app.enter_shop_of(p_table text, p_id bigint) returns void language plpgsql security definer
set search_path = public, app, pg_temp as $$
declare v_tenant bigint;
begin
  if app.setting('platform') is null then return; end if;
  execute format('select tenant_id from %I where id = $1', p_table) into v_tenant using p_id;
  if v_tenant is null or v_tenant = app.tenant() then return; end if;
  perform app.enter(v_tenant, app.user_id(), 'platform', app.setting('request_id'), true);
end $$;
--> statement-breakpoint
-- The same by the shop's own id. One that is not there, or not for the caller, is 422 at a field, or 404 without one.
create function app.enter_shop(p_tenant bigint, p_field text default null) returns void
language plpgsql security definer set search_path = public, app, pg_temp as $$
begin
  if p_tenant = app.tenant() then return; end if;
  if app.setting('platform') is not null and exists (select from tenants where id = p_tenant) then
    perform app.enter(p_tenant, app.user_id(), 'platform', app.setting('request_id'), true);
  elsif p_field is null then
    perform app.refuse(404, 'not_found', 'Record not found.');
  else
    perform app.refuse(422, 'validation_failed', format('The selected %s is invalid.', replace(p_field, '_', ' ')), p_field);
  end if;
end $$;
--> statement-breakpoint
-- Licences whose first day has come take the place of those before them, one after the other.
create function app.begin_licenses(p_limit int, out changed int, out shops bigint[])
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  v_due record;
  v_shops bigint[] := '{}';
begin
  for v_due in
    select r.tenant_id, r.id from licenses r join tenants t on t.id = r.tenant_id
    where r.began_at is null
      and r.valid_from <= (app.now() at time zone 'UTC' + interval '14 hours')::date
      and r.valid_from <= (app.now() at time zone t.timezone)::date
    order by r.valid_from, r.id limit p_limit for update of r skip locked
  loop
    perform from tenants where id = v_due.tenant_id for no key update;
    update licenses l set is_current = false where l.tenant_id = v_due.tenant_id and l.is_current;
    update licenses l set is_current = true, began_at = app.now() where l.id = v_due.id;
    v_shops := v_shops || v_due.tenant_id;
  end loop;
  changed := cardinality(v_shops);
  shops := app.shops_reacting(array(select distinct shop from unnest(v_shops) shop));
end $$;
--> statement-breakpoint
/*
 * Kinds of devices, by what they are known, for which type of licence they are what the shop mostly repairs, and
 * which fields such a shop needs: one of them at least.
 */
create function app.device_rules() returns table (kind text, identifier text, license_type text, required text[])
language sql immutable parallel safe as $$
  values ('phone', 'imei', 'SMR', '{}'::text[]),
    ('tablet', 'serial_number', null, '{}'),
    ('laptop', 'serial_number', null, '{}'),
    ('console', 'serial_number', null, '{}'),
    ('car', 'license_plate', 'AUTO', '{license_plate,vin}'),
    ('aircraft', 'tail_number', 'AVIATION', '{tail_number}'),
    ('boat', 'hull_number', 'MARINE', '{hull_number}'),
    ('other', 'serial_number', null, '{}')
$$;
--> statement-breakpoint
create function app.usual_device_kind() returns text language sql stable as $$
  select coalesce((
    select r.kind from licenses l join app.device_rules() r on r.license_type = l.license_type
    where l.tenant_id = app.tenant() and l.is_current), 'other')
$$;
--> statement-breakpoint
ALTER TABLE "devices" ALTER COLUMN "kind" SET DEFAULT app.usual_device_kind();
--> statement-breakpoint
-- A device without what its kind is known by; what was there before the licence said so stays until it is touched.
create function app.require_identifier() returns trigger language plpgsql as $$
declare v_required text[];
begin
  select r.required into v_required
  from licenses l join app.device_rules() r on r.license_type = l.license_type and r.kind = new.kind
  where l.tenant_id = new.tenant_id and l.is_current;
  if cardinality(v_required) > 0
    and not exists (select from unnest(v_required) field where to_jsonb(new) ->> field is not null) then
    perform app.refuse(422, 'validation_failed', format('The %s field is required%s.', replace(v_required[1], '_', ' '),
      coalesce(' when ' || replace(v_required[2], '_', ' ') || ' is not present', '')), v_required[1]);
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger require_identifier_insert before insert on devices for each row
execute function app.require_identifier();
--> statement-breakpoint
create trigger require_identifier_update before update on devices for each row
when ((new.kind, new.license_plate, new.vin, new.tail_number, new.hull_number)
  is distinct from (old.kind, old.license_plate, old.vin, old.tail_number, old.hull_number))
execute function app.require_identifier();
--> statement-breakpoint
revoke execute on function app.enter_shop_of, app.enter_shop, app.begin_licenses from public;
--> statement-breakpoint
grant execute on function app.enter_shop_of, app.enter_shop, app.begin_licenses, app.device_rules,
  app.usual_device_kind, app.require_identifier to repair_angel_app;
