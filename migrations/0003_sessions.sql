-- Who is asking. These functions run as the owner, because they look before the tenant is known.
create function app.enter(p_tenant bigint, p_user bigint, p_actor text, p_request text, p_platform boolean)
returns void language plpgsql as $$
declare v_set text;
begin
  -- Assignments, because PL/pgSQL evaluates them without running a query.
  v_set := set_config('app.tenant_id', coalesce(p_tenant::text, ''), true);
  v_set := set_config('app.user_id', coalesce(p_user::text, ''), true);
  v_set := set_config('app.actor', p_actor, true);
  v_set := set_config('app.request_id', coalesce(p_request, ''), true);
  v_set := set_config('app.platform', case when p_platform then 'on' else '' end, true);
end $$;
--> statement-breakpoint
/*
 * First statement of every request's transaction: token, user, permission, licence. Raises RA401 or RA403,
 * which undoes all that follows. p_roles are the roles that hold the permission (the table of roles is code),
 * p_writes says that the verb changes the shop's records, which an expired licence does not allow.
 */
create function app.begin_request(
  p_token_id bigint, p_token_hash text, p_permission text, p_roles text[], p_module text,
  p_writes boolean, p_request_id text,
  out token_id bigint, out user_id bigint, out tenant_id bigint, out role text, out abilities jsonb, out touch boolean
) language plpgsql security definer set search_path = public, app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare v_license record;
begin
  select t.id, u.id, u.tenant_id, u.role, t.abilities,
    t.last_used_at is null or t.last_used_at < now() - interval '1 minute'
  into token_id, user_id, tenant_id, role, abilities, touch
  from api_tokens t join users u on u.id = t.user_id
  where t.token_hash = p_token_hash and (p_token_id is null or t.id = p_token_id)
    and (t.expires_at is null or t.expires_at > now()) and u.active;
  if not found then perform app.refuse(401, 'unauthenticated', 'Unauthenticated.'); end if;
  if p_permission is not null and not (
    role = any (p_roles) and (abilities ? '*' or abilities ? p_permission
      or abilities ? (split_part(p_permission, ':', 1) || ':*'))
  ) then
    perform app.refuse(403, 'forbidden', 'This action is unauthorized.');
  end if;
  perform app.enter(tenant_id, user_id, 'user', p_request_id, role = 'platform');
  if p_module is null and not p_writes then return; end if;
  select l.status, l.valid_until, m.is_active into v_license
  from licenses l
  left join license_modules m on m.tenant_id = l.tenant_id and m.license_id = l.id and m.module_key = p_module
  where l.tenant_id = begin_request.tenant_id and l.is_current;
  if p_module is not null and v_license.is_active is not true then
    perform app.refuse(403, 'module_inactive', format('The module %s is not active in your licence.', p_module));
  end if;
  if p_writes and (v_license.status is null or v_license.status in ('suspended', 'expired')
    or v_license.valid_until < app.today()) then
    perform app.refuse(403, 'license_expired', 'Your licence is suspended or expired; reading and exporting stay possible.');
  end if;
end $$;
--> statement-breakpoint
-- A job, a queue, a webhook or a seed acts inside one shop, at a time of its own if it says so.
create function app.begin_system(
  p_tenant_id bigint, p_user_id bigint, p_actor text, p_request_id text, p_now timestamptz,
  out token_id bigint, out user_id bigint, out tenant_id bigint, out role text, out abilities jsonb, out touch boolean
) language plpgsql security definer set search_path = public, app, pg_temp as $$
declare v_set text;
begin
  perform app.enter(p_tenant_id, p_user_id, p_actor, p_request_id, true);
  v_set := set_config('app.now', coalesce(p_now::text, ''), true);
  user_id := p_user_id;
  tenant_id := p_tenant_id;
  role := 'system';
  abilities := '["*"]';
  touch := false;
end $$;
--> statement-breakpoint
create function app.touch_token(p_token_hash text) returns void language sql security definer
set search_path = public, pg_temp as
$$ update api_tokens set last_used_at = now() where token_hash = p_token_hash $$;
--> statement-breakpoint
-- Login in two round trips: find_login, then open_session or record_login_failure.
create function app.find_login(p_email text, p_failure_key text)
returns table (user_id bigint, password_hash text, failures int)
language sql security definer stable set search_path = public, pg_temp as $$
  select u.id, u.password_hash, coalesce(f.failures, 0)
  from (select 1) one
  left join users u on u.email = lower(p_email) and u.active
  left join login_failures f on f.key = p_failure_key and f.since > now() - interval '1 minute'
