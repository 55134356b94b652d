-- Under row security Postgres uses no trigram index (LIKE is not leakproof), so these functions run as
-- the owner, filter the tenant themselves and return only ids. PL/pgSQL, because it keeps its plans;
-- generic ones, because planning four searches takes longer than doing them.
create function app.search_companies(p_query text) returns setof bigint language plpgsql stable security definer
set search_path = public, app, pg_temp set plan_cache_mode = force_generic_plan as $$
declare t bigint := app.tenant(); q record := app.search_terms(p_query);
begin
  return query select c.id from companies c
    where c.tenant_id = t and (c.search like q.literal or c.search like q.digits or c.search like q.squeezed);
end $$;
--> statement-breakpoint
create function app.search_devices(p_query text) returns setof bigint language plpgsql stable security definer
set search_path = public, app, pg_temp set plan_cache_mode = force_generic_plan as $$
declare t bigint := app.tenant(); q record := app.search_terms(p_query);
begin
  return query select d.id from devices d
    where d.tenant_id = t and (d.search like q.literal or d.search like q.squeezed);
end $$;
--> statement-breakpoint
create function app.search_products(p_query text) returns setof bigint language plpgsql stable security definer
set search_path = public, app, pg_temp set plan_cache_mode = force_generic_plan as $$
declare t bigint := app.tenant(); q record := app.search_terms(p_query);
begin
  return query select p.id from products p
    where p.tenant_id = t and (p.search like q.literal or p.search like q.squeezed);
end $$;
--> statement-breakpoint
-- By their own data, by their company, or by a device they brought (serial number, IMEI, plate).
create function app.search_customers(p_query text) returns setof bigint language plpgsql stable security definer
set search_path = public, app, pg_temp set plan_cache_mode = force_generic_plan as $$
declare t bigint := app.tenant(); q record := app.search_terms(p_query);
begin
  return query
    select c.id from customers c where c.tenant_id = t and (c.search like q.literal or c.search like q.digits)
    union
    select c.id from companies f join customers c on c.tenant_id = t and c.company_id = f.id
    where f.tenant_id = t and (f.search like q.literal or f.search like q.digits or f.search like q.squeezed)
    union
    select d.customer_id from devices d
    where d.tenant_id = t and (d.search like q.literal or d.search like q.squeezed);
end $$;
--> statement-breakpoint
-- By ticket and device, by the registered device, or by the customer.
create function app.search_work_orders(p_query text) returns setof bigint language plpgsql stable security definer
set search_path = public, app, pg_temp set plan_cache_mode = force_generic_plan as $$
declare t bigint := app.tenant(); q record := app.search_terms(p_query);
begin
  return query
    select w.id from work_orders w where w.tenant_id = t and w.search like q.literal
    union
    select w.id from devices d join work_orders w on w.tenant_id = t and w.device_id = d.id
    where d.tenant_id = t and (d.search like q.literal or d.search like q.squeezed)
    union
    select w.id from customers c join work_orders w on w.tenant_id = t and w.customer_id = c.id
    where c.tenant_id = t and (c.search like q.literal or c.search like q.digits)
    union
    select w.id from companies f join customers c on c.tenant_id = t and c.company_id = f.id
    join work_orders w on w.tenant_id = t and w.customer_id = c.id
    where f.tenant_id = t and (f.search like q.literal or f.search like q.squeezed);
end $$;
--> statement-breakpoint
revoke execute on all functions in schema app from public;
--> statement-breakpoint
grant execute on function app.search_companies, app.search_devices, app.search_products, app.search_customers,
  app.search_work_orders to repair_angel_app;
