CREATE TABLE "document_counters" (
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"series" text NOT NULL,
	"next_no" bigint DEFAULT 1 NOT NULL,
	CONSTRAINT "document_counters_tenant_id_series_pk" PRIMARY KEY("tenant_id","series")
);
--> statement-breakpoint
CREATE TABLE "events" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "events_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"name" text NOT NULL,
	"entity" text NOT NULL,
	"entity_id" bigint NOT NULL,
	"root" text NOT NULL,
	"root_id" bigint NOT NULL,
	"actor" text NOT NULL,
	"user_id" bigint,
	"request_id" text,
	"changes" jsonb NOT NULL,
	"at" timestamp with time zone DEFAULT app.now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "idempotency_keys" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "idempotency_keys_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"token_id" bigint NOT NULL,
	"key" text NOT NULL,
	"fingerprint" text NOT NULL,
	"status" integer,
	"body" text,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	CONSTRAINT "idempotency_keys_key_unique" UNIQUE("tenant_id","token_id","key")
);
--> statement-breakpoint
CREATE TABLE "row_deltas" (
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"table_name" text NOT NULL,
	"delta" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "product_categories" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "product_categories_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"name" text NOT NULL,
	"parent_id" bigint,
	CONSTRAINT "product_categories_tenant_id_id_unique" UNIQUE("tenant_id","id")
);
--> statement-breakpoint
CREATE TABLE "products" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "products_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"name" text NOT NULL,
	"sku" text,
	"kind" text DEFAULT 'part' NOT NULL,
	"description" text,
	"barcode" text,
	"price_excl" numeric(14, 4) NOT NULL,
	"purchase_price" numeric(14, 4),
	"vat_rate" numeric(5, 2) DEFAULT '21' NOT NULL,
	"stock_quantity" integer DEFAULT 0 NOT NULL,
	"reserved_quantity" integer DEFAULT 0 NOT NULL,
	"min_stock" integer DEFAULT 0 NOT NULL,
	"category_id" bigint,
	"is_active" boolean DEFAULT true NOT NULL,
	"track_serials" boolean DEFAULT false NOT NULL,
	"allow_negative_stock" boolean DEFAULT false NOT NULL,
	"search" text GENERATED ALWAYS AS (app.fold(coalesce(name, '') || ' ' || coalesce(sku, '') || ' ' || coalesce(barcode, ''))) STORED,
	CONSTRAINT "products_tenant_id_id_unique" UNIQUE("tenant_id","id"),
	CONSTRAINT "products_kind_check" CHECK ("products"."kind" in ('part', 'accessory', 'service')),
	CONSTRAINT "products_stock_quantity_check" CHECK ("products"."stock_quantity" >= 0 or "products"."allow_negative_stock"),
	CONSTRAINT "products_price_excl_check" CHECK ("products"."price_excl" >= 0),
	CONSTRAINT "products_vat_rate_check" CHECK ("products"."vat_rate" between 0 and 100)
);
--> statement-breakpoint
CREATE TABLE "stock_movements" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "stock_movements_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"product_id" bigint NOT NULL,
	"kind" text NOT NULL,
	"quantity" integer NOT NULL,
	"reason" text,
	"user_id" bigint DEFAULT app.user_id(),
	CONSTRAINT "stock_movements_tenant_id_id_unique" UNIQUE("tenant_id","id"),
	CONSTRAINT "stock_movements_kind_check" CHECK ("stock_movements"."kind" in ('initial', 'adjust')),
	CONSTRAINT "stock_movements_quantity_check" CHECK ("stock_movements"."quantity" <> 0)
);
--> statement-breakpoint
CREATE TABLE "companies" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "companies_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"name" text NOT NULL,
	"vat_number" text,
	"kvk_number" text,
	"email" text,
	"phone" text,
	"address" text,
	"city" text,
	"postal_code" text,
	"country" text DEFAULT 'NL' NOT NULL,
	"discount_pct" numeric(5, 2) DEFAULT '0' NOT NULL,
	"payment_term_days" integer,
	"search" text GENERATED ALWAYS AS (app.fold(coalesce(name, '') || ' ' || coalesce(email, '') || ' ' || coalesce(vat_number, '') || ' ' || coalesce(kvk_number, '') || ' ' || coalesce(regexp_replace(phone, '[^[:alnum:]]', '', 'g'), ''))) STORED,
	CONSTRAINT "companies_tenant_id_id_unique" UNIQUE("tenant_id","id"),
	CONSTRAINT "companies_discount_pct_check" CHECK ("companies"."discount_pct" between 0 and 100)
);
--> statement-breakpoint
CREATE TABLE "customer_tags" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "customer_tags_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"customer_id" bigint NOT NULL,
	"tag_id" bigint NOT NULL,
	CONSTRAINT "customer_tags_tenant_id_id_unique" UNIQUE("tenant_id","id")
);
--> statement-breakpoint
CREATE TABLE "customers" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "customers_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"first_name" text NOT NULL,
	"last_name" text,
	"name" text GENERATED ALWAYS AS (btrim(first_name || ' ' || coalesce(last_name, ''))) STORED NOT NULL,
	"email" text,
	"phone" text,
	"phone_e164" text,
	"address" text,
	"city" text,
	"postal_code" text,
	"country" text DEFAULT 'NL' NOT NULL,
	"company_id" bigint,
	"is_business" boolean GENERATED ALWAYS AS (company_id is not null) STORED NOT NULL,
	"sms_opt_out" boolean DEFAULT false NOT NULL,
	"email_bounced_at" timestamp with time zone,
	"search" text GENERATED ALWAYS AS (app.fold(coalesce(first_name, '') || ' ' || coalesce(last_name, '') || ' ' || coalesce(first_name, '') || ' ' || coalesce(email, '') || ' ' || coalesce(regexp_replace(phone_e164, '[^[:alnum:]]', '', 'g'), '') || ' ' || coalesce(regexp_replace(phone, '[^[:alnum:]]', '', 'g'), ''))) STORED,
	CONSTRAINT "customers_tenant_id_id_unique" UNIQUE("tenant_id","id")
);
--> statement-breakpoint
CREATE TABLE "devices" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "devices_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"customer_id" bigint NOT NULL,
	"kind" text DEFAULT 'other' NOT NULL,
	"brand" text,
	"model" text,
	"serial_number" text,
	"imei" text,
	"license_plate" text,
	"vin" text,
	"color" text,
	"notes" text,
	"search" text GENERATED ALWAYS AS (app.fold(coalesce(brand, '') || ' ' || coalesce(model, '') || ' ' || coalesce(serial_number, '') || ' ' || coalesce(license_plate, '') || ' ' || coalesce(regexp_replace(serial_number, '[^[:alnum:]]', '', 'g'), '') || ' ' || coalesce(regexp_replace(license_plate, '[^[:alnum:]]', '', 'g'), '') || ' ' || coalesce(imei, '') || ' ' || coalesce(vin, ''))) STORED,
	CONSTRAINT "devices_tenant_id_id_unique" UNIQUE("tenant_id","id"),
	CONSTRAINT "devices_kind_check" CHECK (kind in ('phone', 'tablet', 'laptop', 'console', 'car', 'aircraft', 'boat', 'other'))
);
--> statement-breakpoint
CREATE TABLE "tags" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "tags_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"name" text NOT NULL,
	CONSTRAINT "tags_tenant_id_id_unique" UNIQUE("tenant_id","id")
);
--> statement-breakpoint
CREATE TABLE "api_tokens" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "api_tokens_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"user_id" bigint NOT NULL,
	"name" text NOT NULL,
	"token_hash" text NOT NULL,
	"abilities" jsonb DEFAULT '["*"]'::jsonb NOT NULL,
	"last_used_at" timestamp with time zone,
	"expires_at" timestamp with time zone,
	CONSTRAINT "api_tokens_tenant_id_id_unique" UNIQUE("tenant_id","id"),
	CONSTRAINT "api_tokens_token_hash_unique" UNIQUE("token_hash")
);
--> statement-breakpoint
CREATE TABLE "login_failures" (
	"key" text PRIMARY KEY NOT NULL,
	"failures" integer NOT NULL,
	"since" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "password_resets" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "password_resets_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"user_id" bigint NOT NULL,
	"token_hash" text NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	CONSTRAINT "password_resets_tenant_id_id_unique" UNIQUE("tenant_id","id")
);
--> statement-breakpoint
CREATE TABLE "tenants" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "tenants_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"name" text NOT NULL,
	"address" text,
	"postal_code" text,
	"city" text,
	"country" text DEFAULT 'NL' NOT NULL,
	"email" text,
	"phone" text,
	"vat_number" text,
	"kvk_number" text,
	"iban" text,
	"bic" text,
	"timezone" text DEFAULT 'Europe/Amsterdam' NOT NULL,
	"locale" text DEFAULT 'nl' NOT NULL,
	"vat_basis" text DEFAULT 'invoice' NOT NULL,
	"vat_period" text DEFAULT 'quarter' NOT NULL,
	"margin_method" text DEFAULT 'global' NOT NULL,
	"opening_hours" jsonb,
	"invoice_terms_days" integer DEFAULT 14 NOT NULL,
	"invoice_footer" text,
	"logo" text,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "users" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "users_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"name" text NOT NULL,
	"email" text NOT NULL,
	"password_hash" text NOT NULL,
	"role" text NOT NULL,
	"branch_id" bigint,
	"active" boolean DEFAULT true NOT NULL,
	"last_login_at" timestamp with time zone,
	CONSTRAINT "users_tenant_id_id_unique" UNIQUE("tenant_id","id"),
	CONSTRAINT "users_email_unique" UNIQUE("email"),
	CONSTRAINT "users_email_lowercase" CHECK ("users"."email" = lower("users"."email"))
);
--> statement-breakpoint
CREATE TABLE "license_modules" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "license_modules_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"license_id" bigint NOT NULL,
	"module_key" text NOT NULL,
	"is_active" boolean DEFAULT true NOT NULL,
	"activated_at" timestamp with time zone,
	CONSTRAINT "license_modules_tenant_id_id_unique" UNIQUE("tenant_id","id"),
	CONSTRAINT "license_modules_module_key_unique" UNIQUE("tenant_id","license_id","module_key")
);
--> statement-breakpoint
CREATE TABLE "licenses" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "licenses_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"license_type" text DEFAULT 'SMR' NOT NULL,
	"tier" text DEFAULT 'starter' NOT NULL,
	"status" text DEFAULT 'trial' NOT NULL,
	"valid_from" date NOT NULL,
	"valid_until" date,
	"billing_cycle" text DEFAULT 'monthly' NOT NULL,
	"max_users" integer NOT NULL,
	"price_monthly_cents" bigint NOT NULL,
	"is_current" boolean DEFAULT true NOT NULL,
	CONSTRAINT "licenses_tenant_id_id_unique" UNIQUE("tenant_id","id"),
	CONSTRAINT "licenses_type_check" CHECK ("licenses"."license_type" in ('SMR', 'AUTO', 'AVIATION', 'MARINE')),
	CONSTRAINT "licenses_tier_check" CHECK ("licenses"."tier" in ('starter', 'growth', 'enterprise')),
	CONSTRAINT "licenses_status_check" CHECK ("licenses"."status" in ('trial', 'active', 'suspended', 'expired'))
);
--> statement-breakpoint
CREATE TABLE "invoice_lines" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "invoice_lines_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"position" integer NOT NULL,
	"description" text NOT NULL,
	"product_id" bigint,
	"quantity" numeric(12, 3) DEFAULT '1' NOT NULL,
	"unit_price" numeric(14, 4) NOT NULL,
	"vat_rate" numeric(5, 2) DEFAULT '21' NOT NULL,
	"category" text DEFAULT 'S' NOT NULL,
	"discount_pct" numeric(5, 2) DEFAULT '0' NOT NULL,
	"total_excl_cents" bigint NOT NULL,
	"invoice_id" bigint NOT NULL,
	"work_order_line_id" bigint,
	CONSTRAINT "invoice_lines_tenant_id_id_unique" UNIQUE("tenant_id","id"),
	CONSTRAINT "invoice_lines_quantity_check" CHECK ("invoice_lines"."quantity" > 0)
);
--> statement-breakpoint
CREATE TABLE "invoices" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "invoices_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"subtotal_cents" bigint DEFAULT 0 NOT NULL,
	"vat_cents" bigint DEFAULT 0 NOT NULL,
	"total_cents" bigint DEFAULT 0 NOT NULL,
	"vat_breakdown" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"invoice_number" text,
	"status" text DEFAULT 'draft' NOT NULL,
	"customer_id" bigint NOT NULL,
	"work_order_id" bigint,
	"quotation_id" bigint,
	"branch_id" bigint,
	"invoice_date" date NOT NULL,
	"supply_date" date,
	"due_date" date,
	"notes" text,
	"buyer" jsonb,
	"paid_cents" bigint DEFAULT 0 NOT NULL,
	"credited_cents" bigint DEFAULT 0 NOT NULL,
	"due_cents" bigint GENERATED ALWAYS AS (total_cents - paid_cents - credited_cents) STORED,
	"issued_at" timestamp with time zone,
	"sent_at" timestamp with time zone,
	"paid_at" timestamp with time zone,
	"cancelled_at" timestamp with time zone,
	CONSTRAINT "invoices_tenant_id_id_unique" UNIQUE("tenant_id","id"),
	CONSTRAINT "invoices_invoice_number_unique" UNIQUE("tenant_id","invoice_number"),
	CONSTRAINT "invoices_status_check" CHECK ("invoices"."status" in ('draft', 'sent', 'paid', 'cancelled')),
	CONSTRAINT "invoices_number_check" CHECK (("invoices"."issued_at" is null) = ("invoices"."invoice_number" is null)),
	CONSTRAINT "invoices_due_check" CHECK ("invoices"."total_cents" >= "invoices"."paid_cents" + "invoices"."credited_cents"),
	CONSTRAINT "invoices_paid_check" CHECK ("invoices"."paid_cents" >= 0 and "invoices"."credited_cents" >= 0)
);
--> statement-breakpoint
CREATE TABLE "payments" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "payments_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"invoice_id" bigint NOT NULL,
	"amount_cents" bigint NOT NULL,
	"method" text NOT NULL,
	"status" text DEFAULT 'paid' NOT NULL,
	"refunded_cents" bigint DEFAULT 0 NOT NULL,
	"provider" text,
	"provider_id" text,
	"reference" text,
	"paid_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	CONSTRAINT "payments_tenant_id_id_unique" UNIQUE("tenant_id","id"),
	CONSTRAINT "payments_amount_check" CHECK ("payments"."amount_cents" > 0),
	CONSTRAINT "payments_refunded_check" CHECK ("payments"."refunded_cents" between 0 and "payments"."amount_cents"),
	CONSTRAINT "payments_method_check" CHECK ("payments"."method" in ('cash', 'pin', 'bank', 'ideal', 'card', 'other')),
	CONSTRAINT "payments_status_check" CHECK ("payments"."status" in ('pending', 'paid', 'failed', 'refunded', 'partially_refunded'))
);
--> statement-breakpoint
CREATE TABLE "quotation_lines" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "quotation_lines_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"position" integer NOT NULL,
	"description" text NOT NULL,
	"product_id" bigint,
	"quantity" numeric(12, 3) DEFAULT '1' NOT NULL,
	"unit_price" numeric(14, 4) NOT NULL,
	"vat_rate" numeric(5, 2) DEFAULT '21' NOT NULL,
	"category" text DEFAULT 'S' NOT NULL,
	"discount_pct" numeric(5, 2) DEFAULT '0' NOT NULL,
	"total_excl_cents" bigint NOT NULL,
	"quotation_id" bigint NOT NULL,
	"work_order_line_id" bigint,
	CONSTRAINT "quotation_lines_tenant_id_id_unique" UNIQUE("tenant_id","id"),
	CONSTRAINT "quotation_lines_quantity_check" CHECK ("quotation_lines"."quantity" > 0)
);
--> statement-breakpoint
CREATE TABLE "quotations" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "quotations_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"subtotal_cents" bigint DEFAULT 0 NOT NULL,
	"vat_cents" bigint DEFAULT 0 NOT NULL,
	"total_cents" bigint DEFAULT 0 NOT NULL,
	"vat_breakdown" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"quotation_number" text DEFAULT app.next_document_number('QU') NOT NULL,
	"status" text DEFAULT 'draft' NOT NULL,
	"customer_id" bigint NOT NULL,
	"work_order_id" bigint,
	"valid_until" date,
	"notes" text,
	"rejection_reason" text,
	"sent_at" timestamp with time zone,
	"accepted_at" timestamp with time zone,
	"rejected_at" timestamp with time zone,
	CONSTRAINT "quotations_tenant_id_id_unique" UNIQUE("tenant_id","id"),
	CONSTRAINT "quotations_quotation_number_unique" UNIQUE("tenant_id","quotation_number"),
	CONSTRAINT "quotations_status_check" CHECK ("quotations"."status" in ('draft', 'sent', 'accepted', 'rejected', 'expired'))
);
--> statement-breakpoint
CREATE TABLE "branches" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "branches_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"name" text NOT NULL,
	"address" text,
	"phone" text,
	"email" text,
	"active" boolean DEFAULT true NOT NULL,
	"deleted_at" timestamp with time zone,
	CONSTRAINT "branches_tenant_id_id_unique" UNIQUE("tenant_id","id")
);
--> statement-breakpoint
CREATE TABLE "employees" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "employees_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"name" text NOT NULL,
	"email" text,
	"role" text,
	"phone" text,
	"branch_id" bigint,
	"user_id" bigint,
	"hourly_rate_cents" bigint,
	"started_on" date,
	"ended_on" date,
	CONSTRAINT "employees_tenant_id_id_unique" UNIQUE("tenant_id","id"),
	CONSTRAINT "employees_ended_on_check" CHECK ("employees"."ended_on" >= "employees"."started_on")
);
--> statement-breakpoint
CREATE TABLE "attachments" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "attachments_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"work_order_id" bigint NOT NULL,
	"kind" text DEFAULT 'other' NOT NULL,
	"filename" text NOT NULL,
	"content_type" text NOT NULL,
	"size_bytes" integer NOT NULL,
	"storage_key" text NOT NULL,
	"user_id" bigint DEFAULT app.user_id(),
	CONSTRAINT "attachments_tenant_id_id_unique" UNIQUE("tenant_id","id"),
	CONSTRAINT "attachments_kind_check" CHECK ("attachments"."kind" in ('photo', 'document', 'signature', 'other'))
);
--> statement-breakpoint
CREATE TABLE "work_order_lines" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "work_order_lines_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"work_order_id" bigint NOT NULL,
	"description" text NOT NULL,
	"product_id" bigint,
	"quantity" numeric(12, 3) DEFAULT '1' NOT NULL,
	"unit_price" numeric(14, 4) NOT NULL,
	"vat_rate" numeric(5, 2) DEFAULT '21' NOT NULL,
	"total_excl_cents" bigint NOT NULL,
	CONSTRAINT "work_order_lines_tenant_id_id_unique" UNIQUE("tenant_id","id"),
	CONSTRAINT "work_order_lines_quantity_check" CHECK ("work_order_lines"."quantity" > 0),
	CONSTRAINT "work_order_lines_vat_rate_check" CHECK ("work_order_lines"."vat_rate" between 0 and 100)
);
--> statement-breakpoint
CREATE TABLE "work_order_notes" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "work_order_notes_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"work_order_id" bigint NOT NULL,
	"note" text NOT NULL,
	"is_internal" boolean DEFAULT true NOT NULL,
	"user_id" bigint DEFAULT app.user_id(),
	CONSTRAINT "work_order_notes_tenant_id_id_unique" UNIQUE("tenant_id","id")
);
--> statement-breakpoint
CREATE TABLE "work_order_statuses" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "work_order_statuses_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"slug" text NOT NULL,
	"label" text NOT NULL,
	"color" text,
	"kind" text DEFAULT 'open' NOT NULL,
	"position" integer DEFAULT 0 NOT NULL,
	"allowed_next" text[] DEFAULT '{}' NOT NULL,
	CONSTRAINT "work_order_statuses_tenant_id_id_unique" UNIQUE("tenant_id","id"),
	CONSTRAINT "work_order_statuses_slug_unique" UNIQUE("tenant_id","slug"),
	CONSTRAINT "work_order_statuses_kind_check" CHECK ("work_order_statuses"."kind" in ('open', 'waiting', 'done', 'cancelled'))
);
--> statement-breakpoint
CREATE TABLE "work_orders" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "work_orders_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"ticket_no" text DEFAULT app.next_document_number('WO') NOT NULL,
	"customer_id" bigint NOT NULL,
	"device_id" bigint,
	"device_brand" text,
	"device_model" text,
	"problem_description" text,
	"priority" text DEFAULT 'normal' NOT NULL,
	"status" text DEFAULT 'new' NOT NULL,
	"assigned_to" bigint,
	"branch_id" bigint,
	"expected_ready_at" timestamp with time zone,
	"completed_at" timestamp with time zone,
	"search" text GENERATED ALWAYS AS (app.fold(coalesce(ticket_no, '') || ' ' || coalesce(device_brand, '') || ' ' || coalesce(device_model, ''))) STORED,
	CONSTRAINT "work_orders_tenant_id_id_unique" UNIQUE("tenant_id","id"),
	CONSTRAINT "work_orders_ticket_no_unique" UNIQUE("tenant_id","ticket_no"),
	CONSTRAINT "work_orders_priority_check" CHECK ("work_orders"."priority" in ('normal', 'high', 'urgent'))
);
--> statement-breakpoint
ALTER TABLE "product_categories" ADD CONSTRAINT "product_categories_parent_id_fk" FOREIGN KEY ("tenant_id","parent_id") REFERENCES "public"."product_categories"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "products" ADD CONSTRAINT "products_category_id_fk" FOREIGN KEY ("tenant_id","category_id") REFERENCES "public"."product_categories"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "stock_movements" ADD CONSTRAINT "stock_movements_product_id_fk" FOREIGN KEY ("tenant_id","product_id") REFERENCES "public"."products"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "stock_movements" ADD CONSTRAINT "stock_movements_user_id_fk" FOREIGN KEY ("tenant_id","user_id") REFERENCES "public"."users"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "customer_tags" ADD CONSTRAINT "customer_tags_customer_id_fk" FOREIGN KEY ("tenant_id","customer_id") REFERENCES "public"."customers"("tenant_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "customer_tags" ADD CONSTRAINT "customer_tags_tag_id_fk" FOREIGN KEY ("tenant_id","tag_id") REFERENCES "public"."tags"("tenant_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "customers" ADD CONSTRAINT "customers_company_id_fk" FOREIGN KEY ("tenant_id","company_id") REFERENCES "public"."companies"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "devices" ADD CONSTRAINT "devices_customer_id_fk" FOREIGN KEY ("tenant_id","customer_id") REFERENCES "public"."customers"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "api_tokens" ADD CONSTRAINT "api_tokens_user_id_fk" FOREIGN KEY ("tenant_id","user_id") REFERENCES "public"."users"("tenant_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "password_resets" ADD CONSTRAINT "password_resets_user_id_fk" FOREIGN KEY ("tenant_id","user_id") REFERENCES "public"."users"("tenant_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "users" ADD CONSTRAINT "users_branch_id_fk" FOREIGN KEY ("tenant_id","branch_id") REFERENCES "public"."branches"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "license_modules" ADD CONSTRAINT "license_modules_license_id_fk" FOREIGN KEY ("tenant_id","license_id") REFERENCES "public"."licenses"("tenant_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invoice_lines" ADD CONSTRAINT "invoice_lines_invoice_id_fk" FOREIGN KEY ("tenant_id","invoice_id") REFERENCES "public"."invoices"("tenant_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invoice_lines" ADD CONSTRAINT "invoice_lines_product_id_fk" FOREIGN KEY ("tenant_id","product_id") REFERENCES "public"."products"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invoice_lines" ADD CONSTRAINT "invoice_lines_work_order_line_id_fk" FOREIGN KEY ("tenant_id","work_order_line_id") REFERENCES "public"."work_order_lines"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invoices" ADD CONSTRAINT "invoices_customer_id_fk" FOREIGN KEY ("tenant_id","customer_id") REFERENCES "public"."customers"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invoices" ADD CONSTRAINT "invoices_work_order_id_fk" FOREIGN KEY ("tenant_id","work_order_id") REFERENCES "public"."work_orders"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invoices" ADD CONSTRAINT "invoices_quotation_id_fk" FOREIGN KEY ("tenant_id","quotation_id") REFERENCES "public"."quotations"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invoices" ADD CONSTRAINT "invoices_branch_id_fk" FOREIGN KEY ("tenant_id","branch_id") REFERENCES "public"."branches"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "payments" ADD CONSTRAINT "payments_invoice_id_fk" FOREIGN KEY ("tenant_id","invoice_id") REFERENCES "public"."invoices"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "quotation_lines" ADD CONSTRAINT "quotation_lines_quotation_id_fk" FOREIGN KEY ("tenant_id","quotation_id") REFERENCES "public"."quotations"("tenant_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "quotation_lines" ADD CONSTRAINT "quotation_lines_product_id_fk" FOREIGN KEY ("tenant_id","product_id") REFERENCES "public"."products"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "quotations" ADD CONSTRAINT "quotations_customer_id_fk" FOREIGN KEY ("tenant_id","customer_id") REFERENCES "public"."customers"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "quotations" ADD CONSTRAINT "quotations_work_order_id_fk" FOREIGN KEY ("tenant_id","work_order_id") REFERENCES "public"."work_orders"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "employees" ADD CONSTRAINT "employees_branch_id_fk" FOREIGN KEY ("tenant_id","branch_id") REFERENCES "public"."branches"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "employees" ADD CONSTRAINT "employees_user_id_fk" FOREIGN KEY ("tenant_id","user_id") REFERENCES "public"."users"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "attachments" ADD CONSTRAINT "attachments_work_order_id_fk" FOREIGN KEY ("tenant_id","work_order_id") REFERENCES "public"."work_orders"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "attachments" ADD CONSTRAINT "attachments_user_id_fk" FOREIGN KEY ("tenant_id","user_id") REFERENCES "public"."users"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "work_order_lines" ADD CONSTRAINT "work_order_lines_work_order_id_fk" FOREIGN KEY ("tenant_id","work_order_id") REFERENCES "public"."work_orders"("tenant_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "work_order_lines" ADD CONSTRAINT "work_order_lines_product_id_fk" FOREIGN KEY ("tenant_id","product_id") REFERENCES "public"."products"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "work_order_notes" ADD CONSTRAINT "work_order_notes_work_order_id_fk" FOREIGN KEY ("tenant_id","work_order_id") REFERENCES "public"."work_orders"("tenant_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "work_order_notes" ADD CONSTRAINT "work_order_notes_user_id_fk" FOREIGN KEY ("tenant_id","user_id") REFERENCES "public"."users"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "work_orders" ADD CONSTRAINT "work_orders_customer_id_fk" FOREIGN KEY ("tenant_id","customer_id") REFERENCES "public"."customers"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "work_orders" ADD CONSTRAINT "work_orders_device_id_fk" FOREIGN KEY ("tenant_id","device_id") REFERENCES "public"."devices"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "work_orders" ADD CONSTRAINT "work_orders_assigned_to_fk" FOREIGN KEY ("tenant_id","assigned_to") REFERENCES "public"."employees"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "work_orders" ADD CONSTRAINT "work_orders_branch_id_fk" FOREIGN KEY ("tenant_id","branch_id") REFERENCES "public"."branches"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "work_orders" ADD CONSTRAINT "work_orders_status_fk" FOREIGN KEY ("tenant_id","status") REFERENCES "public"."work_order_statuses"("tenant_id","slug") ON DELETE no action ON UPDATE cascade;--> statement-breakpoint
CREATE INDEX "events_tenant_id_id_idx" ON "events" USING btree ("tenant_id","id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "events_root_idx" ON "events" USING btree ("tenant_id","root","root_id","id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "events_entity_idx" ON "events" USING btree ("tenant_id","entity","entity_id","id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "idempotency_keys_created_at_idx" ON "idempotency_keys" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "row_deltas_table_name_idx" ON "row_deltas" USING btree ("tenant_id","table_name");--> statement-breakpoint
CREATE INDEX "product_categories_parent_id_idx" ON "product_categories" USING btree ("tenant_id","parent_id");--> statement-breakpoint
CREATE UNIQUE INDEX "products_sku_unique" ON "products" USING btree ("tenant_id","sku");--> statement-breakpoint
CREATE INDEX "products_category_id_idx" ON "products" USING btree ("tenant_id","category_id");--> statement-breakpoint
CREATE INDEX "products_updated_at_idx" ON "products" USING btree ("tenant_id","updated_at","id");--> statement-breakpoint
CREATE INDEX "products_search_idx" ON "products" USING gin ("tenant_id","search" gin_trgm_ops);--> statement-breakpoint
CREATE INDEX "stock_movements_user_id_idx" ON "stock_movements" USING btree ("tenant_id","user_id");--> statement-breakpoint
CREATE INDEX "stock_movements_product_id_idx" ON "stock_movements" USING btree ("tenant_id","product_id","id");--> statement-breakpoint
CREATE INDEX "companies_search_idx" ON "companies" USING gin ("tenant_id","search" gin_trgm_ops);--> statement-breakpoint
CREATE UNIQUE INDEX "customer_tags_tag_id_unique" ON "customer_tags" USING btree ("tenant_id","customer_id","tag_id");--> statement-breakpoint
CREATE INDEX "customer_tags_tag_id_idx" ON "customer_tags" USING btree ("tenant_id","tag_id");--> statement-breakpoint
CREATE INDEX "customers_company_id_idx" ON "customers" USING btree ("tenant_id","company_id");--> statement-breakpoint
CREATE INDEX "customers_updated_at_idx" ON "customers" USING btree ("tenant_id","updated_at","id");--> statement-breakpoint
CREATE INDEX "customers_search_idx" ON "customers" USING gin ("tenant_id","search" gin_trgm_ops);--> statement-breakpoint
CREATE INDEX "devices_customer_id_idx" ON "devices" USING btree ("tenant_id","customer_id");--> statement-breakpoint
CREATE INDEX "devices_search_idx" ON "devices" USING gin ("tenant_id","search" gin_trgm_ops);--> statement-breakpoint
CREATE UNIQUE INDEX "tags_name_unique" ON "tags" USING btree ("tenant_id",lower("name"));--> statement-breakpoint
CREATE INDEX "api_tokens_user_id_idx" ON "api_tokens" USING btree ("tenant_id","user_id");--> statement-breakpoint
CREATE UNIQUE INDEX "password_resets_token_hash_unique" ON "password_resets" USING btree ("token_hash");--> statement-breakpoint
CREATE INDEX "password_resets_user_id_idx" ON "password_resets" USING btree ("tenant_id","user_id");--> statement-breakpoint
CREATE INDEX "users_branch_id_idx" ON "users" USING btree ("tenant_id","branch_id");--> statement-breakpoint
CREATE UNIQUE INDEX "licenses_current_unique" ON "licenses" USING btree ("tenant_id") WHERE "licenses"."is_current";--> statement-breakpoint
CREATE INDEX "invoice_lines_product_id_idx" ON "invoice_lines" USING btree ("tenant_id","product_id");--> statement-breakpoint
CREATE INDEX "invoice_lines_invoice_id_idx" ON "invoice_lines" USING btree ("tenant_id","invoice_id","position");--> statement-breakpoint
CREATE INDEX "invoice_lines_work_order_line_id_idx" ON "invoice_lines" USING btree ("tenant_id","work_order_line_id");--> statement-breakpoint
CREATE INDEX "invoices_branch_id_idx" ON "invoices" USING btree ("tenant_id","branch_id","id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "invoices_status_idx" ON "invoices" USING btree ("tenant_id","status","id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "invoices_customer_id_idx" ON "invoices" USING btree ("tenant_id","customer_id","id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "invoices_work_order_id_idx" ON "invoices" USING btree ("tenant_id","work_order_id");--> statement-breakpoint
CREATE INDEX "invoices_quotation_id_idx" ON "invoices" USING btree ("tenant_id","quotation_id");--> statement-breakpoint
CREATE INDEX "invoices_invoice_date_idx" ON "invoices" USING btree ("tenant_id","invoice_date");--> statement-breakpoint
CREATE INDEX "invoices_updated_at_idx" ON "invoices" USING btree ("tenant_id","updated_at","id");--> statement-breakpoint
CREATE INDEX "payments_invoice_id_idx" ON "payments" USING btree ("tenant_id","invoice_id","id");--> statement-breakpoint
CREATE INDEX "payments_updated_at_idx" ON "payments" USING btree ("tenant_id","updated_at","id");--> statement-breakpoint
CREATE INDEX "quotation_lines_product_id_idx" ON "quotation_lines" USING btree ("tenant_id","product_id");--> statement-breakpoint
CREATE INDEX "quotation_lines_quotation_id_idx" ON "quotation_lines" USING btree ("tenant_id","quotation_id","position");--> statement-breakpoint
CREATE INDEX "quotation_lines_work_order_line_id_idx" ON "quotation_lines" USING btree ("tenant_id","work_order_line_id");--> statement-breakpoint
CREATE INDEX "quotations_status_idx" ON "quotations" USING btree ("tenant_id","status","id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "quotations_customer_id_idx" ON "quotations" USING btree ("tenant_id","customer_id","id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "quotations_work_order_id_idx" ON "quotations" USING btree ("tenant_id","work_order_id");--> statement-breakpoint
CREATE UNIQUE INDEX "employees_user_id_unique" ON "employees" USING btree ("tenant_id","user_id");--> statement-breakpoint
CREATE INDEX "employees_branch_id_idx" ON "employees" USING btree ("tenant_id","branch_id");--> statement-breakpoint
CREATE INDEX "attachments_user_id_idx" ON "attachments" USING btree ("tenant_id","user_id");--> statement-breakpoint
CREATE INDEX "attachments_work_order_id_idx" ON "attachments" USING btree ("tenant_id","work_order_id","id");--> statement-breakpoint
CREATE INDEX "work_order_lines_work_order_id_idx" ON "work_order_lines" USING btree ("tenant_id","work_order_id","id");--> statement-breakpoint
CREATE INDEX "work_order_lines_product_id_idx" ON "work_order_lines" USING btree ("tenant_id","product_id");--> statement-breakpoint
CREATE INDEX "work_order_notes_user_id_idx" ON "work_order_notes" USING btree ("tenant_id","user_id");--> statement-breakpoint
CREATE INDEX "work_order_notes_work_order_id_idx" ON "work_order_notes" USING btree ("tenant_id","work_order_id","id");--> statement-breakpoint
CREATE INDEX "work_orders_status_idx" ON "work_orders" USING btree ("tenant_id","status","id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "work_orders_customer_id_idx" ON "work_orders" USING btree ("tenant_id","customer_id","id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "work_orders_device_id_idx" ON "work_orders" USING btree ("tenant_id","device_id");--> statement-breakpoint
CREATE INDEX "work_orders_assigned_to_idx" ON "work_orders" USING btree ("tenant_id","assigned_to","id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "work_orders_branch_id_idx" ON "work_orders" USING btree ("tenant_id","branch_id","id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "work_orders_updated_at_idx" ON "work_orders" USING btree ("tenant_id","updated_at","id");--> statement-breakpoint
CREATE INDEX "work_orders_search_idx" ON "work_orders" USING gin ("tenant_id","search" gin_trgm_ops);