CREATE TABLE "reminders" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "reminders_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"invoice_id" bigint NOT NULL,
	"kind" text NOT NULL,
	"channel" text DEFAULT 'email' NOT NULL,
	"recipient" text,
	"sent_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"delivered_on" date,
	"deadline" date,
	"principal_cents" bigint NOT NULL,
	"cost_cents" bigint DEFAULT 0 NOT NULL,
	"body" text NOT NULL,
	CONSTRAINT "reminders_tenant_id_id_unique" UNIQUE("tenant_id","id"),
	CONSTRAINT "reminders_kind_unique" UNIQUE("tenant_id","invoice_id","kind"),
	CONSTRAINT "reminders_kind_check" CHECK ("reminders"."kind" in ('reminder', 'second_reminder', 'final_notice')),
	CONSTRAINT "reminders_channel_check" CHECK ("reminders"."channel" in ('email', 'post'))
);
--> statement-breakpoint
CREATE TABLE "inbox" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "inbox_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"provider" text NOT NULL,
	"external_id" text NOT NULL,
	"body" jsonb NOT NULL,
	"subject_id" bigint,
	"done_at" timestamp with time zone,
	"failure" text,
	CONSTRAINT "inbox_tenant_id_id_unique" UNIQUE("tenant_id","id"),
	CONSTRAINT "inbox_external_id_unique" UNIQUE("tenant_id","provider","external_id")
);
--> statement-breakpoint
CREATE TABLE "integrations" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "integrations_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"slug" text NOT NULL,
	"enabled" boolean DEFAULT false NOT NULL,
	"config" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"secrets" text,
	"webhook_key" text NOT NULL,
	"tested_at" timestamp with time zone,
	"test_message" text,
	CONSTRAINT "integrations_tenant_id_id_unique" UNIQUE("tenant_id","id"),
	CONSTRAINT "integrations_slug_unique" UNIQUE("tenant_id","slug"),
	CONSTRAINT "integrations_webhook_key_unique" UNIQUE("webhook_key")
);
--> statement-breakpoint
CREATE TABLE "refunds" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "refunds_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"payment_id" bigint NOT NULL,
	"kind" text DEFAULT 'refund' NOT NULL,
	"amount_cents" bigint NOT NULL,
	"status" text DEFAULT 'done' NOT NULL,
	"reason" text,
	"provider_id" text,
	"failure" text,
	CONSTRAINT "refunds_tenant_id_id_unique" UNIQUE("tenant_id","id"),
	CONSTRAINT "refunds_provider_id_unique" UNIQUE("tenant_id","payment_id","provider_id"),
	CONSTRAINT "refunds_amount_check" CHECK ("refunds"."amount_cents" > 0),
	CONSTRAINT "refunds_kind_check" CHECK ("refunds"."kind" in ('refund', 'chargeback')),
	CONSTRAINT "refunds_status_check" CHECK ("refunds"."status" in ('pending', 'done', 'failed'))
);
--> statement-breakpoint
CREATE TABLE "customer_links" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "customer_links_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"customer_id" bigint NOT NULL,
	"subject" text NOT NULL,
	"subject_id" bigint NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"revoked_at" timestamp with time zone,
	"opened_at" timestamp with time zone,
	CONSTRAINT "customer_links_tenant_id_id_unique" UNIQUE("tenant_id","id"),
	CONSTRAINT "customer_links_subject_check" CHECK ("customer_links"."subject" in ('quotation', 'invoice', 'work_order', 'price_agreement'))
);
--> statement-breakpoint
CREATE TABLE "price_agreements" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "price_agreements_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"customer_id" bigint NOT NULL,
	"service_id" bigint NOT NULL,
	"agreed_price" numeric(14, 4) NOT NULL,
	"valid_from" date NOT NULL,
	"valid_until" date,
	"status" text DEFAULT 'draft' NOT NULL,
	"notes" text,
	"activated_at" timestamp with time zone,
	"signed_at" timestamp with time zone,
	"signature_key" text,
	"contract_key" text,
	"contract_generated_at" timestamp with time zone,
	CONSTRAINT "price_agreements_tenant_id_id_unique" UNIQUE("tenant_id","id"),
	CONSTRAINT "price_agreements_agreed_price_check" CHECK ("price_agreements"."agreed_price" >= 0),
	CONSTRAINT "price_agreements_valid_until_check" CHECK ("price_agreements"."valid_until" >= "price_agreements"."valid_from"),
	CONSTRAINT "price_agreements_status_check" CHECK ("price_agreements"."status" in ('draft', 'active', 'signed'))
);
--> statement-breakpoint
CREATE TABLE "recurring_invoice_lines" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "recurring_invoice_lines_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"position" integer NOT NULL,
	"description" text NOT NULL,
	"product_id" bigint,
	"quantity" numeric(12, 3) DEFAULT '1' NOT NULL,
	"unit_price" numeric(14, 4) NOT NULL,
	"vat_rate" numeric(5, 2) DEFAULT '21' NOT NULL,
	"tax_rate_id" bigint,
	"category" text DEFAULT 'S' NOT NULL,
	"discount_pct" numeric(5, 2) DEFAULT '0' NOT NULL,
	"total_excl_cents" bigint NOT NULL,
	"net_cents" bigint NOT NULL,
	"recurring_invoice_id" bigint NOT NULL,
	CONSTRAINT "recurring_invoice_lines_tenant_id_id_unique" UNIQUE("tenant_id","id"),
	CONSTRAINT "recurring_invoice_lines_quantity_check" CHECK ("recurring_invoice_lines"."quantity" > 0)
);
--> statement-breakpoint
CREATE TABLE "recurring_invoices" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "recurring_invoices_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"subtotal_cents" bigint DEFAULT 0 NOT NULL,
	"vat_cents" bigint DEFAULT 0 NOT NULL,
	"total_cents" bigint DEFAULT 0 NOT NULL,
	"vat_breakdown" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"prices_include_vat" boolean DEFAULT false NOT NULL,
	"discount_pct" numeric(5, 2) DEFAULT '0' NOT NULL,
	"discount_amount_cents" bigint DEFAULT 0 NOT NULL,
	"discount_cents" bigint DEFAULT 0 NOT NULL,
	"customer_id" bigint NOT NULL,
	"frequency" text NOT NULL,
	"next_run_date" date NOT NULL,
	"anchor_day" integer NOT NULL,
	"last_run_date" date,
	"auto_send" boolean DEFAULT false NOT NULL,
	"active" boolean DEFAULT true NOT NULL,
	"notes" text,
	"last_error" text,
	"mailing_until" timestamp with time zone,
	CONSTRAINT "recurring_invoices_tenant_id_id_unique" UNIQUE("tenant_id","id"),
	CONSTRAINT "recurring_invoices_frequency_check" CHECK ("recurring_invoices"."frequency" in ('weekly', 'monthly', 'quarterly', 'yearly')),
	CONSTRAINT "recurring_invoices_anchor_day_check" CHECK ("recurring_invoices"."anchor_day" between 1 and 31)
);
--> statement-breakpoint
CREATE TABLE "credit_note_lines" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "credit_note_lines_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"position" integer NOT NULL,
	"description" text NOT NULL,
	"product_id" bigint,
	"quantity" numeric(12, 3) DEFAULT '1' NOT NULL,
	"unit_price" numeric(14, 4) NOT NULL,
	"vat_rate" numeric(5, 2) DEFAULT '21' NOT NULL,
	"tax_rate_id" bigint,
	"category" text DEFAULT 'S' NOT NULL,
	"discount_pct" numeric(5, 2) DEFAULT '0' NOT NULL,
	"total_excl_cents" bigint NOT NULL,
	"net_cents" bigint NOT NULL,
	"credit_note_id" bigint NOT NULL,
	"invoice_line_id" bigint,
	CONSTRAINT "credit_note_lines_tenant_id_id_unique" UNIQUE("tenant_id","id"),
	CONSTRAINT "credit_note_lines_quantity_check" CHECK ("credit_note_lines"."quantity" > 0)
);
--> statement-breakpoint
CREATE TABLE "credit_notes" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "credit_notes_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"subtotal_cents" bigint DEFAULT 0 NOT NULL,
	"vat_cents" bigint DEFAULT 0 NOT NULL,
	"total_cents" bigint DEFAULT 0 NOT NULL,
	"vat_breakdown" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"prices_include_vat" boolean DEFAULT false NOT NULL,
	"discount_pct" numeric(5, 2) DEFAULT '0' NOT NULL,
	"discount_amount_cents" bigint DEFAULT 0 NOT NULL,
	"discount_cents" bigint DEFAULT 0 NOT NULL,
	"credit_note_number" text DEFAULT app.next_document_number('CN') NOT NULL,
	"status" text DEFAULT 'open' NOT NULL,
	"invoice_id" bigint NOT NULL,
	"customer_id" bigint NOT NULL,
	"credit_date" date DEFAULT app.today() NOT NULL,
	"reason" text NOT NULL,
	"buyer" jsonb,
	"seller" jsonb,
	"applied_at" timestamp with time zone,
	"voided_at" timestamp with time zone,
	CONSTRAINT "credit_notes_tenant_id_id_unique" UNIQUE("tenant_id","id"),
	CONSTRAINT "credit_notes_credit_note_number_unique" UNIQUE("tenant_id","credit_note_number"),
	CONSTRAINT "credit_notes_status_check" CHECK ("credit_notes"."status" in ('open', 'applied', 'voided')),
	CONSTRAINT "credit_notes_total_check" CHECK ("credit_notes"."total_cents" >= 0)
);
--> statement-breakpoint
CREATE TABLE "tax_rates" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "tax_rates_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"name" text NOT NULL,
	"rate" numeric(5, 2) NOT NULL,
	"description" text,
	"is_default" boolean DEFAULT false NOT NULL,
	"category" text NOT NULL,
	"vat_box" text,
	"exemption_text" text,
	"valid_from" date,
	"valid_until" date,
	"replaces_id" bigint,
	CONSTRAINT "tax_rates_tenant_id_id_unique" UNIQUE("tenant_id","id"),
	CONSTRAINT "tax_rates_rate_check" CHECK ("tax_rates"."rate" between 0 and 100),
	CONSTRAINT "tax_rates_valid_until_check" CHECK ("tax_rates"."valid_until" >= "tax_rates"."valid_from"),
	CONSTRAINT "tax_rates_category_check" CHECK ("tax_rates"."category" in ('standard', 'reduced', 'zero', 'exempt', 'reverse_charge', 'intra_eu', 'export', 'margin')),
	CONSTRAINT "tax_rates_vat_box_check" CHECK ("tax_rates"."vat_box" in ('1a', '1b', '1c', '1e', '3a', '3b', '3c'))
);
--> statement-breakpoint
ALTER TABLE "payments" ALTER COLUMN "paid_at" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "products" ADD COLUMN "tax_rate_id" bigint;--> statement-breakpoint
ALTER TABLE "tenants" ADD COLUMN "kor" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "tenants" ADD COLUMN "cash_rounding" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "invoice_lines" ADD COLUMN "tax_rate_id" bigint;--> statement-breakpoint
ALTER TABLE "invoice_lines" ADD COLUMN "net_cents" bigint;--> statement-breakpoint
-- No discount on a document existed before, and no history is to tell of this.
ALTER TABLE "invoice_lines" DISABLE TRIGGER USER;--> statement-breakpoint
UPDATE "invoice_lines" SET "net_cents" = "total_excl_cents";--> statement-breakpoint
ALTER TABLE "invoice_lines" ENABLE TRIGGER USER;--> statement-breakpoint
ALTER TABLE "invoice_lines" ALTER COLUMN "net_cents" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "invoice_lines" ADD COLUMN "deposit_invoice_id" bigint;--> statement-breakpoint
ALTER TABLE "invoices" ADD COLUMN "prices_include_vat" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "invoices" ADD COLUMN "discount_pct" numeric(5, 2) DEFAULT '0' NOT NULL;--> statement-breakpoint
ALTER TABLE "invoices" ADD COLUMN "discount_amount_cents" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "invoices" ADD COLUMN "discount_cents" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "invoices" ADD COLUMN "kind" text DEFAULT 'standard' NOT NULL;--> statement-breakpoint
ALTER TABLE "invoices" ADD COLUMN "recurring_invoice_id" bigint;--> statement-breakpoint
ALTER TABLE "invoices" ADD COLUMN "recurring_date" date;--> statement-breakpoint
ALTER TABLE "invoices" ADD COLUMN "seller" jsonb;--> statement-breakpoint
ALTER TABLE "payments" ADD COLUMN "charged_back_cents" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "payments" ADD COLUMN "rounding_cents" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "payments" ADD COLUMN "unapplied_cents" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "payments" ADD COLUMN "checkout_url" text;--> statement-breakpoint
ALTER TABLE "payments" ADD COLUMN "expires_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "payments" ADD COLUMN "checked_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "payments" ADD COLUMN "failure" text;--> statement-breakpoint
ALTER TABLE "quotation_lines" ADD COLUMN "tax_rate_id" bigint;--> statement-breakpoint
ALTER TABLE "quotation_lines" ADD COLUMN "net_cents" bigint;--> statement-breakpoint
-- No discount on a document existed before, and no history is to tell of this.
ALTER TABLE "quotation_lines" DISABLE TRIGGER USER;--> statement-breakpoint
UPDATE "quotation_lines" SET "net_cents" = "total_excl_cents";--> statement-breakpoint
ALTER TABLE "quotation_lines" ENABLE TRIGGER USER;--> statement-breakpoint
ALTER TABLE "quotation_lines" ALTER COLUMN "net_cents" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "quotations" ADD COLUMN "prices_include_vat" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "quotations" ADD COLUMN "discount_pct" numeric(5, 2) DEFAULT '0' NOT NULL;--> statement-breakpoint
ALTER TABLE "quotations" ADD COLUMN "discount_amount_cents" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "quotations" ADD COLUMN "discount_cents" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "quotations" ADD COLUMN "accepted_by" text;--> statement-breakpoint
ALTER TABLE "work_order_lines" ADD COLUMN "tax_rate_id" bigint;--> statement-breakpoint
ALTER TABLE "work_order_lines" ADD COLUMN "vat_cents" bigint;--> statement-breakpoint
ALTER TABLE "reminders" ADD CONSTRAINT "reminders_invoice_id_fk" FOREIGN KEY ("tenant_id","invoice_id") REFERENCES "public"."invoices"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "refunds" ADD CONSTRAINT "refunds_payment_id_fk" FOREIGN KEY ("tenant_id","payment_id") REFERENCES "public"."payments"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "customer_links" ADD CONSTRAINT "customer_links_customer_id_fk" FOREIGN KEY ("tenant_id","customer_id") REFERENCES "public"."customers"("tenant_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "price_agreements" ADD CONSTRAINT "price_agreements_customer_id_fk" FOREIGN KEY ("tenant_id","customer_id") REFERENCES "public"."customers"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "price_agreements" ADD CONSTRAINT "price_agreements_service_id_fk" FOREIGN KEY ("tenant_id","service_id") REFERENCES "public"."products"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "recurring_invoice_lines" ADD CONSTRAINT "recurring_invoice_lines_recurring_invoice_id_fk" FOREIGN KEY ("tenant_id","recurring_invoice_id") REFERENCES "public"."recurring_invoices"("tenant_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "recurring_invoice_lines" ADD CONSTRAINT "recurring_invoice_lines_product_id_fk" FOREIGN KEY ("tenant_id","product_id") REFERENCES "public"."products"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "recurring_invoice_lines" ADD CONSTRAINT "recurring_invoice_lines_tax_rate_id_fk" FOREIGN KEY ("tenant_id","tax_rate_id") REFERENCES "public"."tax_rates"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "recurring_invoices" ADD CONSTRAINT "recurring_invoices_customer_id_fk" FOREIGN KEY ("tenant_id","customer_id") REFERENCES "public"."customers"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "credit_note_lines" ADD CONSTRAINT "credit_note_lines_credit_note_id_fk" FOREIGN KEY ("tenant_id","credit_note_id") REFERENCES "public"."credit_notes"("tenant_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "credit_note_lines" ADD CONSTRAINT "credit_note_lines_invoice_line_id_fk" FOREIGN KEY ("tenant_id","invoice_line_id") REFERENCES "public"."invoice_lines"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "credit_note_lines" ADD CONSTRAINT "credit_note_lines_product_id_fk" FOREIGN KEY ("tenant_id","product_id") REFERENCES "public"."products"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "credit_note_lines" ADD CONSTRAINT "credit_note_lines_tax_rate_id_fk" FOREIGN KEY ("tenant_id","tax_rate_id") REFERENCES "public"."tax_rates"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "credit_notes" ADD CONSTRAINT "credit_notes_invoice_id_fk" FOREIGN KEY ("tenant_id","invoice_id") REFERENCES "public"."invoices"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "credit_notes" ADD CONSTRAINT "credit_notes_customer_id_fk" FOREIGN KEY ("tenant_id","customer_id") REFERENCES "public"."customers"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tax_rates" ADD CONSTRAINT "tax_rates_replaces_id_fk" FOREIGN KEY ("tenant_id","replaces_id") REFERENCES "public"."tax_rates"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "inbox_waiting_idx" ON "inbox" USING btree ("created_at") WHERE "inbox"."done_at" is null and "inbox"."failure" is null;--> statement-breakpoint
CREATE INDEX "payments_pending_idx" ON "payments" USING btree ("expires_at") WHERE "payments"."status" = 'pending';--> statement-breakpoint
CREATE INDEX "refunds_pending_idx" ON "refunds" USING btree ("created_at") WHERE "refunds"."status" = 'pending';--> statement-breakpoint
CREATE INDEX "refunds_payment_id_idx" ON "refunds" USING btree ("tenant_id","payment_id","id");--> statement-breakpoint
CREATE INDEX "customer_links_customer_id_idx" ON "customer_links" USING btree ("tenant_id","customer_id");--> statement-breakpoint
CREATE INDEX "customer_links_subject_idx" ON "customer_links" USING btree ("tenant_id","subject","subject_id");--> statement-breakpoint
CREATE INDEX "price_agreements_customer_id_idx" ON "price_agreements" USING btree ("tenant_id","customer_id","service_id");--> statement-breakpoint
CREATE INDEX "price_agreements_service_id_idx" ON "price_agreements" USING btree ("tenant_id","service_id");--> statement-breakpoint
CREATE INDEX "price_agreements_status_idx" ON "price_agreements" USING btree ("tenant_id","status","id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "recurring_invoice_lines_tax_rate_id_idx" ON "recurring_invoice_lines" USING btree ("tenant_id","tax_rate_id");--> statement-breakpoint
CREATE INDEX "recurring_invoice_lines_product_id_idx" ON "recurring_invoice_lines" USING btree ("tenant_id","product_id");--> statement-breakpoint
CREATE INDEX "recurring_invoice_lines_recurring_invoice_id_idx" ON "recurring_invoice_lines" USING btree ("tenant_id","recurring_invoice_id","position");--> statement-breakpoint
CREATE INDEX "recurring_invoices_customer_id_idx" ON "recurring_invoices" USING btree ("tenant_id","customer_id");--> statement-breakpoint
CREATE INDEX "recurring_invoices_due_idx" ON "recurring_invoices" USING btree ("next_run_date") WHERE "recurring_invoices"."active";--> statement-breakpoint
CREATE INDEX "credit_note_lines_tax_rate_id_idx" ON "credit_note_lines" USING btree ("tenant_id","tax_rate_id");--> statement-breakpoint
CREATE INDEX "credit_note_lines_product_id_idx" ON "credit_note_lines" USING btree ("tenant_id","product_id");--> statement-breakpoint
CREATE INDEX "credit_note_lines_credit_note_id_idx" ON "credit_note_lines" USING btree ("tenant_id","credit_note_id","position");--> statement-breakpoint
CREATE INDEX "credit_note_lines_invoice_line_id_idx" ON "credit_note_lines" USING btree ("tenant_id","invoice_line_id");--> statement-breakpoint
CREATE INDEX "credit_notes_invoice_id_idx" ON "credit_notes" USING btree ("tenant_id","invoice_id");--> statement-breakpoint
CREATE INDEX "credit_notes_customer_id_idx" ON "credit_notes" USING btree ("tenant_id","customer_id","id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "credit_notes_status_idx" ON "credit_notes" USING btree ("tenant_id","status","id" DESC NULLS LAST);--> statement-breakpoint
CREATE UNIQUE INDEX "tax_rates_replaces_id_unique" ON "tax_rates" USING btree ("tenant_id","replaces_id");--> statement-breakpoint
CREATE UNIQUE INDEX "tax_rates_default_unique" ON "tax_rates" USING btree ("tenant_id") WHERE "tax_rates"."is_default";--> statement-breakpoint
ALTER TABLE "products" ADD CONSTRAINT "products_tax_rate_id_fk" FOREIGN KEY ("tenant_id","tax_rate_id") REFERENCES "public"."tax_rates"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invoice_lines" ADD CONSTRAINT "invoice_lines_deposit_invoice_id_fk" FOREIGN KEY ("tenant_id","deposit_invoice_id") REFERENCES "public"."invoices"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invoice_lines" ADD CONSTRAINT "invoice_lines_tax_rate_id_fk" FOREIGN KEY ("tenant_id","tax_rate_id") REFERENCES "public"."tax_rates"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invoices" ADD CONSTRAINT "invoices_recurring_invoice_id_fk" FOREIGN KEY ("tenant_id","recurring_invoice_id") REFERENCES "public"."recurring_invoices"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "quotation_lines" ADD CONSTRAINT "quotation_lines_tax_rate_id_fk" FOREIGN KEY ("tenant_id","tax_rate_id") REFERENCES "public"."tax_rates"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "work_order_lines" ADD CONSTRAINT "work_order_lines_tax_rate_id_fk" FOREIGN KEY ("tenant_id","tax_rate_id") REFERENCES "public"."tax_rates"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "products_tax_rate_id_idx" ON "products" USING btree ("tenant_id","tax_rate_id");--> statement-breakpoint
CREATE INDEX "invoice_lines_tax_rate_id_idx" ON "invoice_lines" USING btree ("tenant_id","tax_rate_id");--> statement-breakpoint
CREATE UNIQUE INDEX "invoice_lines_deposit_invoice_id_unique" ON "invoice_lines" USING btree ("tenant_id","deposit_invoice_id");--> statement-breakpoint
CREATE INDEX "quotation_lines_tax_rate_id_idx" ON "quotation_lines" USING btree ("tenant_id","tax_rate_id");--> statement-breakpoint
CREATE INDEX "work_order_lines_tax_rate_id_idx" ON "work_order_lines" USING btree ("tenant_id","tax_rate_id");--> statement-breakpoint
ALTER TABLE "invoices" ADD CONSTRAINT "invoices_recurring_date_unique" UNIQUE("tenant_id","recurring_invoice_id","recurring_date");--> statement-breakpoint
ALTER TABLE "payments" ADD CONSTRAINT "payments_provider_id_unique" UNIQUE("tenant_id","provider","provider_id");--> statement-breakpoint
ALTER TABLE "invoices" ADD CONSTRAINT "invoices_kind_check" CHECK ("invoices"."kind" in ('standard', 'deposit'));--> statement-breakpoint
ALTER TABLE "payments" ADD CONSTRAINT "payments_charged_back_check" CHECK ("payments"."charged_back_cents" between 0 and "payments"."refunded_cents");--> statement-breakpoint
ALTER TABLE "payments" ADD CONSTRAINT "payments_unapplied_check" CHECK ("payments"."unapplied_cents" between 0 and "payments"."amount_cents");--> statement-breakpoint
ALTER TABLE "payments" ADD CONSTRAINT "payments_rounding_check" CHECK ("payments"."rounding_cents" between -2 and 2);--> statement-breakpoint
ALTER TABLE "payments" ADD CONSTRAINT "payments_provider_check" CHECK ("payments"."provider" in ('mollie', 'stripe'));