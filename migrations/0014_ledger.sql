CREATE TABLE "bank_accounts" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "bank_accounts_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"iban" text NOT NULL,
	"name" text NOT NULL,
	"account_id" bigint NOT NULL,
	CONSTRAINT "bank_accounts_tenant_id_id_unique" UNIQUE("tenant_id","id"),
	CONSTRAINT "bank_accounts_iban_unique" UNIQUE("tenant_id","iban")
);
--> statement-breakpoint
CREATE TABLE "bank_allocations" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "bank_allocations_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"bank_transaction_id" bigint NOT NULL,
	"kind" text NOT NULL,
	"amount_cents" bigint NOT NULL,
	"payment_id" bigint,
	"refund_id" bigint,
	"purchase_payment_id" bigint,
	"settlement_id" bigint,
	"account_id" bigint,
	"description" text,
	CONSTRAINT "bank_allocations_tenant_id_id_unique" UNIQUE("tenant_id","id"),
	CONSTRAINT "bank_allocations_payment_id_unique" UNIQUE("tenant_id","payment_id"),
	CONSTRAINT "bank_allocations_refund_id_unique" UNIQUE("tenant_id","refund_id"),
	CONSTRAINT "bank_allocations_purchase_payment_id_unique" UNIQUE("tenant_id","purchase_payment_id"),
	CONSTRAINT "bank_allocations_settlement_id_unique" UNIQUE("tenant_id","settlement_id"),
	CONSTRAINT "bank_allocations_amount_check" CHECK ("bank_allocations"."amount_cents" <> 0),
	CONSTRAINT "bank_allocations_kind_check" CHECK (case "bank_allocations"."kind"
        when 'payment' then "bank_allocations"."payment_id" is not null
        when 'known_payment' then "bank_allocations"."payment_id" is not null
        when 'known_refund' then "bank_allocations"."refund_id" is not null
        when 'purchase_payment' then "bank_allocations"."purchase_payment_id" is not null
        when 'known_purchase_payment' then "bank_allocations"."purchase_payment_id" is not null
        when 'settlement' then "bank_allocations"."settlement_id" is not null
        when 'account' then "bank_allocations"."account_id" is not null
        else false end
        and num_nonnulls("bank_allocations"."payment_id", "bank_allocations"."refund_id", "bank_allocations"."purchase_payment_id", "bank_allocations"."settlement_id", "bank_allocations"."account_id") = 1)
);
--> statement-breakpoint
CREATE TABLE "bank_statements" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "bank_statements_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"bank_account_id" bigint NOT NULL,
	"format" text NOT NULL,
	"statement_number" text NOT NULL,
	"from_date" date NOT NULL,
	"to_date" date NOT NULL,
	"opening_cents" bigint NOT NULL,
	"closing_cents" bigint NOT NULL,
	CONSTRAINT "bank_statements_tenant_id_id_unique" UNIQUE("tenant_id","id"),
	CONSTRAINT "bank_statements_statement_number_unique" UNIQUE("tenant_id","bank_account_id","statement_number","from_date","to_date"),
	CONSTRAINT "bank_statements_format_check" CHECK ("bank_statements"."format" in ('camt053', 'mt940'))
);
--> statement-breakpoint
CREATE TABLE "bank_transactions" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "bank_transactions_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"bank_statement_id" bigint NOT NULL,
	"bank_account_id" bigint NOT NULL,
	"booked_on" date NOT NULL,
	"amount_cents" bigint NOT NULL,
	"counterparty_name" text,
	"counterparty_iban" text,
	"description" text DEFAULT '' NOT NULL,
	"end_to_end_id" text,
	"bank_reference" text NOT NULL,
	"open_cents" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "bank_transactions_tenant_id_id_unique" UNIQUE("tenant_id","id"),
	CONSTRAINT "bank_transactions_bank_reference_unique" UNIQUE("tenant_id","bank_account_id","bank_reference"),
	CONSTRAINT "bank_transactions_amount_check" CHECK ("bank_transactions"."amount_cents" <> 0)
);
--> statement-breakpoint
CREATE TABLE "btw_boxes" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "btw_boxes_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"btw_period_id" bigint NOT NULL,
	"box" text NOT NULL,
	"turnover_cents" bigint NOT NULL,
	"vat_cents" bigint NOT NULL,
	CONSTRAINT "btw_boxes_tenant_id_id_unique" UNIQUE("tenant_id","id"),
	CONSTRAINT "btw_boxes_box_unique" UNIQUE("tenant_id","btw_period_id","box")
);
--> statement-breakpoint
CREATE TABLE "btw_periods" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "btw_periods_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"year" integer NOT NULL,
	"quarter" integer,
	"month" integer,
	"start_date" date NOT NULL,
	"end_date" date NOT NULL,
	"due_date" date NOT NULL,
	"status" text DEFAULT 'open' NOT NULL,
	"vat_return" jsonb,
	"icp" jsonb,
	"closed_at" timestamp with time zone,
	"closed_by" bigint,
	CONSTRAINT "btw_periods_tenant_id_id_unique" UNIQUE("tenant_id","id"),
	CONSTRAINT "btw_periods_start_date_unique" UNIQUE("tenant_id","start_date"),
	CONSTRAINT "btw_periods_end_date_check" CHECK ("btw_periods"."end_date" >= "btw_periods"."start_date"),
	CONSTRAINT "btw_periods_status_check" CHECK ("btw_periods"."status" in ('open', 'closed')),
	CONSTRAINT "btw_periods_closed_check" CHECK (("btw_periods"."status" = 'closed') = ("btw_periods"."closed_at" is not null and "btw_periods"."vat_return" is not null))
);
--> statement-breakpoint
CREATE TABLE "fiscal_years" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "fiscal_years_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"year" integer NOT NULL,
	"start_date" date NOT NULL,
	"end_date" date NOT NULL,
	"status" text DEFAULT 'open' NOT NULL,
	"result_cents" bigint,
	"closed_at" timestamp with time zone,
	CONSTRAINT "fiscal_years_tenant_id_id_unique" UNIQUE("tenant_id","id"),
	CONSTRAINT "fiscal_years_year_unique" UNIQUE("tenant_id","year"),
	CONSTRAINT "fiscal_years_end_date_check" CHECK ("fiscal_years"."end_date" > "fiscal_years"."start_date"),
	CONSTRAINT "fiscal_years_status_check" CHECK ("fiscal_years"."status" in ('open', 'closed'))
);
--> statement-breakpoint
CREATE TABLE "gl_accounts" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "gl_accounts_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"code" text NOT NULL,
	"name" text NOT NULL,
	"type" text NOT NULL,
	"rgs_code" text,
	"role" text,
	"vat_box" text,
	"is_active" boolean DEFAULT true NOT NULL,
	CONSTRAINT "gl_accounts_tenant_id_id_unique" UNIQUE("tenant_id","id"),
	CONSTRAINT "gl_accounts_code_unique" UNIQUE("tenant_id","code"),
	CONSTRAINT "gl_accounts_role_unique" UNIQUE("tenant_id","role"),
	CONSTRAINT "gl_accounts_rgs_code_unique" UNIQUE("tenant_id","rgs_code"),
	CONSTRAINT "gl_accounts_type_check" CHECK ("gl_accounts"."type" in ('asset', 'liability', 'equity', 'revenue', 'expense'))
);
--> statement-breakpoint
CREATE TABLE "journal_entries" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "journal_entries_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"entry_number" text DEFAULT '' NOT NULL,
	"journal" text DEFAULT 'memorial' NOT NULL,
	"entry_date" date NOT NULL,
	"document_date" date DEFAULT app.today() NOT NULL,
	"description" text DEFAULT '' NOT NULL,
	"reference" text,
	"source" text,
	"source_id" bigint,
	"source_part" integer DEFAULT 0 NOT NULL,
	"reverses_id" bigint,
	"customer_id" bigint,
	"supplier_id" bigint,
	"btw_period_id" bigint DEFAULT 0 NOT NULL,
	"user_id" bigint DEFAULT app.user_id(),
	"sealed_by" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "journal_entries_tenant_id_id_unique" UNIQUE("tenant_id","id"),
	CONSTRAINT "journal_entries_entry_number_unique" UNIQUE("tenant_id","entry_number"),
	CONSTRAINT "journal_entries_source_unique" UNIQUE("tenant_id","source","source_id","source_part"),
	CONSTRAINT "journal_entries_reverses_id_unique" UNIQUE("tenant_id","reverses_id"),
	CONSTRAINT "journal_entries_journal_check" CHECK ("journal_entries"."journal" in ('sales', 'purchases', 'cash', 'bank', 'stock', 'memorial', 'opening', 'vat')),
	CONSTRAINT "journal_entries_source_check" CHECK (("journal_entries"."source" is null) = ("journal_entries"."source_id" is null))
);
--> statement-breakpoint
CREATE TABLE "journal_lines" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "journal_lines_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"journal_entry_id" bigint NOT NULL,
	"position" integer NOT NULL,
	"account_id" bigint NOT NULL,
	"debit_cents" bigint DEFAULT 0 NOT NULL,
	"credit_cents" bigint DEFAULT 0 NOT NULL,
	"description" text,
	"role" text,
	"vat_box" text,
	"vat_part" text,
	"tax_rate_id" bigint,
	"entry_date" date DEFAULT '0001-01-01' NOT NULL,
	CONSTRAINT "journal_lines_tenant_id_id_unique" UNIQUE("tenant_id","id"),
	CONSTRAINT "journal_lines_position_unique" UNIQUE("tenant_id","journal_entry_id","position"),
	CONSTRAINT "journal_lines_one_side_check" CHECK ("journal_lines"."debit_cents" >= 0 and "journal_lines"."credit_cents" >= 0 and ("journal_lines"."debit_cents" = 0) <> ("journal_lines"."credit_cents" = 0)),
	CONSTRAINT "journal_lines_vat_box_check" CHECK (("journal_lines"."vat_box" is null) = ("journal_lines"."vat_part" is null))
);
--> statement-breakpoint
CREATE TABLE "ledger_balances" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "ledger_balances_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"account_id" bigint NOT NULL,
	"month" date NOT NULL,
	"debit_cents" bigint NOT NULL,
	"credit_cents" bigint NOT NULL,
	CONSTRAINT "ledger_balances_tenant_id_id_unique" UNIQUE("tenant_id","id"),
	CONSTRAINT "ledger_balances_account_unique" UNIQUE("tenant_id","account_id","month")
);
--> statement-breakpoint
CREATE TABLE "ledger_queue" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "ledger_queue_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"source" text NOT NULL,
	"source_id" bigint NOT NULL,
	CONSTRAINT "ledger_queue_tenant_id_id_unique" UNIQUE("tenant_id","id")
);
--> statement-breakpoint
CREATE TABLE "settlements" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "settlements_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"provider" text NOT NULL,
	"settled_on" date NOT NULL,
	"gross_cents" bigint NOT NULL,
	"fee_cents" bigint DEFAULT 0 NOT NULL,
	"fee_vat_cents" bigint DEFAULT 0 NOT NULL,
	"net_cents" bigint GENERATED ALWAYS AS (gross_cents - fee_cents - fee_vat_cents) STORED,
	"reference" text,
	"voided_at" timestamp with time zone,
	CONSTRAINT "settlements_tenant_id_id_unique" UNIQUE("tenant_id","id"),
	CONSTRAINT "settlements_provider_check" CHECK ("settlements"."provider" in ('mollie', 'stripe', 'pin')),
	CONSTRAINT "settlements_amounts_check" CHECK ("settlements"."gross_cents" > 0 and "settlements"."fee_cents" >= 0 and "settlements"."fee_vat_cents" >= 0
        and "settlements"."gross_cents" > "settlements"."fee_cents" + "settlements"."fee_vat_cents")
);
--> statement-breakpoint
CREATE TABLE "write_offs" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "write_offs_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"invoice_id" bigint NOT NULL,
	"amount_cents" bigint NOT NULL,
	"written_off_on" date DEFAULT app.today() NOT NULL,
	"reason" text NOT NULL,
	"reversed_at" timestamp with time zone,
	CONSTRAINT "write_offs_tenant_id_id_unique" UNIQUE("tenant_id","id"),
	CONSTRAINT "write_offs_amount_check" CHECK ("write_offs"."amount_cents" > 0)
);
--> statement-breakpoint
CREATE TABLE "purchase_invoice_lines" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "purchase_invoice_lines_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"purchase_invoice_id" bigint NOT NULL,
	"position" integer NOT NULL,
	"description" text NOT NULL,
	"account_id" bigint,
	"goods_receipt_line_id" bigint,
	"quantity" numeric(12, 3) DEFAULT '1' NOT NULL,
	"unit_price" numeric(14, 4) NOT NULL,
	"net_cents" bigint NOT NULL,
	"received_cents" bigint DEFAULT 0 NOT NULL,
	"vat_treatment" text DEFAULT 'charged' NOT NULL,
	"vat_rate" numeric(5, 2) DEFAULT '21' NOT NULL,
	"vat_cents" bigint NOT NULL,
	CONSTRAINT "purchase_invoice_lines_tenant_id_id_unique" UNIQUE("tenant_id","id"),
	CONSTRAINT "purchase_invoice_lines_account_id_check" CHECK (("purchase_invoice_lines"."account_id" is null) <> ("purchase_invoice_lines"."goods_receipt_line_id" is null)),
	CONSTRAINT "purchase_invoice_lines_vat_treatment_check" CHECK ("purchase_invoice_lines"."vat_treatment" in ('charged', 'reverse_charge', 'intra_eu', 'import', 'none'))
);
--> statement-breakpoint
CREATE TABLE "purchase_invoices" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "purchase_invoices_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"supplier_id" bigint NOT NULL,
	"invoice_number" text NOT NULL,
	"status" text DEFAULT 'draft' NOT NULL,
	"invoice_date" date NOT NULL,
	"due_date" date NOT NULL,
	"notes" text,
	"subtotal_cents" bigint DEFAULT 0 NOT NULL,
	"vat_cents" bigint DEFAULT 0 NOT NULL,
	"total_cents" bigint DEFAULT 0 NOT NULL,
	"paid_cents" bigint DEFAULT 0 NOT NULL,
	"due_cents" bigint GENERATED ALWAYS AS (total_cents - paid_cents) STORED,
	"booked_at" timestamp with time zone,
	"cancelled_at" timestamp with time zone,
	CONSTRAINT "purchase_invoices_tenant_id_id_unique" UNIQUE("tenant_id","id"),
	CONSTRAINT "purchase_invoices_status_check" CHECK ("purchase_invoices"."status" in ('draft', 'booked', 'paid', 'cancelled')),
	CONSTRAINT "purchase_invoices_due_check" CHECK ("purchase_invoices"."paid_cents" between least("purchase_invoices"."total_cents", 0) and greatest("purchase_invoices"."total_cents", 0))
);
--> statement-breakpoint
CREATE TABLE "purchase_payments" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "purchase_payments_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"purchase_invoice_id" bigint NOT NULL,
	"amount_cents" bigint NOT NULL,
	"method" text NOT NULL,
	"paid_on" date DEFAULT app.today() NOT NULL,
	"reference" text,
	"voided_at" timestamp with time zone,
	CONSTRAINT "purchase_payments_tenant_id_id_unique" UNIQUE("tenant_id","id"),
	CONSTRAINT "purchase_payments_amount_check" CHECK ("purchase_payments"."amount_cents" <> 0),
	CONSTRAINT "purchase_payments_method_check" CHECK ("purchase_payments"."method" in ('bank', 'cash', 'other'))
);
--> statement-breakpoint
ALTER TABLE "invoices" DROP CONSTRAINT "invoices_due_check";--> statement-breakpoint
ALTER TABLE "invoices" DROP CONSTRAINT "invoices_paid_check";--> statement-breakpoint
ALTER TABLE "goods_receipt_lines" ADD COLUMN "cost_cents" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "invoices" ADD COLUMN "written_off_cents" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "invoices" ALTER COLUMN "due_cents" SET EXPRESSION AS (total_cents - paid_cents - credited_cents - written_off_cents);--> statement-breakpoint
ALTER TABLE "refunds" ADD COLUMN "is_correction" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "invoices" ADD COLUMN "vat_basis" text;--> statement-breakpoint
ALTER TABLE "invoice_lines" ADD COLUMN "is_deposit" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "invoices" ADD COLUMN "late" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "stock_movements" ADD COLUMN "is_margin" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "bank_accounts" ADD CONSTRAINT "bank_accounts_account_id_fk" FOREIGN KEY ("tenant_id","account_id") REFERENCES "public"."gl_accounts"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bank_allocations" ADD CONSTRAINT "bank_allocations_bank_transaction_id_fk" FOREIGN KEY ("tenant_id","bank_transaction_id") REFERENCES "public"."bank_transactions"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bank_allocations" ADD CONSTRAINT "bank_allocations_payment_id_fk" FOREIGN KEY ("tenant_id","payment_id") REFERENCES "public"."payments"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bank_allocations" ADD CONSTRAINT "bank_allocations_refund_id_fk" FOREIGN KEY ("tenant_id","refund_id") REFERENCES "public"."refunds"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bank_allocations" ADD CONSTRAINT "bank_allocations_purchase_payment_id_fk" FOREIGN KEY ("tenant_id","purchase_payment_id") REFERENCES "public"."purchase_payments"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bank_allocations" ADD CONSTRAINT "bank_allocations_settlement_id_fk" FOREIGN KEY ("tenant_id","settlement_id") REFERENCES "public"."settlements"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bank_allocations" ADD CONSTRAINT "bank_allocations_account_id_fk" FOREIGN KEY ("tenant_id","account_id") REFERENCES "public"."gl_accounts"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bank_statements" ADD CONSTRAINT "bank_statements_bank_account_id_fk" FOREIGN KEY ("tenant_id","bank_account_id") REFERENCES "public"."bank_accounts"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bank_transactions" ADD CONSTRAINT "bank_transactions_bank_statement_id_fk" FOREIGN KEY ("tenant_id","bank_statement_id") REFERENCES "public"."bank_statements"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bank_transactions" ADD CONSTRAINT "bank_transactions_bank_account_id_fk" FOREIGN KEY ("tenant_id","bank_account_id") REFERENCES "public"."bank_accounts"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "btw_boxes" ADD CONSTRAINT "btw_boxes_btw_period_id_fk" FOREIGN KEY ("tenant_id","btw_period_id") REFERENCES "public"."btw_periods"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "btw_periods" ADD CONSTRAINT "btw_periods_closed_by_fk" FOREIGN KEY ("tenant_id","closed_by") REFERENCES "public"."users"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "journal_entries" ADD CONSTRAINT "journal_entries_reverses_id_fk" FOREIGN KEY ("tenant_id","reverses_id") REFERENCES "public"."journal_entries"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "journal_entries" ADD CONSTRAINT "journal_entries_customer_id_fk" FOREIGN KEY ("tenant_id","customer_id") REFERENCES "public"."customers"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "journal_entries" ADD CONSTRAINT "journal_entries_supplier_id_fk" FOREIGN KEY ("tenant_id","supplier_id") REFERENCES "public"."suppliers"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "journal_entries" ADD CONSTRAINT "journal_entries_btw_period_id_fk" FOREIGN KEY ("tenant_id","btw_period_id") REFERENCES "public"."btw_periods"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "journal_entries" ADD CONSTRAINT "journal_entries_user_id_fk" FOREIGN KEY ("tenant_id","user_id") REFERENCES "public"."users"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "journal_lines" ADD CONSTRAINT "journal_lines_journal_entry_id_fk" FOREIGN KEY ("tenant_id","journal_entry_id") REFERENCES "public"."journal_entries"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "journal_lines" ADD CONSTRAINT "journal_lines_account_id_fk" FOREIGN KEY ("tenant_id","account_id") REFERENCES "public"."gl_accounts"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "journal_lines" ADD CONSTRAINT "journal_lines_tax_rate_id_fk" FOREIGN KEY ("tenant_id","tax_rate_id") REFERENCES "public"."tax_rates"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ledger_balances" ADD CONSTRAINT "ledger_balances_account_id_fk" FOREIGN KEY ("tenant_id","account_id") REFERENCES "public"."gl_accounts"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "write_offs" ADD CONSTRAINT "write_offs_invoice_id_fk" FOREIGN KEY ("tenant_id","invoice_id") REFERENCES "public"."invoices"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "purchase_invoice_lines" ADD CONSTRAINT "purchase_invoice_lines_purchase_invoice_id_fk" FOREIGN KEY ("tenant_id","purchase_invoice_id") REFERENCES "public"."purchase_invoices"("tenant_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "purchase_invoice_lines" ADD CONSTRAINT "purchase_invoice_lines_account_id_fk" FOREIGN KEY ("tenant_id","account_id") REFERENCES "public"."gl_accounts"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "purchase_invoice_lines" ADD CONSTRAINT "purchase_invoice_lines_goods_receipt_line_id_fk" FOREIGN KEY ("tenant_id","goods_receipt_line_id") REFERENCES "public"."goods_receipt_lines"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "purchase_invoices" ADD CONSTRAINT "purchase_invoices_supplier_id_fk" FOREIGN KEY ("tenant_id","supplier_id") REFERENCES "public"."suppliers"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "purchase_payments" ADD CONSTRAINT "purchase_payments_purchase_invoice_id_fk" FOREIGN KEY ("tenant_id","purchase_invoice_id") REFERENCES "public"."purchase_invoices"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "bank_accounts_account_id_idx" ON "bank_accounts" USING btree ("tenant_id","account_id");--> statement-breakpoint
CREATE INDEX "bank_allocations_bank_transaction_id_idx" ON "bank_allocations" USING btree ("tenant_id","bank_transaction_id","id");--> statement-breakpoint
CREATE INDEX "bank_allocations_account_id_idx" ON "bank_allocations" USING btree ("tenant_id","account_id");--> statement-breakpoint
CREATE INDEX "bank_transactions_bank_statement_id_idx" ON "bank_transactions" USING btree ("tenant_id","bank_statement_id","id");--> statement-breakpoint
CREATE INDEX "bank_transactions_booked_on_idx" ON "bank_transactions" USING btree ("tenant_id","booked_on","id");--> statement-breakpoint
CREATE INDEX "bank_transactions_open_idx" ON "bank_transactions" USING btree ("tenant_id","id") WHERE "bank_transactions"."open_cents" <> 0;--> statement-breakpoint
CREATE INDEX "btw_periods_closed_by_idx" ON "btw_periods" USING btree ("tenant_id","closed_by");--> statement-breakpoint
CREATE INDEX "journal_entries_customer_id_idx" ON "journal_entries" USING btree ("tenant_id","customer_id","id");--> statement-breakpoint
CREATE INDEX "journal_entries_supplier_id_idx" ON "journal_entries" USING btree ("tenant_id","supplier_id","id");--> statement-breakpoint
CREATE INDEX "journal_entries_btw_period_id_idx" ON "journal_entries" USING btree ("tenant_id","btw_period_id","id");--> statement-breakpoint
CREATE INDEX "journal_entries_user_id_idx" ON "journal_entries" USING btree ("tenant_id","user_id");--> statement-breakpoint
CREATE INDEX "journal_entries_entry_date_idx" ON "journal_entries" USING btree ("tenant_id","entry_date","id");--> statement-breakpoint
CREATE INDEX "journal_entries_late_idx" ON "journal_entries" USING btree ("tenant_id","btw_period_id") WHERE "journal_entries"."document_date" < "journal_entries"."entry_date";--> statement-breakpoint
CREATE INDEX "journal_lines_account_id_idx" ON "journal_lines" USING btree ("tenant_id","account_id","entry_date","id");--> statement-breakpoint
CREATE INDEX "journal_lines_tax_rate_id_idx" ON "journal_lines" USING btree ("tenant_id","tax_rate_id");--> statement-breakpoint
CREATE INDEX "journal_lines_vat_box_idx" ON "journal_lines" USING btree ("tenant_id","vat_box","entry_date","id") WHERE "journal_lines"."vat_box" is not null;--> statement-breakpoint
CREATE INDEX "settlements_settled_on_idx" ON "settlements" USING btree ("tenant_id","settled_on","id");--> statement-breakpoint
CREATE INDEX "write_offs_invoice_id_idx" ON "write_offs" USING btree ("tenant_id","invoice_id","id");--> statement-breakpoint
CREATE UNIQUE INDEX "settlements_reference_unique" ON "settlements" USING btree ("tenant_id","provider","reference") WHERE "settlements"."voided_at" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "write_offs_live_unique" ON "write_offs" USING btree ("tenant_id","invoice_id") WHERE "write_offs"."reversed_at" is null;--> statement-breakpoint
CREATE INDEX "purchase_invoice_lines_purchase_invoice_id_idx" ON "purchase_invoice_lines" USING btree ("tenant_id","purchase_invoice_id","position");--> statement-breakpoint
CREATE INDEX "purchase_invoice_lines_account_id_idx" ON "purchase_invoice_lines" USING btree ("tenant_id","account_id");--> statement-breakpoint
CREATE INDEX "purchase_invoice_lines_goods_receipt_line_id_idx" ON "purchase_invoice_lines" USING btree ("tenant_id","goods_receipt_line_id");--> statement-breakpoint
CREATE UNIQUE INDEX "purchase_invoices_invoice_number_unique" ON "purchase_invoices" USING btree ("tenant_id","supplier_id","invoice_number") WHERE "purchase_invoices"."status" <> 'cancelled';--> statement-breakpoint
CREATE INDEX "purchase_invoices_supplier_id_idx" ON "purchase_invoices" USING btree ("tenant_id","supplier_id","id");--> statement-breakpoint
CREATE INDEX "purchase_invoices_status_idx" ON "purchase_invoices" USING btree ("tenant_id","status","id");--> statement-breakpoint
CREATE INDEX "purchase_invoices_due_date_idx" ON "purchase_invoices" USING btree ("tenant_id","due_date") WHERE "purchase_invoices"."status" = 'booked';--> statement-breakpoint
CREATE INDEX "purchase_payments_purchase_invoice_id_idx" ON "purchase_payments" USING btree ("tenant_id","purchase_invoice_id","id");--> statement-breakpoint
ALTER TABLE "invoices" ADD CONSTRAINT "invoices_due_check" CHECK ("invoices"."total_cents" >= "invoices"."paid_cents" + "invoices"."credited_cents" + "invoices"."written_off_cents");--> statement-breakpoint
ALTER TABLE "invoices" ADD CONSTRAINT "invoices_paid_check" CHECK ("invoices"."paid_cents" >= 0 and "invoices"."credited_cents" >= 0 and "invoices"."written_off_cents" >= 0);