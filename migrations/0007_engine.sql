CREATE TABLE "automation_logs" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "automation_logs_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"rule_id" bigint NOT NULL,
	"ran_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"outcome" text NOT NULL,
	"affected_records" integer NOT NULL,
	"event_id" bigint,
	"records" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"results" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"error" text,
	"dry_run" boolean DEFAULT false NOT NULL,
	"chain" bigint[] DEFAULT '{}' NOT NULL,
	CONSTRAINT "automation_logs_tenant_id_id_unique" UNIQUE("tenant_id","id"),
	CONSTRAINT "automation_logs_outcome_check" CHECK ("automation_logs"."outcome" in ('success', 'partial', 'failed', 'skipped'))
);
--> statement-breakpoint
CREATE TABLE "automation_rules" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "automation_rules_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"name" text NOT NULL,
	"trigger" text NOT NULL,
	"conditions" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"actions" jsonb NOT NULL,
	"active" boolean DEFAULT true NOT NULL,
	"last_run_at" timestamp with time zone,
	"checked_until" timestamp with time zone,
	CONSTRAINT "automation_rules_tenant_id_id_unique" UNIQUE("tenant_id","id")
);
--> statement-breakpoint
CREATE TABLE "dead_letters" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "dead_letters_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"queue" text NOT NULL,
	"kind" text NOT NULL,
	"body" jsonb NOT NULL,
	"attempts" integer NOT NULL,
	"failure" text,
	"replayed_at" timestamp with time zone,
	"replayed_by" bigint,
	CONSTRAINT "dead_letters_tenant_id_id_unique" UNIQUE("tenant_id","id")
);
--> statement-breakpoint
CREATE TABLE "job_runs" (
	"job" text NOT NULL,
	"period" timestamp with time zone NOT NULL,
	"started_at" timestamp with time zone NOT NULL,
	"finished_at" timestamp with time zone,
	"counts" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"failure" text,
	CONSTRAINT "job_runs_job_period_pk" PRIMARY KEY("job","period")
);
--> statement-breakpoint
CREATE TABLE "reactions" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "reactions_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"kind" text NOT NULL,
	"key" text NOT NULL,
	"event_id" bigint,
	"subject_id" bigint,
	"payload" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"chain" bigint[] DEFAULT '{}' NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"next_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"done_at" timestamp with time zone,
	"failed_at" timestamp with time zone,
	"failure" text,
	CONSTRAINT "reactions_tenant_id_id_unique" UNIQUE("tenant_id","id"),
	CONSTRAINT "reactions_key_unique" UNIQUE("tenant_id","key")
);
--> statement-breakpoint
CREATE TABLE "sms_messages" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "sms_messages_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"direction" text DEFAULT 'outbound' NOT NULL,
	"phone" text NOT NULL,
	"body" text NOT NULL,
	"status" text DEFAULT 'queued' NOT NULL,
	"customer_id" bigint,
	"attempted_at" timestamp with time zone,
	"provider_id" text,
	"cost" numeric(10, 5),
	"failure" text,
	"sent_at" timestamp with time zone,
	CONSTRAINT "sms_messages_tenant_id_id_unique" UNIQUE("tenant_id","id"),
	CONSTRAINT "sms_messages_provider_id_unique" UNIQUE("tenant_id","provider_id"),
	CONSTRAINT "sms_messages_direction_check" CHECK ("sms_messages"."direction" in ('outbound', 'inbound')),
	CONSTRAINT "sms_messages_status_check" CHECK ("sms_messages"."status" in ('queued', 'sent', 'delivered', 'failed', 'received'))
);
--> statement-breakpoint
CREATE TABLE "notification_preferences" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "notification_preferences_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"user_id" bigint NOT NULL,
	"key" text NOT NULL,
	"channels" jsonb NOT NULL,
	CONSTRAINT "notification_preferences_tenant_id_id_unique" UNIQUE("tenant_id","id"),
	CONSTRAINT "notification_preferences_key_unique" UNIQUE("tenant_id","user_id","key")
);
--> statement-breakpoint
CREATE TABLE "notifications" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "notifications_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"user_id" bigint NOT NULL,
	"type" text NOT NULL,
	"key" text NOT NULL,
	"title" text NOT NULL,
	"body" text NOT NULL,
	"entity" text,
	"entity_id" bigint,
	"event_id" bigint,
	"channels" jsonb NOT NULL,
	"read_at" timestamp with time zone,
	CONSTRAINT "notifications_tenant_id_id_unique" UNIQUE("tenant_id","id"),
	CONSTRAINT "notifications_event_id_unique" UNIQUE("tenant_id","event_id","user_id"),
	CONSTRAINT "notifications_type_check" CHECK ("notifications"."type" in ('work_order', 'invoice', 'task', 'sla', 'customer', 'system'))
);
--> statement-breakpoint
CREATE TABLE "push_subscriptions" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "push_subscriptions_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"user_id" bigint NOT NULL,
	"endpoint" text NOT NULL,
	"p256dh" text NOT NULL,
	"auth" text NOT NULL,
	"user_agent" text,
	CONSTRAINT "push_subscriptions_tenant_id_id_unique" UNIQUE("tenant_id","id")
);
--> statement-breakpoint
CREATE TABLE "sla_breaches" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "sla_breaches_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"work_order_id" bigint NOT NULL,
	"sla_config_id" bigint,
	"sla_config" text NOT NULL,
	"kind" text NOT NULL,
	"breached_at" timestamp with time zone NOT NULL,
	"resolved_at" timestamp with time zone,
	CONSTRAINT "sla_breaches_tenant_id_id_unique" UNIQUE("tenant_id","id"),
	CONSTRAINT "sla_breaches_kind_unique" UNIQUE("tenant_id","work_order_id","kind"),
	CONSTRAINT "sla_breaches_kind_check" CHECK ("sla_breaches"."kind" in ('response', 'resolution'))
);
--> statement-breakpoint
CREATE TABLE "sla_clocks" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "sla_clocks_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"work_order_id" bigint NOT NULL,
	"sla_config_id" bigint NOT NULL,
	"response_due_at" timestamp with time zone,
	"resolution_due_at" timestamp with time zone,
	"responded_at" timestamp with time zone,
	"resolved_at" timestamp with time zone,
	"paused_at" timestamp with time zone,
	"next_check_at" timestamp with time zone,
	"warned" jsonb DEFAULT '[]'::jsonb NOT NULL,
	CONSTRAINT "sla_clocks_tenant_id_id_unique" UNIQUE("tenant_id","id"),
	CONSTRAINT "sla_clocks_work_order_id_unique" UNIQUE("tenant_id","work_order_id")
);
--> statement-breakpoint
CREATE TABLE "sla_configs" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "sla_configs_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"name" text NOT NULL,
	"response_hours" numeric(7, 2) NOT NULL,
	"resolution_hours" numeric(7, 2) NOT NULL,
	"applies_to" text,
	"active" boolean DEFAULT true NOT NULL,
	"warning_minutes" integer DEFAULT 60 NOT NULL,
	CONSTRAINT "sla_configs_tenant_id_id_unique" UNIQUE("tenant_id","id"),
	CONSTRAINT "sla_configs_response_hours_check" CHECK ("sla_configs"."response_hours" >= 0),
	CONSTRAINT "sla_configs_resolution_hours_check" CHECK ("sla_configs"."resolution_hours" >= 0)
);
--> statement-breakpoint
CREATE TABLE "tasks" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "tasks_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"title" text NOT NULL,
	"description" text,
	"assigned_to" bigint,
	"due_date" date,
	"status" text DEFAULT 'open' NOT NULL,
	"position" integer DEFAULT 0 NOT NULL,
	"work_order_id" bigint,
	"completed_at" timestamp with time zone,
	"due_told_at" timestamp with time zone,
	CONSTRAINT "tasks_tenant_id_id_unique" UNIQUE("tenant_id","id"),
	CONSTRAINT "tasks_status_check" CHECK ("tasks"."status" in ('open', 'in_progress', 'done', 'cancelled'))
);
--> statement-breakpoint
CREATE TABLE "webhook_deliveries" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "webhook_deliveries_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"endpoint_id" bigint NOT NULL,
	"event_id" bigint,
	"message_id" text NOT NULL,
	"event" text NOT NULL,
	"body" text NOT NULL,
	"status" text DEFAULT 'pending' NOT NULL,
	"attempts" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"response_code" integer,
	"next_attempt_at" timestamp with time zone,
	"delivered_at" timestamp with time zone,
	CONSTRAINT "webhook_deliveries_tenant_id_id_unique" UNIQUE("tenant_id","id"),
	CONSTRAINT "webhook_deliveries_message_id_unique" UNIQUE("tenant_id","endpoint_id","message_id"),
	CONSTRAINT "webhook_deliveries_status_check" CHECK ("webhook_deliveries"."status" in ('pending', 'delivered', 'failed'))
);
--> statement-breakpoint
CREATE TABLE "webhook_endpoints" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "webhook_endpoints_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"url" text NOT NULL,
	"events" text[] NOT NULL,
	"description" text,
	"active" boolean DEFAULT true NOT NULL,
	"secrets" text NOT NULL,
	"previous_until" timestamp with time zone,
	"failing_since" timestamp with time zone,
	"disabled_at" timestamp with time zone,
	"disabled_reason" text,
	CONSTRAINT "webhook_endpoints_tenant_id_id_unique" UNIQUE("tenant_id","id")
);
--> statement-breakpoint
ALTER TABLE "tenants" ADD COLUMN "holidays" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "tenants" ADD COLUMN "auto_reminders" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "tenants" ADD COLUMN "reminder_days" jsonb DEFAULT '[3,10]'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "licenses" ADD COLUMN "expiring_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "licenses" ADD COLUMN "expired_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "price_agreements" ADD COLUMN "expired_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "invoices" ADD COLUMN "overdue_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "quotations" ADD COLUMN "expired_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "work_orders" ADD COLUMN "sla_config_id" bigint;--> statement-breakpoint
ALTER TABLE "work_orders" ADD COLUMN "idle_since" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "work_orders" ADD COLUMN "status_changed_at" timestamp with time zone DEFAULT app.now() NOT NULL;--> statement-breakpoint
ALTER TABLE "automation_logs" ADD CONSTRAINT "automation_logs_rule_id_fk" FOREIGN KEY ("tenant_id","rule_id") REFERENCES "public"."automation_rules"("tenant_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "dead_letters" ADD CONSTRAINT "dead_letters_replayed_by_fk" FOREIGN KEY ("tenant_id","replayed_by") REFERENCES "public"."users"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sms_messages" ADD CONSTRAINT "sms_messages_customer_id_fk" FOREIGN KEY ("tenant_id","customer_id") REFERENCES "public"."customers"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notification_preferences" ADD CONSTRAINT "notification_preferences_user_id_fk" FOREIGN KEY ("tenant_id","user_id") REFERENCES "public"."users"("tenant_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notifications" ADD CONSTRAINT "notifications_user_id_fk" FOREIGN KEY ("tenant_id","user_id") REFERENCES "public"."users"("tenant_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "push_subscriptions" ADD CONSTRAINT "push_subscriptions_user_id_fk" FOREIGN KEY ("tenant_id","user_id") REFERENCES "public"."users"("tenant_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sla_breaches" ADD CONSTRAINT "sla_breaches_work_order_id_fk" FOREIGN KEY ("tenant_id","work_order_id") REFERENCES "public"."work_orders"("tenant_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sla_clocks" ADD CONSTRAINT "sla_clocks_work_order_id_fk" FOREIGN KEY ("tenant_id","work_order_id") REFERENCES "public"."work_orders"("tenant_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sla_clocks" ADD CONSTRAINT "sla_clocks_sla_config_id_fk" FOREIGN KEY ("tenant_id","sla_config_id") REFERENCES "public"."sla_configs"("tenant_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tasks" ADD CONSTRAINT "tasks_assigned_to_fk" FOREIGN KEY ("tenant_id","assigned_to") REFERENCES "public"."employees"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tasks" ADD CONSTRAINT "tasks_work_order_id_fk" FOREIGN KEY ("tenant_id","work_order_id") REFERENCES "public"."work_orders"("tenant_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "webhook_deliveries" ADD CONSTRAINT "webhook_deliveries_endpoint_id_fk" FOREIGN KEY ("tenant_id","endpoint_id") REFERENCES "public"."webhook_endpoints"("tenant_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "automation_logs_rule_id_idx" ON "automation_logs" USING btree ("tenant_id","rule_id","id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "automation_logs_ran_at_idx" ON "automation_logs" USING btree ("ran_at");--> statement-breakpoint
CREATE INDEX "automation_rules_trigger_idx" ON "automation_rules" USING btree ("tenant_id","trigger") WHERE "automation_rules"."active";--> statement-breakpoint
CREATE INDEX "automation_rules_active_idx" ON "automation_rules" USING btree ("trigger") WHERE "automation_rules"."active";--> statement-breakpoint
CREATE INDEX "dead_letters_replayed_by_idx" ON "dead_letters" USING btree ("tenant_id","replayed_by");--> statement-breakpoint
CREATE INDEX "dead_letters_created_at_idx" ON "dead_letters" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "dead_letters_replayed_at_idx" ON "dead_letters" USING btree ("replayed_at") WHERE "dead_letters"."replayed_at" is not null;--> statement-breakpoint
CREATE INDEX "job_runs_started_at_idx" ON "job_runs" USING btree ("started_at");--> statement-breakpoint
CREATE INDEX "reactions_waiting_idx" ON "reactions" USING btree ("tenant_id","next_at") WHERE "reactions"."done_at" is null and "reactions"."failed_at" is null;--> statement-breakpoint
CREATE INDEX "reactions_due_idx" ON "reactions" USING btree ("next_at") WHERE "reactions"."done_at" is null and "reactions"."failed_at" is null;--> statement-breakpoint
CREATE INDEX "reactions_done_at_idx" ON "reactions" USING btree ("done_at");--> statement-breakpoint
CREATE INDEX "reactions_failed_at_idx" ON "reactions" USING btree ("failed_at") WHERE "reactions"."failed_at" is not null;--> statement-breakpoint
CREATE INDEX "sms_messages_customer_id_idx" ON "sms_messages" USING btree ("tenant_id","customer_id");--> statement-breakpoint
CREATE INDEX "sms_messages_phone_idx" ON "sms_messages" USING btree ("tenant_id","phone","id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "notifications_user_id_idx" ON "notifications" USING btree ("tenant_id","user_id","id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "notifications_created_at_idx" ON "notifications" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "notifications_read_at_idx" ON "notifications" USING btree ("read_at") WHERE "notifications"."read_at" is not null;--> statement-breakpoint
CREATE INDEX "notifications_unread_idx" ON "notifications" USING btree ("tenant_id","user_id","id" DESC NULLS LAST) WHERE "notifications"."read_at" is null;--> statement-breakpoint
CREATE INDEX "push_subscriptions_user_id_idx" ON "push_subscriptions" USING btree ("tenant_id","user_id");--> statement-breakpoint
CREATE UNIQUE INDEX "push_subscriptions_endpoint_unique" ON "push_subscriptions" USING btree ("tenant_id",md5("endpoint"));--> statement-breakpoint
CREATE INDEX "sla_breaches_breached_at_idx" ON "sla_breaches" USING btree ("tenant_id","breached_at");--> statement-breakpoint
CREATE INDEX "sla_clocks_sla_config_id_idx" ON "sla_clocks" USING btree ("tenant_id","sla_config_id");--> statement-breakpoint
CREATE INDEX "sla_clocks_next_check_at_idx" ON "sla_clocks" USING btree ("next_check_at") WHERE "sla_clocks"."next_check_at" is not null;--> statement-breakpoint
CREATE INDEX "sla_clocks_checked_idx" ON "sla_clocks" USING btree ("tenant_id","next_check_at") WHERE "sla_clocks"."next_check_at" is not null;--> statement-breakpoint
CREATE INDEX "sla_configs_active_idx" ON "sla_configs" USING btree ("tenant_id") WHERE "sla_configs"."active";--> statement-breakpoint
CREATE INDEX "tasks_status_idx" ON "tasks" USING btree ("tenant_id","status","position");--> statement-breakpoint
CREATE INDEX "tasks_assigned_to_idx" ON "tasks" USING btree ("tenant_id","assigned_to","id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "tasks_completed_at_idx" ON "tasks" USING btree ("tenant_id","completed_at" DESC NULLS LAST,"id" DESC NULLS LAST) WHERE "tasks"."status" = 'done';--> statement-breakpoint
CREATE INDEX "tasks_work_order_id_idx" ON "tasks" USING btree ("tenant_id","work_order_id");--> statement-breakpoint
CREATE INDEX "tasks_due_date_idx" ON "tasks" USING btree ("tenant_id","due_date") WHERE "tasks"."status" in ('open', 'in_progress');--> statement-breakpoint
CREATE INDEX "tasks_untold_idx" ON "tasks" USING btree ("due_date") WHERE "tasks"."status" in ('open', 'in_progress') and "tasks"."due_told_at" is null;--> statement-breakpoint
CREATE INDEX "webhook_deliveries_endpoint_id_idx" ON "webhook_deliveries" USING btree ("tenant_id","endpoint_id","id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "webhook_deliveries_created_at_idx" ON "webhook_deliveries" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "webhook_endpoints_active_idx" ON "webhook_endpoints" USING btree ("tenant_id") WHERE "webhook_endpoints"."active";--> statement-breakpoint
ALTER TABLE "work_orders" ADD CONSTRAINT "work_orders_sla_config_id_fk" FOREIGN KEY ("tenant_id","sla_config_id") REFERENCES "public"."sla_configs"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "licenses_valid_until_idx" ON "licenses" USING btree ("valid_until") WHERE "licenses"."is_current" and "licenses"."expired_at" is null;--> statement-breakpoint
CREATE INDEX "api_tokens_expires_at_idx" ON "api_tokens" USING btree ("expires_at") WHERE "api_tokens"."expires_at" is not null;--> statement-breakpoint
CREATE INDEX "login_failures_since_idx" ON "login_failures" USING btree ("since");--> statement-breakpoint
CREATE INDEX "password_resets_expires_at_idx" ON "password_resets" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "inbox_done_at_idx" ON "inbox" USING btree ("done_at") WHERE "inbox"."done_at" is not null;--> statement-breakpoint
CREATE INDEX "tax_rates_valid_until_idx" ON "tax_rates" USING btree ("valid_until") WHERE "tax_rates"."valid_until" is not null;--> statement-breakpoint
CREATE INDEX "price_agreements_valid_until_idx" ON "price_agreements" USING btree ("valid_until") WHERE "price_agreements"."status" in ('active', 'signed') and "price_agreements"."expired_at" is null;--> statement-breakpoint
CREATE INDEX "invoices_due_date_idx" ON "invoices" USING btree ("due_date") WHERE "invoices"."status" = 'sent' and "invoices"."due_cents" > 0 and "invoices"."overdue_at" is null;--> statement-breakpoint
CREATE INDEX "customers_phone_e164_idx" ON "customers" USING btree ("tenant_id","phone_e164");--> statement-breakpoint
CREATE INDEX "invoices_sent_due_date_idx" ON "invoices" USING btree ("tenant_id","due_date") WHERE "invoices"."status" = 'sent';--> statement-breakpoint
CREATE INDEX "quotations_valid_until_idx" ON "quotations" USING btree ("valid_until") WHERE "quotations"."status" = 'sent' and "quotations"."expired_at" is null;--> statement-breakpoint
CREATE INDEX "work_orders_sla_config_id_idx" ON "work_orders" USING btree ("tenant_id","sla_config_id");--> statement-breakpoint
CREATE INDEX "work_orders_idle_since_idx" ON "work_orders" USING btree ("tenant_id","idle_since") WHERE "work_orders"."idle_since" is not null;--> statement-breakpoint
CREATE INDEX "work_orders_status_changed_at_idx" ON "work_orders" USING btree ("tenant_id","status","status_changed_at") WHERE "work_orders"."idle_since" is not null;