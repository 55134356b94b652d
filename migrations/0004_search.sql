-- Under row security Postgres uses no trigram index (LIKE is not leakproof), so these functions run as
-- the owner, filter the tenant themselves and return only ids.
create function app.search_companies(p_query text) returns setof bigint language sql stable security definer
set search_path = public, app, pg_temp as $$
  select c.id from companies c, app.search_terms(p_query) q
  where c.tenant_id = app.tenant() and (c.search like q.literal or c.search like q.digits or c.search like q.squeezed)
$$;
--> statement-breakpoint
create function app.search_devices(p_query text) returns setof bigint language sql stable security definer
set search_path = public, app, pg_temp as $$
  select d.id from devices d, app.search_terms(p_query) q
  where d.tenant_id = app.tenant() and (d.search like q.literal or d.search like q.squeezed)
$$;
--> statement-breakpoint
create function app.search_products(p_query text) returns setof bigint language sql stable security definer
set search_path = public, app, pg_temp as $$
  select p.id from products p, app.search_terms(p_query) q
  where p.tenant_id = app.tenant() and (p.search like q.literal or p.search like q.squeezed)
$$;
--> statement-breakpoint
-- By their own data, by their company, or by a device they brought (serial number, IMEI, plate).
create function app.search_customers(p_query text) returns setof bigint language sql stable security definer
set search_path = public, app, pg_temp as $$
  select c.id from customers c, app.search_terms(p_query) q
  where c.tenant_id = app.tenant() and (c.search like q.literal or c.search like q.digits)
  union
  select c.id from customers c
  where c.tenant_id = app.tenant() and c.company_id in (select app.search_companies(p_query))
  union
  select d.customer_id from devices d
  where d.tenant_id = app.tenant() and d.id in (select app.search_devices(p_query))
$$;
--> statement-breakpoint
create function app.search_work_orders(p_query text) returns setof bigint language sql stable security definer
set search_path = public, app, pg_temp as $$
  select w.id from work_orders w, app.search_terms(p_query) q
  where w.tenant_id = app.tenant() and w.search like q.literal
  union
  select w.id from work_orders w
  where w.tenant_id = app.tenant() and w.device_id in (select app.search_devices(p_query))
  union
  select w.id from work_orders w
  where w.tenant_id = app.tenant() and w.customer_id in (select app.search_customers(p_query))
$$;
--> statement-breakpoint
revoke execute on all functions in schema app from public;
--> statement-breakpoint
grant execute on function app.search_companies, app.search_devices, app.search_products, app.search_customers,
  app.search_work_orders to repair_angel_app;