$$;
--> statement-breakpoint
create function app.record_login_failure(p_failure_key text) returns int language sql security definer
set search_path = public, pg_temp as $$
  insert into login_failures as f (key, failures, since) values (p_failure_key, 1, now())
  on conflict (key) do update set
    failures = case when f.since > now() - interval '1 minute' then f.failures + 1 else 1 end,
    since = case when f.since > now() - interval '1 minute' then f.since else now() end
  returning failures
$$;
--> statement-breakpoint
-- p_password_hash is given when the stored hash was of an older kind. Returns nothing after too many failures.
create function app.open_session(p_user_id bigint, p_failure_key text, p_token_hash text, p_password_hash text, p_request_id text)
returns table (token_id bigint, id bigint, name text, email text, role text, company_id bigint)
language plpgsql security definer set search_path = public, app, pg_temp as $$
declare v_user users; v_token bigint;
begin
  if exists (select from login_failures f where f.key = p_failure_key and f.failures >= 5 and f.since > now() - interval '1 minute') then
    return;
  end if;
  delete from login_failures f where f.key = p_failure_key;
  select * into v_user from users u where u.id = p_user_id;
  perform app.enter(v_user.tenant_id, v_user.id, 'user', p_request_id, false);
  update users u set last_login_at = now(), password_hash = coalesce(p_password_hash, u.password_hash) where u.id = p_user_id;
  insert into api_tokens (user_id, name, token_hash, last_used_at)
  values (p_user_id, 'login', p_token_hash, now()) returning api_tokens.id into v_token;
  return query select v_token, v_user.id, v_user.name, v_user.email, v_user.role, v_user.tenant_id;
end $$;
--> statement-breakpoint
create function app.request_password_reset(p_email text, p_token_hash text, p_request_id text)
returns table (email text, name text, locale text, shop text)
language plpgsql security definer set search_path = public, app, pg_temp as $$
declare v_user users;
begin
  select * into v_user from users u where u.email = lower(p_email) and u.active;
  if not found then return; end if;
  perform app.enter(v_user.tenant_id, v_user.id, 'user', p_request_id, false);
  delete from password_resets r where r.user_id = v_user.id;
  insert into password_resets (user_id, token_hash, expires_at) values (v_user.id, p_token_hash, now() + interval '1 hour');
  return query select v_user.email, v_user.name, n.locale, n.name from tenants n where n.id = v_user.tenant_id;
end $$;
--> statement-breakpoint
-- Uses the link once, and ends every session of the account.
create function app.reset_password(p_token_hash text, p_password_hash text, p_request_id text) returns boolean
language plpgsql security definer set search_path = public, app, pg_temp as $$
declare v_reset password_resets;
begin
  delete from password_resets r where r.token_hash = p_token_hash and r.expires_at > now() returning * into v_reset;
  if not found then return false; end if;
  perform app.enter(v_reset.tenant_id, v_reset.user_id, 'user', p_request_id, false);
  update users u set password_hash = p_password_hash where u.id = v_reset.user_id;
  delete from api_tokens t where t.user_id = v_reset.user_id;
  return true;
end $$;
--> statement-breakpoint
-- A new shop; the rest of the transaction acts inside it.
create function app.create_tenant(p_name text) returns bigint language plpgsql security definer
set search_path = public, app, pg_temp as $$
declare v_tenant bigint;
begin
  if app.setting('platform') is null then perform app.refuse(403, 'forbidden', 'This action is unauthorized.'); end if;
  insert into tenants (name) values (p_name) returning id into v_tenant;
  perform app.enter(v_tenant, null, app.setting('actor'), app.setting('request_id'), true);
  return v_tenant;
end $$;
--> statement-breakpoint
-- Nightly: what has served its time.
create function app.clean_up() returns table (kind text, deleted bigint) language sql security definer
set search_path = public, pg_temp as $$
  with keys as (delete from idempotency_keys where created_at < now() - interval '24 hours' returning 1),
    tokens as (delete from api_tokens where expires_at < now() - interval '30 days' returning 1),
    resets as (delete from password_resets where expires_at < now() returning 1),
    failures as (delete from login_failures where since < now() - interval '1 day' returning 1)
  select 'idempotency_keys', count(*) from keys union all select 'api_tokens', count(*) from tokens
  union all select 'password_resets', count(*) from resets union all select 'login_failures', count(*) from failures
$$;
--> statement-breakpoint
revoke execute on all functions in schema app from public;
--> statement-breakpoint
grant execute on all functions in schema app to repair_angel_app;
--> statement-breakpoint
revoke execute on function app.enter from repair_angel_app;
