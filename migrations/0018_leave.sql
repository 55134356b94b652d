CREATE TABLE "leave_adjustments" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "leave_adjustments_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"employee_id" bigint NOT NULL,
	"leave_type_id" bigint NOT NULL,
	"year" integer NOT NULL,
	"days" numeric(6, 2) NOT NULL,
	"reason" text NOT NULL,
	"user_id" bigint DEFAULT app.user_id(),
	CONSTRAINT "leave_adjustments_tenant_id_id_unique" UNIQUE("tenant_id","id"),
	CONSTRAINT "leave_adjustments_days_check" CHECK ("leave_adjustments"."days" <> 0)
);
--> statement-breakpoint
CREATE TABLE "leave_days" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "leave_days_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"leave_request_id" bigint NOT NULL,
	"day" date NOT NULL,
	"days" numeric(2, 1) NOT NULL,
	CONSTRAINT "leave_days_tenant_id_id_unique" UNIQUE("tenant_id","id")
);
--> statement-breakpoint
CREATE TABLE "leave_feeds" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "leave_feeds_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"name" text NOT NULL,
	"token_hash" text NOT NULL,
	"user_id" bigint DEFAULT app.user_id() NOT NULL,
	"branch_id" bigint,
	"employee_ids" bigint[],
	CONSTRAINT "leave_feeds_tenant_id_id_unique" UNIQUE("tenant_id","id")
);
--> statement-breakpoint
CREATE TABLE "leave_requests" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "leave_requests_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"employee_id" bigint NOT NULL,
	"leave_type_id" bigint NOT NULL,
	"start_date" date NOT NULL,
	"start_half" text DEFAULT 'morning' NOT NULL,
	"end_date" date NOT NULL,
	"end_half" text DEFAULT 'afternoon' NOT NULL,
	"days" numeric(6, 2) DEFAULT '0' NOT NULL,
	"status" text DEFAULT 'pending' NOT NULL,
	"notes" text,
	"reason" text,
	"decided_by" bigint,
	"approved_at" timestamp with time zone,
	"rejected_at" timestamp with time zone,
	"cancelled_at" timestamp with time zone,
	CONSTRAINT "leave_requests_tenant_id_id_unique" UNIQUE("tenant_id","id"),
	CONSTRAINT "leave_requests_end_date_check" CHECK ("leave_requests"."end_date" >= "leave_requests"."start_date"),
	CONSTRAINT "leave_requests_start_date_check" CHECK ("leave_requests"."start_date" between '2000-01-01' and '2100-12-31'),
	CONSTRAINT "leave_requests_status_check" CHECK ("leave_requests"."status" in ('pending', 'approved', 'rejected', 'cancelled')),
	CONSTRAINT "leave_requests_halves_check" CHECK ("leave_requests"."start_half" in ('morning', 'afternoon') and "leave_requests"."end_half" in ('morning', 'afternoon'))
);
--> statement-breakpoint
CREATE TABLE "leave_types" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "leave_types_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"name" text NOT NULL,
	"days_per_year" numeric(6, 2),
	"paid" boolean DEFAULT true NOT NULL,
	"carry_over_days" numeric(6, 2) DEFAULT '0',
	"carry_over_until" text,
	"needs_approval" boolean DEFAULT true NOT NULL,
	"active" boolean DEFAULT true NOT NULL,
	"counts_from" integer DEFAULT extract(year from app.today()) NOT NULL,
	CONSTRAINT "leave_types_tenant_id_id_unique" UNIQUE("tenant_id","id"),
	CONSTRAINT "leave_types_days_per_year_check" CHECK ("leave_types"."days_per_year" between 0 and 366),
	CONSTRAINT "leave_types_carry_over_days_check" CHECK ("leave_types"."carry_over_days" between 0 and 999),
	CONSTRAINT "leave_types_counts_from_check" CHECK ("leave_types"."counts_from" between 2000 and 2100)
);
--> statement-breakpoint
ALTER TABLE "employees" ADD COLUMN "working_days" smallint[] DEFAULT '{1,2,3,4,5}' NOT NULL;--> statement-breakpoint
ALTER TABLE "leave_adjustments" ADD CONSTRAINT "leave_adjustments_employee_id_fk" FOREIGN KEY ("tenant_id","employee_id") REFERENCES "public"."employees"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "leave_adjustments" ADD CONSTRAINT "leave_adjustments_leave_type_id_fk" FOREIGN KEY ("tenant_id","leave_type_id") REFERENCES "public"."leave_types"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "leave_adjustments" ADD CONSTRAINT "leave_adjustments_user_id_fk" FOREIGN KEY ("tenant_id","user_id") REFERENCES "public"."users"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "leave_days" ADD CONSTRAINT "leave_days_leave_request_id_fk" FOREIGN KEY ("tenant_id","leave_request_id") REFERENCES "public"."leave_requests"("tenant_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "leave_feeds" ADD CONSTRAINT "leave_feeds_user_id_fk" FOREIGN KEY ("tenant_id","user_id") REFERENCES "public"."users"("tenant_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "leave_feeds" ADD CONSTRAINT "leave_feeds_branch_id_fk" FOREIGN KEY ("tenant_id","branch_id") REFERENCES "public"."branches"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "leave_requests" ADD CONSTRAINT "leave_requests_employee_id_fk" FOREIGN KEY ("tenant_id","employee_id") REFERENCES "public"."employees"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "leave_requests" ADD CONSTRAINT "leave_requests_leave_type_id_fk" FOREIGN KEY ("tenant_id","leave_type_id") REFERENCES "public"."leave_types"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "leave_requests" ADD CONSTRAINT "leave_requests_decided_by_fk" FOREIGN KEY ("tenant_id","decided_by") REFERENCES "public"."users"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "leave_adjustments_employee_id_idx" ON "leave_adjustments" USING btree ("tenant_id","employee_id");--> statement-breakpoint
CREATE INDEX "leave_adjustments_leave_type_id_idx" ON "leave_adjustments" USING btree ("tenant_id","leave_type_id");--> statement-breakpoint
CREATE INDEX "leave_adjustments_user_id_idx" ON "leave_adjustments" USING btree ("tenant_id","user_id");--> statement-breakpoint
CREATE UNIQUE INDEX "leave_days_day_unique" ON "leave_days" USING btree ("tenant_id","leave_request_id","day");--> statement-breakpoint
CREATE UNIQUE INDEX "leave_feeds_token_hash_unique" ON "leave_feeds" USING btree ("token_hash");--> statement-breakpoint
CREATE INDEX "leave_feeds_user_id_idx" ON "leave_feeds" USING btree ("tenant_id","user_id");--> statement-breakpoint
CREATE INDEX "leave_feeds_branch_id_idx" ON "leave_feeds" USING btree ("tenant_id","branch_id");--> statement-breakpoint
CREATE INDEX "leave_requests_employee_id_idx" ON "leave_requests" USING btree ("tenant_id","employee_id","id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "leave_requests_leave_type_id_idx" ON "leave_requests" USING btree ("tenant_id","leave_type_id");--> statement-breakpoint
CREATE INDEX "leave_requests_decided_by_idx" ON "leave_requests" USING btree ("tenant_id","decided_by");--> statement-breakpoint
CREATE INDEX "leave_requests_end_date_idx" ON "leave_requests" USING btree ("tenant_id","end_date");--> statement-breakpoint
CREATE UNIQUE INDEX "leave_types_name_unique" ON "leave_types" USING btree ("tenant_id",lower("name"));--> statement-breakpoint
ALTER TABLE "employees" ADD CONSTRAINT "employees_working_days_check" CHECK ("employees"."working_days" <@ '{1,2,3,4,5,6,7}' and cardinality("employees"."working_days") between 1 and 7);--> statement-breakpoint
call app.protect('leave_types', 'leave_type');
--> statement-breakpoint
-- Who is ill, and what for somebody is off, is not for everyone who may read the history.
call app.protect('leave_requests', 'leave_request', p_silent => '{leave_type_id,notes,reason}',
  p_named => '{"approved_at": "approved", "rejected_at": "rejected", "cancelled_at": "cancelled"}');
--> statement-breakpoint
call app.protect('leave_days', 'leave_day', p_history => false);
--> statement-breakpoint
revoke insert, update, delete on leave_days from repair_angel_app;
--> statement-breakpoint
call app.protect('leave_adjustments', 'leave_adjustment', p_silent => '{leave_type_id,reason}',
  p_root => 'employee:employee_id', p_append_only => true);
--> statement-breakpoint
call app.protect('leave_feeds', 'leave_feed', p_silent => '{token_hash}');
--> statement-breakpoint
alter table leave_types add constraint leave_types_carry_over_until_check check (
  carry_over_until ~ '^(0[13578]|1[02])-(0[1-9]|[12]\d|3[01])$|^(0[469]|11)-(0[1-9]|[12]\d|30)$|^02-(0[1-9]|[12]\d)$');
--> statement-breakpoint
-- Nobody is off twice; by half days, of which two leaves may share a day.
alter table leave_requests add constraint leave_requests_overlap exclude using gist (
  tenant_id with =, employee_id with =, int4range(
    2 * (start_date - date '2000-01-01') + case start_half when 'afternoon' then 1 else 0 end,
    2 * (end_date - date '2000-01-01') + case end_half when 'morning' then 1 else 2 end) with &&
) where (status in ('pending', 'approved'));
--> statement-breakpoint
-- Easter Sunday (Meeus, Jones, Butcher), as in lib/delivery-days.ts.
create function app.easter(p_year int) returns date language plpgsql immutable strict as $$
declare
  a int := p_year % 19; b int := p_year / 100; c int := p_year % 100;
  h int := (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30;
  l int := (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
  m int := (a + 11 * h + 22 * l) / 451;
  n int := h + l - 7 * m + 114;
begin
  return make_date(p_year, n / 31, n % 31 + 1);
end $$;
--> statement-breakpoint
/*
 * Days on which nobody works: in the Netherlands those on which the country is off, which is not Good Friday,
 * and Liberation Day once in five years; everywhere the days that the shop has closed by its settings.
 */
create function app.public_holidays(p_from date, p_to date) returns table (day date, name text)
language plpgsql stable set search_path = public, app, pg_temp as $$
declare v_country text; v_dutch boolean; v_closed jsonb;
begin
  select t.country, t.locale <> 'en', t.holidays into v_country, v_dutch, v_closed
  from tenants t where t.id = app.tenant();
  return query
  with dutch as (
    select h.day, case when v_dutch then h.nl else h.en end as name
    from generate_series(extract(year from p_from)::int, extract(year from p_to)::int) y
    cross join lateral (select app.easter(y) as easter, make_date(y, 4, 27) as kings_day) moving
    cross join lateral (values
      (make_date(y, 1, 1), 'Nieuwjaarsdag', 'New Year''s Day'),
      (easter, 'Eerste paasdag', 'Easter Sunday'),
      (easter + 1, 'Tweede paasdag', 'Easter Monday'),
      (kings_day - (extract(isodow from kings_day) = 7)::int, 'Koningsdag', 'King''s Day'),
      (case when y % 5 = 0 then make_date(y, 5, 5) end, 'Bevrijdingsdag', 'Liberation Day'),
      (easter + 39, 'Hemelvaartsdag', 'Ascension Day'),
      (easter + 49, 'Eerste pinksterdag', 'Whit Sunday'),
      (easter + 50, 'Tweede pinksterdag', 'Whit Monday'),
      (make_date(y, 12, 25), 'Eerste kerstdag', 'Christmas Day'),
      (make_date(y, 12, 26), 'Tweede kerstdag', 'Boxing Day')
    ) h (day, nl, en)
    where v_country = 'NL' and h.day between p_from and p_to
  )
  -- Ascension Day fell on Liberation Day in 2005.
  select all_of.day, string_agg(all_of.name, ', ') from (
    select * from dutch
    union all
    select closed.day, case when v_dutch then 'Gesloten' else 'Closed' end
    from (select distinct value::date as day from jsonb_array_elements_text(v_closed)) closed
    where closed.day between p_from and p_to and closed.day not in (select dutch.day from dutch)
  ) all_of group by all_of.day order by all_of.day;
end $$;
--> statement-breakpoint
-- What a leave takes of somebody's working days: 1, or 0.5 at its ends.
create function app.leave_days_of(
  p_working_days smallint[], p_start date, p_start_half text, p_end date, p_end_half text
) returns table (day date, days numeric) language sql stable set search_path = public, app, pg_temp as $$
  select d.day, 1 - case when d.day = p_start and p_start_half = 'afternoon' then 0.5 else 0 end
    - case when d.day = p_end and p_end_half = 'morning' then 0.5 else 0 end
  from (select p_start + n as day from generate_series(0, p_end - p_start) n) d
  where extract(isodow from d.day) = any (p_working_days)
    and d.day not in (select h.day from app.public_holidays(p_start, p_end) h)
$$;
--> statement-breakpoint
/*
 * Before a request is written: its employee is locked, so that of two requests the second sees the first;
 * and where its days are new, they are reckoned.
 */
create function app.reckon_leave() returns trigger language plpgsql set search_path = public, app, pg_temp as $$
declare v_employee employees;
begin
  select * into v_employee from employees where id = new.employee_id for no key update;
  if tg_op = 'UPDATE' then
    if (new.employee_id, new.leave_type_id, new.start_date, new.start_half, new.end_date, new.end_half)
      = (old.employee_id, old.leave_type_id, old.start_date, old.start_half, old.end_date, old.end_half) then
      return new;
    end if;
  end if;
  -- The foreign key says so.
  if v_employee.id is null then return new; end if;
  if new.end_date < new.start_date then
    perform app.refuse(422, 'validation_failed', 'The end date field must be a date after or equal to start date.', 'end_date');
  elsif new.end_date - new.start_date > 731 then
    perform app.refuse(422, 'validation_failed', 'The end date field must be at most two years after start date.', 'end_date');
  elsif new.end_date = new.start_date and new.start_half = 'afternoon' and new.end_half = 'morning' then
    perform app.refuse(422, 'validation_failed', 'The end half field must not come before start half.', 'end_half');
  elsif new.start_date < v_employee.started_on then
    perform app.refuse(422, 'not_employed', 'The employment starts later.', 'start_date');
  elsif new.end_date > v_employee.ended_on then
    perform app.refuse(422, 'not_employed', 'The employment ends earlier.', 'end_date');
  elsif exists (select from leave_types where id = new.leave_type_id and not active) then
    perform app.refuse(422, 'inactive_leave_type', 'The leave type is no longer in use.', 'leave_type_id');
  end if;
  select coalesce(sum(d.days), 0) into new.days
  from app.leave_days_of(v_employee.working_days, new.start_date, new.start_half, new.end_date, new.end_half) d;
  if new.days = 0 then
    perform app.refuse(422, 'no_working_days', 'The employee does not work on any of these days.', 'start_date');
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger reckon_leave before insert or update on leave_requests
for each row execute function app.reckon_leave();
--> statement-breakpoint
/*
 * Balances of a year, per employee and type. A type gives its days to who is employed all year, five days a week;
 * to others in proportion, rounded up to half days. What is left of a year goes over into the next as far as the
 * type lets it, a deficit always; taken first is what came over, which lapses after the type's day.
 *   p_employee, p_type  null: all
 *   p_pending           requests that nobody has answered count as taken
 *   spendable           what is left when the year is over: without what will have lapsed by then
 */
create function app.leave_balances(p_employee bigint, p_type bigint, p_year int, p_pending boolean default true)
returns table (
  employee_id bigint, leave_type_id bigint, entitled numeric, carried_over numeric, carried_over_lapsed numeric,
  adjusted numeric, taken numeric, planned numeric, pending numeric, remaining numeric, spendable numeric
) language plpgsql stable set search_path = public, app, pg_temp as $$
declare v_today date := app.today();
begin
  return query
  with recursive used as (
    select r.employee_id, r.leave_type_id, extract(year from d.day)::int as year,
      coalesce(sum(d.days) filter (where r.status = 'approved' and d.day <= v_today), 0) as taken,
      coalesce(sum(d.days) filter (where r.status = 'approved' and d.day > v_today), 0) as planned,
      coalesce(sum(d.days) filter (where r.status = 'pending'), 0) as pending,
      coalesce(sum(d.days) filter (where to_char(d.day, 'MM-DD') <= t.carry_over_until), 0) as early
    from leave_requests r
    join leave_types t on t.tenant_id = r.tenant_id and t.id = r.leave_type_id
    join leave_days d on d.tenant_id = r.tenant_id and d.leave_request_id = r.id
    where (r.status = 'approved' or p_pending and r.status = 'pending')
      and (p_employee is null or r.employee_id = p_employee) and (p_type is null or r.leave_type_id = p_type)
    group by 1, 2, 3
  ), corrected as (
    select a.employee_id, a.leave_type_id, a.year, sum(a.days) as days from leave_adjustments a
    where (p_employee is null or a.employee_id = p_employee) and (p_type is null or a.leave_type_id = p_type)
    group by 1, 2, 3
  ), own as (
    select e.id as employee_id, t.id as leave_type_id, y.year, t.counts_from, t.carry_over_days, t.carry_over_until,
      ceil(2 * t.days_per_year * greatest(0, least(e.ended_on, y.last) - greatest(e.started_on, y.first) + 1)
        * cardinality(e.working_days) / (5 * (y.last - y.first + 1))) / 2 as entitled,
      coalesce(c.days, 0) as adjusted, coalesce(u.taken, 0) as taken, coalesce(u.planned, 0) as planned,
      coalesce(u.pending, 0) as pending, coalesce(u.taken + u.planned + u.pending, 0) as used,
      coalesce(u.early, 0) as early
    from employees e
    join leave_types t on t.tenant_id = e.tenant_id
    cross join lateral (
      select n as year, make_date(n, 1, 1) as first, make_date(n, 12, 31) as last
      from generate_series(t.counts_from, p_year) n
    ) y
    left join used u on u.employee_id = e.id and u.leave_type_id = t.id and u.year = y.year
    left join corrected c on c.employee_id = e.id and c.leave_type_id = t.id and c.year = y.year
    where (p_employee is null or e.id = p_employee) and (p_type is null or t.id = p_type)
  ), chain as (
    select o.*, 0::numeric as carried, 0::numeric as lapsing from own o where o.year = o.counts_from
    union all
    select o.*, carried.days, case when o.carry_over_until is null then 0
      else greatest(0, carried.days - o.early) end
    from chain c
    join own o on o.employee_id = c.employee_id and o.leave_type_id = c.leave_type_id and o.year = c.year + 1
    cross join lateral (
      select coalesce(least(c.entitled + c.carried - c.lapsing + c.adjusted - c.used, o.carry_over_days), 0) as days
      where c.entitled is not null
      union all select 0 where c.entitled is null
    ) carried
  )
  select c.employee_id, c.leave_type_id, c.entitled, c.carried, lapsed.days, c.adjusted, c.taken, c.planned, c.pending,
    c.entitled + c.carried - lapsed.days + c.adjusted - c.used,
    c.entitled + c.carried - c.lapsing + c.adjusted - c.used
  from chain c
  cross join lateral (
    select case when v_today::text > c.year || '-' || c.carry_over_until then c.lapsing else 0 end as days
  ) lapsed
  where c.year = p_year;
end $$;
--> statement-breakpoint
-- After a request is written: its days, and whether all years can bear them.
create function app.keep_leave() returns trigger language plpgsql security definer
set search_path = public, app, pg_temp as $$
declare v_last int;
begin
  if new.status not in ('pending', 'approved') then return null; end if;
  if tg_op = 'INSERT' or (new.employee_id, new.start_date, new.start_half, new.end_date, new.end_half)
    is distinct from (old.employee_id, old.start_date, old.start_half, old.end_date, old.end_half) then
    delete from leave_days where leave_request_id = new.id;
    insert into leave_days (tenant_id, leave_request_id, day, days)
    select new.tenant_id, new.id, d.day, d.days from employees e
    cross join lateral app.leave_days_of(e.working_days, new.start_date, new.start_half, new.end_date, new.end_half) d
    where e.id = new.employee_id;
  elsif new.leave_type_id = old.leave_type_id and new.status = old.status then
    return null;
  end if;
  select max(extract(year from d.day)) into v_last
  from leave_requests r join leave_days d on d.leave_request_id = r.id
  where r.employee_id = new.employee_id and r.leave_type_id = new.leave_type_id and r.status in ('pending', 'approved');
  if exists (
    select from generate_series(extract(year from new.start_date)::int, v_last) y
    cross join lateral app.leave_balances(new.employee_id, new.leave_type_id, y, new.status = 'pending') b
    where b.spendable < 0
  ) then
    perform app.refuse(422, 'insufficient_balance', 'There are not enough days left for this leave.', 'leave_type_id');
  end if;
  return null;
end $$;
--> statement-breakpoint
create trigger keep_leave after insert or update on leave_requests
for each row execute function app.keep_leave();
--> statement-breakpoint
-- p_all: the caller may see everybody's leave, and ask for it in anybody's name.
create function app.must_see_leave(p_id bigint, p_all boolean) returns void
language plpgsql set search_path = public, app, pg_temp as $$
begin
  if p_all or exists (select from leave_requests r join employees e on e.id = r.employee_id
    where r.id = p_id and e.user_id = app.user_id()) then return; end if;
  perform app.refuse(404, 'not_found', 'Record not found.');
end $$;
--> statement-breakpoint
create function app.must_be_self(p_employee bigint, p_all boolean) returns void
language plpgsql set search_path = public, app, pg_temp as $$
begin
  if p_all or exists (select from employees where id = p_employee and user_id = app.user_id()) then return; end if;
  perform app.refuse(403, 'forbidden', 'You may ask for leave for yourself only.');
end $$;
--> statement-breakpoint
/*
 * What a calendar program reads at a secret address, in one statement: approved leave without its kind, and holidays.
 * Nothing for an address that is unknown or was taken back, or whose owner's account is closed.
 */
create function app.read_leave_feed(p_token_hash text)
returns table (name text, locale text, absences json, holidays json) language plpgsql security definer
set search_path = public, app, pg_temp as $$
declare v_feed leave_feeds; v_since date; v_zone text;
begin
  select f.* into v_feed from leave_feeds f join users u on u.id = f.user_id and u.active
  where f.token_hash = p_token_hash;
  if not found then return; end if;
  perform app.enter(v_feed.tenant_id, v_feed.user_id, 'user', null, false);
  if not exists (select from licenses l join license_modules m on m.tenant_id = l.tenant_id and m.license_id = l.id
    where l.tenant_id = v_feed.tenant_id and l.is_current and m.module_key = 'hrm' and m.is_active) then
    perform app.refuse(403, 'module_inactive', 'The module hrm is not active in your licence.');
  end if;
  v_zone := app.zone();
  v_since := make_date(extract(year from app.today())::int - 1, 1, 1);
  return query
  select v_feed.name, t.locale, (
    select coalesce(json_agg(row_to_json(a) order by a.id), '[]') from (
      select r.id, e.name as employee, r.start_date, r.end_date, r.start_half, r.end_half,
        (r.start_date + case r.start_half when 'morning' then time '09:00' else time '13:00' end) at time zone v_zone as starts_at,
        (r.end_date + case r.end_half when 'morning' then time '13:00' else time '17:00' end) at time zone v_zone as ends_at,
        r.updated_at
      from leave_requests r join employees e on e.id = r.employee_id
      where r.tenant_id = v_feed.tenant_id and r.status = 'approved' and r.end_date >= v_since
        and (v_feed.branch_id is null or e.branch_id = v_feed.branch_id)
        and (v_feed.employee_ids is null or e.id = any (v_feed.employee_ids))
    ) a), (
    select coalesce(json_agg(row_to_json(h)), '[]')
    from app.public_holidays(v_since, (v_since + interval '3 years' - interval '1 day')::date) h)
  from tenants t where t.id = v_feed.tenant_id;
end $$;
--> statement-breakpoint
/*
 * What a shop starts with. By law four weeks of holiday a year, which lapse half a year after it (art. 7:634 and
 * 7:640a BW); what is given beyond them keeps for five years (art. 7:642 BW), so it is a type of its own.
 */
create function app.seed_leave_types() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
begin
  insert into leave_types (tenant_id, name, days_per_year, paid, carry_over_days, carry_over_until, needs_approval, counts_from)
  select t.id, case when t.locale = 'en' then type.en else type.nl end, type.days_per_year, type.paid,
    type.carry_over_days, type.carry_over_until, type.needs_approval,
    extract(year from app.now() at time zone t.timezone)
  from tenants t cross join (values
    ('Vakantie', 'Holiday', 20, true, null, '06-30', true),
    ('Vakantie (bovenwettelijk)', 'Holiday (above the statutory days)', 5, true, null, null, true),
    ('Bijzonder verlof', 'Special leave', null, true, 0, null, true),
    ('Onbetaald verlof', 'Unpaid leave', null, false, 0, null, true),
    ('Ziekte', 'Illness', null, true, 0, null, false)
  ) as type (nl, en, days_per_year, paid, carry_over_days, carry_over_until, needs_approval)
  where t.id = new.id;
  return null;
end $$;
--> statement-breakpoint
create trigger seed_leave_types after insert on tenants for each row execute function app.seed_leave_types();
--> statement-breakpoint
-- Shops that exist already get the same; a trigger function runs in a trigger only.
create table app.seeding (id bigint);
--> statement-breakpoint
create trigger seed_leave_types after insert on app.seeding for each row execute function app.seed_leave_types();
--> statement-breakpoint
insert into app.seeding select id from tenants;
--> statement-breakpoint
drop table app.seeding;
--> statement-breakpoint
revoke execute on function app.easter, app.public_holidays, app.leave_days_of, app.reckon_leave, app.leave_balances,
  app.keep_leave, app.must_see_leave, app.must_be_self, app.read_leave_feed, app.seed_leave_types from public;
--> statement-breakpoint
grant execute on function app.easter, app.public_holidays, app.leave_days_of, app.leave_balances, app.must_see_leave,
  app.must_be_self, app.read_leave_feed to repair_angel_app;
