CREATE TABLE "warranty_claims" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "warranty_claims_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"work_order_id" bigint NOT NULL,
	"description" text NOT NULL,
	"claimed_at" date DEFAULT app.today() NOT NULL,
	"status" text DEFAULT 'pending' NOT NULL,
	"metadata" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"warranty_config_id" bigint NOT NULL,
	"warranty_until" date NOT NULL,
	"decided_at" timestamp with time zone,
	"decided_by" bigint,
	"reason" text,
	"warranty_work_order_id" bigint,
	CONSTRAINT "warranty_claims_tenant_id_id_unique" UNIQUE("tenant_id","id"),
	CONSTRAINT "warranty_claims_status_check" CHECK ("warranty_claims"."status" in ('pending', 'approved', 'rejected')),
	CONSTRAINT "warranty_claims_decided_check" CHECK (("warranty_claims"."status" = 'pending') = ("warranty_claims"."decided_at" is null)
        and ("warranty_claims"."status" = 'approved') = ("warranty_claims"."warranty_work_order_id" is not null)
        and ("warranty_claims"."status" = 'rejected') = ("warranty_claims"."reason" is not null))
);
--> statement-breakpoint
CREATE TABLE "warranty_configs" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "warranty_configs_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"name" text NOT NULL,
	"duration_days" integer NOT NULL,
	"applies_to" text,
	"active" boolean DEFAULT true NOT NULL,
	CONSTRAINT "warranty_configs_tenant_id_id_unique" UNIQUE("tenant_id","id"),
	CONSTRAINT "warranty_configs_duration_days_check" CHECK ("warranty_configs"."duration_days" between 1 and 3650)
);
--> statement-breakpoint
ALTER TABLE "work_orders" ADD COLUMN "category" text;
--> statement-breakpoint
ALTER TABLE "work_orders" ADD COLUMN "warranty_of_id" bigint;
--> statement-breakpoint
ALTER TABLE "warranty_claims" ADD CONSTRAINT "warranty_claims_work_order_id_fk" FOREIGN KEY ("tenant_id","work_order_id") REFERENCES "public"."work_orders"("tenant_id","id") ON DELETE restrict ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "warranty_claims" ADD CONSTRAINT "warranty_claims_warranty_config_id_fk" FOREIGN KEY ("tenant_id","warranty_config_id") REFERENCES "public"."warranty_configs"("tenant_id","id") ON DELETE restrict ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "warranty_claims" ADD CONSTRAINT "warranty_claims_decided_by_fk" FOREIGN KEY ("tenant_id","decided_by") REFERENCES "public"."users"("tenant_id","id") ON DELETE restrict ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "warranty_claims" ADD CONSTRAINT "warranty_claims_warranty_work_order_id_fk" FOREIGN KEY ("tenant_id","warranty_work_order_id") REFERENCES "public"."work_orders"("tenant_id","id") ON DELETE restrict ON UPDATE no action;
--> statement-breakpoint
CREATE INDEX "warranty_claims_status_idx" ON "warranty_claims" USING btree ("tenant_id","status","id" DESC NULLS LAST);
--> statement-breakpoint
CREATE INDEX "warranty_claims_claimed_at_idx" ON "warranty_claims" USING btree ("tenant_id","claimed_at");
--> statement-breakpoint
CREATE INDEX "warranty_claims_work_order_id_idx" ON "warranty_claims" USING btree ("tenant_id","work_order_id","id" DESC NULLS LAST);
--> statement-breakpoint
CREATE INDEX "warranty_claims_warranty_config_id_idx" ON "warranty_claims" USING btree ("tenant_id","warranty_config_id");
--> statement-breakpoint
CREATE INDEX "warranty_claims_decided_by_idx" ON "warranty_claims" USING btree ("tenant_id","decided_by");
--> statement-breakpoint
CREATE UNIQUE INDEX "warranty_claims_warranty_work_order_id_unique" ON "warranty_claims" USING btree ("tenant_id","warranty_work_order_id");
--> statement-breakpoint
CREATE UNIQUE INDEX "warranty_claims_pending_unique" ON "warranty_claims" USING btree ("tenant_id","work_order_id") WHERE "warranty_claims"."status" = 'pending';
--> statement-breakpoint
ALTER TABLE "work_orders" ADD CONSTRAINT "work_orders_warranty_of_id_fk" FOREIGN KEY ("tenant_id","warranty_of_id") REFERENCES "public"."work_orders"("tenant_id","id") ON DELETE restrict ON UPDATE no action;
--> statement-breakpoint
CREATE INDEX "work_orders_warranty_of_id_idx" ON "work_orders" USING btree ("tenant_id","warranty_of_id");
--> statement-breakpoint
CREATE INDEX "work_orders_category_idx" ON "work_orders" USING btree ("tenant_id","category","id" DESC NULLS LAST) WHERE "work_orders"."category" is not null;
--> statement-breakpoint
call app.protect('warranty_configs', 'warranty_config');
--> statement-breakpoint
-- A claim is part of the story of its work order; what it became names the event.
call app.protect('warranty_claims', 'warranty_claim', p_root => 'work_order:work_order_id',
  p_silent => '{status,decided_at,decided_by}',
  p_named => '{"warranty_work_order_id": "approved", "reason": "rejected"}');
