CREATE TABLE "assistant_configs" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "assistant_configs_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"enabled" boolean DEFAULT true NOT NULL,
	"openai_model" text,
	"diagnosis_cost_cents" bigint DEFAULT 0 NOT NULL,
	"diagnosis_tax_rate_id" bigint,
	"max_suggestions" integer DEFAULT 5 NOT NULL,
	"daily_token_limit" integer DEFAULT 200000 NOT NULL,
	CONSTRAINT "assistant_configs_tenant_id_id_unique" UNIQUE("tenant_id","id"),
	CONSTRAINT "assistant_configs_tenant_id_unique" UNIQUE("tenant_id"),
	CONSTRAINT "assistant_configs_max_suggestions_check" CHECK ("assistant_configs"."max_suggestions" between 1 and 10),
	CONSTRAINT "assistant_configs_diagnosis_cost_cents_check" CHECK ("assistant_configs"."diagnosis_cost_cents" >= 0),
	CONSTRAINT "assistant_configs_daily_token_limit_check" CHECK ("assistant_configs"."daily_token_limit" >= 0)
);
--> statement-breakpoint
CREATE TABLE "consultations" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "consultations_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"device_brand" text NOT NULL,
	"device_model" text NOT NULL,
	"openai_model" text NOT NULL,
	"outcome" text DEFAULT 'running' NOT NULL,
	"tokens" integer NOT NULL,
	"answer" jsonb,
	"failure" text,
	"user_id" bigint,
	CONSTRAINT "consultations_tenant_id_id_unique" UNIQUE("tenant_id","id"),
	CONSTRAINT "consultations_outcome_check" CHECK ("consultations"."outcome" in ('running', 'answered', 'refused', 'incomplete', 'invalid', 'failed'))
);
--> statement-breakpoint
CREATE TABLE "document_syncs" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "document_syncs_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"slug" text NOT NULL,
	"document_type" text NOT NULL,
	"document_id" bigint NOT NULL,
	"reference" text NOT NULL,
	"customer_id" bigint NOT NULL,
	"status" text DEFAULT 'queued' NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"attempted_at" timestamp with time zone,
	"busy_until" timestamp with time zone,
	"contact_id" text,
	"external_id" text,
	"failure" text,
	"synced_at" timestamp with time zone,
	"failed_at" timestamp with time zone,
	"paid_at" timestamp with time zone,
	CONSTRAINT "document_syncs_tenant_id_id_unique" UNIQUE("tenant_id","id"),
	CONSTRAINT "document_syncs_document_unique" UNIQUE("tenant_id","slug","document_type","document_id"),
	CONSTRAINT "document_syncs_slug_check" CHECK ("document_syncs"."slug" in ('moneybird', 'snelstart')),
	CONSTRAINT "document_syncs_document_type_check" CHECK ("document_syncs"."document_type" in ('invoice', 'credit_note')),
	CONSTRAINT "document_syncs_status_check" CHECK ("document_syncs"."status" in ('queued', 'done', 'failed'))
);
--> statement-breakpoint
CREATE TABLE "provider_tokens" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "provider_tokens_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"slug" text NOT NULL,
	"account" text DEFAULT '' NOT NULL,
	"fingerprint" text NOT NULL,
	"token" text,
	"expires_at" timestamp with time zone,
	"renewing_until" timestamp with time zone,
	CONSTRAINT "provider_tokens_tenant_id_id_unique" UNIQUE("tenant_id","id"),
	CONSTRAINT "provider_tokens_account_unique" UNIQUE("tenant_id","slug","account")
);
--> statement-breakpoint
CREATE TABLE "email_attachments" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "email_attachments_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"message_id" bigint NOT NULL,
	"filename" text NOT NULL,
	"content_type" text NOT NULL,
	"size_bytes" integer NOT NULL,
	"file_key" text,
	"content_id" text,
	CONSTRAINT "email_attachments_tenant_id_id_unique" UNIQUE("tenant_id","id")
);
--> statement-breakpoint
CREATE TABLE "email_messages" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "email_messages_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"thread_id" bigint NOT NULL,
	"direction" text NOT NULL,
	"key" text,
	"message_id" text NOT NULL,
	"in_reply_to" text,
	"references" text[] DEFAULT '{}' NOT NULL,
	"from_name" text,
	"from_address" text NOT NULL,
	"to_addresses" text[] NOT NULL,
	"cc_addresses" text[] DEFAULT '{}' NOT NULL,
	"subject" text NOT NULL,
	"body_html" text,
	"body_text" text,
	"status" text NOT NULL,
	"failure" text,
	"provider" text,
	"provider_id" text,
	"entity" text,
	"entity_id" bigint,
	"user_id" bigint,
	"is_automatic" boolean DEFAULT false NOT NULL,
	"sent_at" timestamp with time zone,
	"read_at" timestamp with time zone,
	CONSTRAINT "email_messages_tenant_id_id_unique" UNIQUE("tenant_id","id"),
	CONSTRAINT "email_messages_message_id_unique" UNIQUE("tenant_id","direction","message_id"),
	CONSTRAINT "email_messages_key_unique" UNIQUE("tenant_id","key"),
	CONSTRAINT "email_messages_direction_check" CHECK ("email_messages"."direction" in ('outbound', 'inbound')),
	CONSTRAINT "email_messages_status_check" CHECK ("email_messages"."status" in ('queued', 'sent', 'delivered', 'bounced', 'failed', 'received'))
);
--> statement-breakpoint
CREATE TABLE "email_templates" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "email_templates_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"name" text NOT NULL,
	"subject" text NOT NULL,
	"body_html" text NOT NULL,
	CONSTRAINT "email_templates_tenant_id_id_unique" UNIQUE("tenant_id","id")
);
--> statement-breakpoint
CREATE TABLE "email_threads" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "email_threads_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"subject" text NOT NULL,
	"address" text NOT NULL,
	"customer_id" bigint,
	"reply_key" text NOT NULL,
	"message_count" integer DEFAULT 0 NOT NULL,
	"unread_count" integer DEFAULT 0 NOT NULL,
	"last_inbound_at" timestamp with time zone,
	"last_outbound_at" timestamp with time zone,
	"last_message_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"search" text GENERATED ALWAYS AS (app.fold(coalesce(subject, ''))) STORED,
	CONSTRAINT "email_threads_tenant_id_id_unique" UNIQUE("tenant_id","id"),
	CONSTRAINT "email_threads_reply_key_unique" UNIQUE("tenant_id","reply_key")
);
--> statement-breakpoint
CREATE TABLE "employee_mailboxes" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "employee_mailboxes_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"employee_id" bigint NOT NULL,
	"provider" text DEFAULT 'smtp' NOT NULL,
	"email_address" text,
	"display_name" text,
	"smtp_host" text,
	"smtp_port" integer,
	"smtp_encryption" text,
	"smtp_username" text,
	"smtp_password" text,
	"is_default" boolean DEFAULT true NOT NULL,
	CONSTRAINT "employee_mailboxes_tenant_id_id_unique" UNIQUE("tenant_id","id"),
	CONSTRAINT "employee_mailboxes_employee_id_unique" UNIQUE("tenant_id","employee_id"),
	CONSTRAINT "employee_mailboxes_provider_check" CHECK ("employee_mailboxes"."provider" in ('smtp', 'outlook', 'google_workspace')),
	CONSTRAINT "employee_mailboxes_smtp_encryption_check" CHECK ("employee_mailboxes"."smtp_encryption" in ('tls', 'ssl', 'none')),
	CONSTRAINT "employee_mailboxes_smtp_port_check" CHECK ("employee_mailboxes"."smtp_port" between 1 and 65535)
);
--> statement-breakpoint
CREATE TABLE "smtp_configs" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "smtp_configs_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"host" text NOT NULL,
	"port" integer NOT NULL,
	"encryption" text DEFAULT 'tls' NOT NULL,
	"username" text NOT NULL,
	"password" text,
	"from_name" text,
	"from_address" text,
	CONSTRAINT "smtp_configs_tenant_id_id_unique" UNIQUE("tenant_id","id"),
	CONSTRAINT "smtp_configs_tenant_id_unique" UNIQUE("tenant_id"),
	CONSTRAINT "smtp_configs_encryption_check" CHECK ("smtp_configs"."encryption" in ('tls', 'ssl', 'none')),
	CONSTRAINT "smtp_configs_port_check" CHECK ("smtp_configs"."port" between 1 and 65535)
);
--> statement-breakpoint
CREATE TABLE "shipments" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "shipments_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"carrier" text NOT NULL,
	"status" text DEFAULT 'queued' NOT NULL,
	"work_order_id" bigint,
	"is_return" boolean DEFAULT false NOT NULL,
	"ship_to" jsonb NOT NULL,
	"ship_from" jsonb NOT NULL,
	"weight_kg" numeric(8, 3) DEFAULT '1' NOT NULL,
	"service" text,
	"reference" text,
	"request_id" text NOT NULL,
	"attempted_at" timestamp with time zone,
	"provider_id" text,
	"tracking_code" text,
	"label_key" text,
	"label_content_type" text,
	"cost_cents" bigint,
	"currency" text,
	"error" text,
	"voided_at" timestamp with time zone,
	"tracking_status" text,
	"tracked_at" timestamp with time zone,
	"delivered_at" timestamp with time zone,
	CONSTRAINT "shipments_tenant_id_id_unique" UNIQUE("tenant_id","id"),
	CONSTRAINT "shipments_request_id_unique" UNIQUE("tenant_id","request_id"),
	CONSTRAINT "shipments_carrier_check" CHECK ("shipments"."carrier" in ('ups', 'dhl')),
	CONSTRAINT "shipments_status_check" CHECK ("shipments"."status" in ('queued', 'created', 'uncertain', 'failed', 'voided')),
	CONSTRAINT "shipments_weight_kg_check" CHECK ("shipments"."weight_kg" > 0)
);
--> statement-breakpoint
CREATE TABLE "sms_bulks" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "sms_bulks_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"body" text NOT NULL,
	"template_id" bigint,
	"tag_id" bigint,
	"is_business" boolean,
	"status" text DEFAULT 'queued' NOT NULL,
	"queued" integer DEFAULT 0 NOT NULL,
	"left_out" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"user_id" bigint,
	"finished_at" timestamp with time zone,
	CONSTRAINT "sms_bulks_tenant_id_id_unique" UNIQUE("tenant_id","id"),
	CONSTRAINT "sms_bulks_status_check" CHECK ("sms_bulks"."status" in ('queued', 'sending', 'done'))
);
--> statement-breakpoint
CREATE TABLE "sms_templates" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "sms_templates_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"name" text NOT NULL,
	"body" text NOT NULL,
	CONSTRAINT "sms_templates_tenant_id_id_unique" UNIQUE("tenant_id","id")
);
--> statement-breakpoint
CREATE TABLE "calls" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "calls_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"direction" text NOT NULL,
	"caller" text NOT NULL,
	"callee" text,
	"phone" text,
	"extension" text,
	"queue" text,
	"user_id" bigint,
	"outcome" text NOT NULL,
	"duration_sec" integer DEFAULT 0 NOT NULL,
	"started_at" timestamp with time zone NOT NULL,
	"answered_at" timestamp with time zone,
	"ended_at" timestamp with time zone,
	"journal_key" text,
	"provider_id" text,
	CONSTRAINT "calls_tenant_id_id_unique" UNIQUE("tenant_id","id"),
	CONSTRAINT "calls_journal_key_unique" UNIQUE("tenant_id","journal_key"),
	CONSTRAINT "calls_provider_id_unique" UNIQUE("tenant_id","provider_id"),
	CONSTRAINT "calls_direction_check" CHECK ("calls"."direction" in ('inbound', 'outbound', 'internal')),
	CONSTRAINT "calls_outcome_check" CHECK ("calls"."outcome" in ('answered', 'missed', 'unanswered')),
	CONSTRAINT "calls_duration_sec_check" CHECK ("calls"."duration_sec" >= 0)
);
--> statement-breakpoint
CREATE TABLE "employee_phones" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "employee_phones_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"employee_id" bigint NOT NULL,
	"provider" text,
	"extension" text,
	"mobile_number" text,
	"forwarding_number" text,
	"sip_username" text,
	"sip_password" text,
	"is_active" boolean DEFAULT true NOT NULL,
	CONSTRAINT "employee_phones_tenant_id_id_unique" UNIQUE("tenant_id","id"),
	CONSTRAINT "employee_phones_employee_id_unique" UNIQUE("tenant_id","employee_id")
);
--> statement-breakpoint
CREATE TABLE "extensions" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "extensions_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"user_id" bigint NOT NULL,
	"extension" text NOT NULL,
	CONSTRAINT "extensions_tenant_id_id_unique" UNIQUE("tenant_id","id"),
	CONSTRAINT "extensions_user_id_unique" UNIQUE("tenant_id","user_id"),
	CONSTRAINT "extensions_extension_unique" UNIQUE("tenant_id","extension")
);
--> statement-breakpoint
CREATE TABLE "vat_checks" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "vat_checks_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"vat_number" text NOT NULL,
	"country_code" text NOT NULL,
	"outcome" text NOT NULL,
	"name" text,
	"address" text,
	"request_identifier" text,
	"checked_at" timestamp with time zone NOT NULL,
	"failure" text,
	"invoice_id" bigint,
	"company_id" bigint,
	CONSTRAINT "vat_checks_tenant_id_id_unique" UNIQUE("tenant_id","id"),
	CONSTRAINT "vat_checks_outcome_check" CHECK ("vat_checks"."outcome" in ('valid', 'invalid', 'unknown'))
);
--> statement-breakpoint
ALTER TABLE "companies" ADD COLUMN "vat_validated_name" text;--> statement-breakpoint
ALTER TABLE "companies" ADD COLUMN "vat_validated_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "sms_messages" ADD COLUMN "credits" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "sms_messages" ADD COLUMN "bulk_id" bigint;--> statement-breakpoint
ALTER TABLE "sms_messages" ADD COLUMN "delivered_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "sms_messages" ADD COLUMN "failed_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "assistant_configs" ADD CONSTRAINT "assistant_configs_diagnosis_tax_rate_id_fk" FOREIGN KEY ("tenant_id","diagnosis_tax_rate_id") REFERENCES "public"."tax_rates"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "consultations" ADD CONSTRAINT "consultations_user_id_fk" FOREIGN KEY ("tenant_id","user_id") REFERENCES "public"."users"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "email_attachments" ADD CONSTRAINT "email_attachments_message_id_fk" FOREIGN KEY ("tenant_id","message_id") REFERENCES "public"."email_messages"("tenant_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "email_messages" ADD CONSTRAINT "email_messages_thread_id_fk" FOREIGN KEY ("tenant_id","thread_id") REFERENCES "public"."email_threads"("tenant_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "email_messages" ADD CONSTRAINT "email_messages_user_id_fk" FOREIGN KEY ("tenant_id","user_id") REFERENCES "public"."users"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "email_threads" ADD CONSTRAINT "email_threads_customer_id_fk" FOREIGN KEY ("tenant_id","customer_id") REFERENCES "public"."customers"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "employee_mailboxes" ADD CONSTRAINT "employee_mailboxes_employee_id_fk" FOREIGN KEY ("tenant_id","employee_id") REFERENCES "public"."employees"("tenant_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "shipments" ADD CONSTRAINT "shipments_work_order_id_fk" FOREIGN KEY ("tenant_id","work_order_id") REFERENCES "public"."work_orders"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sms_bulks" ADD CONSTRAINT "sms_bulks_template_id_fk" FOREIGN KEY ("tenant_id","template_id") REFERENCES "public"."sms_templates"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sms_bulks" ADD CONSTRAINT "sms_bulks_tag_id_fk" FOREIGN KEY ("tenant_id","tag_id") REFERENCES "public"."tags"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sms_bulks" ADD CONSTRAINT "sms_bulks_user_id_fk" FOREIGN KEY ("tenant_id","user_id") REFERENCES "public"."users"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "calls" ADD CONSTRAINT "calls_user_id_fk" FOREIGN KEY ("tenant_id","user_id") REFERENCES "public"."users"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "employee_phones" ADD CONSTRAINT "employee_phones_employee_id_fk" FOREIGN KEY ("tenant_id","employee_id") REFERENCES "public"."employees"("tenant_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "extensions" ADD CONSTRAINT "extensions_user_id_fk" FOREIGN KEY ("tenant_id","user_id") REFERENCES "public"."users"("tenant_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "vat_checks" ADD CONSTRAINT "vat_checks_invoice_id_fk" FOREIGN KEY ("tenant_id","invoice_id") REFERENCES "public"."invoices"("tenant_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "vat_checks" ADD CONSTRAINT "vat_checks_company_id_fk" FOREIGN KEY ("tenant_id","company_id") REFERENCES "public"."companies"("tenant_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "assistant_configs_diagnosis_tax_rate_id_idx" ON "assistant_configs" USING btree ("tenant_id","diagnosis_tax_rate_id");--> statement-breakpoint
CREATE INDEX "consultations_user_id_idx" ON "consultations" USING btree ("tenant_id","user_id");--> statement-breakpoint
CREATE INDEX "consultations_created_at_idx" ON "consultations" USING btree ("tenant_id","created_at");--> statement-breakpoint
CREATE INDEX "document_syncs_customer_id_idx" ON "document_syncs" USING btree ("tenant_id","slug","customer_id");--> statement-breakpoint
CREATE INDEX "document_syncs_external_id_idx" ON "document_syncs" USING btree ("tenant_id","slug","external_id");--> statement-breakpoint
CREATE INDEX "document_syncs_status_idx" ON "document_syncs" USING btree ("tenant_id","slug","status","id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "email_attachments_message_id_idx" ON "email_attachments" USING btree ("tenant_id","message_id","id");--> statement-breakpoint
CREATE INDEX "email_messages_thread_id_idx" ON "email_messages" USING btree ("tenant_id","thread_id","id");--> statement-breakpoint
CREATE INDEX "email_messages_user_id_idx" ON "email_messages" USING btree ("tenant_id","user_id");--> statement-breakpoint
CREATE INDEX "email_messages_provider_id_idx" ON "email_messages" USING btree ("tenant_id","provider_id");--> statement-breakpoint
CREATE INDEX "email_messages_entity_idx" ON "email_messages" USING btree ("tenant_id","entity","entity_id");--> statement-breakpoint
CREATE UNIQUE INDEX "email_templates_name_unique" ON "email_templates" USING btree ("tenant_id",lower("name"));--> statement-breakpoint
CREATE INDEX "email_threads_customer_id_idx" ON "email_threads" USING btree ("tenant_id","customer_id");--> statement-breakpoint
CREATE INDEX "email_threads_last_message_at_idx" ON "email_threads" USING btree ("tenant_id","last_message_at" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "email_threads_last_inbound_at_idx" ON "email_threads" USING btree ("tenant_id","last_inbound_at" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "email_threads_last_outbound_at_idx" ON "email_threads" USING btree ("tenant_id","last_outbound_at" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "email_threads_search_idx" ON "email_threads" USING gin ("tenant_id","search" gin_trgm_ops);--> statement-breakpoint
CREATE INDEX "shipments_work_order_id_idx" ON "shipments" USING btree ("tenant_id","work_order_id");--> statement-breakpoint
CREATE INDEX "shipments_tracking_code_idx" ON "shipments" USING btree ("tenant_id","tracking_code");--> statement-breakpoint
CREATE INDEX "shipments_under_way_idx" ON "shipments" USING btree ("created_at") WHERE "shipments"."status" = 'created' and "shipments"."delivered_at" is null;--> statement-breakpoint
CREATE INDEX "sms_bulks_template_id_idx" ON "sms_bulks" USING btree ("tenant_id","template_id");--> statement-breakpoint
CREATE INDEX "sms_bulks_tag_id_idx" ON "sms_bulks" USING btree ("tenant_id","tag_id");--> statement-breakpoint
CREATE INDEX "sms_bulks_user_id_idx" ON "sms_bulks" USING btree ("tenant_id","user_id");--> statement-breakpoint
CREATE UNIQUE INDEX "sms_templates_name_unique" ON "sms_templates" USING btree ("tenant_id",lower("name"));--> statement-breakpoint
CREATE INDEX "calls_started_at_idx" ON "calls" USING btree ("tenant_id","started_at" DESC NULLS LAST,"id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "calls_user_id_idx" ON "calls" USING btree ("tenant_id","user_id");--> statement-breakpoint
CREATE INDEX "integrations_telephony_idx" ON "integrations" USING btree ("tenant_id") WHERE "integrations"."slug" = '3cx' and "integrations"."enabled";--> statement-breakpoint
CREATE INDEX "calls_phone_idx" ON "calls" USING btree ("tenant_id","phone","started_at" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "vat_checks_vat_number_idx" ON "vat_checks" USING btree ("tenant_id","vat_number","id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "vat_checks_invoice_id_idx" ON "vat_checks" USING btree ("tenant_id","invoice_id");--> statement-breakpoint
CREATE INDEX "vat_checks_company_id_idx" ON "vat_checks" USING btree ("tenant_id","company_id");--> statement-breakpoint
ALTER TABLE "sms_messages" ADD CONSTRAINT "sms_messages_bulk_id_fk" FOREIGN KEY ("tenant_id","bulk_id") REFERENCES "public"."sms_bulks"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "sms_messages_bulk_id_idx" ON "sms_messages" USING btree ("tenant_id","bulk_id","status");--> statement-breakpoint
CREATE INDEX "sms_messages_created_at_idx" ON "sms_messages" USING btree ("tenant_id","created_at");--> statement-breakpoint
CREATE INDEX "companies_email_idx" ON "companies" USING btree ("tenant_id","email");--> statement-breakpoint
CREATE INDEX "customers_email_idx" ON "customers" USING btree ("tenant_id","email");