--> statement-breakpoint
/*
 * The policy for a repair, of those that are active: by its category, else by the kind of its device, else for
 * everything; of several the one that covers longest.
 */
create function app.warranty_policy_for(p_category text, p_device bigint) returns warranty_configs language plpgsql stable as $$
declare
  v_category text := lower(btrim(p_category));
  v_kind text := (select lower(kind) from devices where id = p_device);
  v_policy warranty_configs;
begin
  select c.* into v_policy from warranty_configs c
  cross join lateral (select lower(btrim(c.applies_to)) as applies_to) named
  where c.tenant_id = app.tenant() and c.active
    and (named.applies_to is null or named.applies_to = v_category or named.applies_to = v_kind)
  order by case when named.applies_to = v_category then 0 when named.applies_to = v_kind then 1 else 2 end, c.duration_days desc, c.id
  limit 1;
  return v_policy;
end $$;
--> statement-breakpoint
/*
 * A claim stands only inside the warranty of the repair that was paid for, from its completion on: a warranty
 * repair does not start it anew. What applied when it was filed stays with the claim.
 */
create function app.cover_claim() returns trigger language plpgsql as $$
declare
  v_claimed work_orders;
  v_paid work_orders;
  v_policy warranty_configs;
begin
  -- Whoever completes it, opens it again or files another claim waits.
  select * into v_claimed from work_orders where id = new.work_order_id for no key update;
  perform app.guard(found, 'validation_failed', 'The selected work order id is invalid.', 'work_order_id');
  v_paid := v_claimed;
  if v_claimed.warranty_of_id is not null then
    select * into v_paid from work_orders where id = v_claimed.warranty_of_id for no key update;
  end if;
  perform app.guard(v_claimed.completed_at is not null and v_paid.completed_at is not null,
    'not_completed', 'The work order is not completed.', 'work_order_id');
  perform app.guard(new.claimed_at >= app.shop_day(v_claimed.completed_at), 'validation_failed',
    format('The claimed at field must be a date after or equal to %s, when the work order was completed.', app.shop_day(v_claimed.completed_at)), 'claimed_at');
  if tg_op = 'INSERT' then
    v_policy := app.warranty_policy_for(v_paid.category, v_paid.device_id);
    perform app.guard(v_policy.id is not null, 'no_policy', 'No warranty policy covers the work order.', 'work_order_id');
    new.warranty_config_id := v_policy.id;
    new.warranty_until := app.shop_day(v_paid.completed_at) + v_policy.duration_days;
  end if;
  perform app.guard(new.claimed_at <= new.warranty_until, 'warranty_expired',
    format('The warranty of the work order ended on %s.', new.warranty_until), 'work_order_id');
  return new;
end $$;
--> statement-breakpoint
create trigger cover_claim before insert or update of claimed_at on warranty_claims for each row
when (new.work_order_id is not null) execute function app.cover_claim();
--> statement-breakpoint
create function app.keep_warranty_free() returns trigger language plpgsql as $$
begin
  perform app.guard((select warranty_of_id from work_orders where id = new.work_order_id) is null,
    'warranty_line', 'A line of a warranty work order has no price.', 'unit_price');
  return new;
end $$;
--> statement-breakpoint
create trigger keep_warranty_free before insert or update of unit_price, total_excl_cents on work_order_lines for each row
when (new.unit_price <> 0 or new.total_excl_cents <> 0) execute function app.keep_warranty_free();
--> statement-breakpoint
-- Parts used under warranty are a cost of warranty, whatever they were bought for.
create or replace function app.cost_role(p_source text, p_id bigint, p_is_margin boolean) returns text language sql stable as $$
  select case
    when p_source = 'pick_list' and exists (select from pick_lists l join work_orders w on w.id = l.work_order_id
      where l.id = p_id and w.warranty_of_id is not null) then 'cost_warranty'
    when p_is_margin then 'cost_margin'
    else 'cost' end
$$;
