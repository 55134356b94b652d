CREATE TABLE "goods_receipt_lines" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "goods_receipt_lines_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"goods_receipt_id" bigint NOT NULL,
	"product_id" bigint NOT NULL,
	"po_line_id" bigint,
	"quantity" integer NOT NULL,
	"unit_cost" numeric(14, 4),
	CONSTRAINT "goods_receipt_lines_tenant_id_id_unique" UNIQUE("tenant_id","id"),
	CONSTRAINT "goods_receipt_lines_quantity_check" CHECK ("goods_receipt_lines"."quantity" <> 0),
	CONSTRAINT "goods_receipt_lines_unit_cost_check" CHECK ("goods_receipt_lines"."unit_cost" >= 0)
);
--> statement-breakpoint
CREATE TABLE "goods_receipts" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "goods_receipts_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"receipt_number" text DEFAULT app.next_document_number('GR') NOT NULL,
	"purchase_order_id" bigint,
	"supplier_id" bigint,
	"warehouse_id" bigint,
	"reference" text,
	"reverses_id" bigint,
	"reason" text,
	"user_id" bigint DEFAULT app.user_id(),
	CONSTRAINT "goods_receipts_tenant_id_id_unique" UNIQUE("tenant_id","id"),
	CONSTRAINT "goods_receipts_number_unique" UNIQUE("tenant_id","receipt_number"),
	CONSTRAINT "goods_receipts_reverses_unique" UNIQUE("tenant_id","reverses_id")
);
--> statement-breakpoint
CREATE TABLE "purchase_order_lines" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "purchase_order_lines_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"purchase_order_id" bigint NOT NULL,
	"product_id" bigint NOT NULL,
	"work_order_id" bigint,
	"article_code" text,
	"quantity" integer NOT NULL,
	"unit_price" numeric(14, 4) NOT NULL,
	"total_cents" bigint NOT NULL,
	"max_receivable" integer,
	"received_qty" integer DEFAULT 0 NOT NULL,
	"cancelled_qty" integer DEFAULT 0 NOT NULL,
	CONSTRAINT "purchase_order_lines_tenant_id_id_unique" UNIQUE("tenant_id","id"),
	CONSTRAINT "purchase_order_lines_quantity_check" CHECK ("purchase_order_lines"."quantity" > 0),
	CONSTRAINT "purchase_order_lines_unit_price_check" CHECK ("purchase_order_lines"."unit_price" >= 0),
	CONSTRAINT "purchase_order_lines_received_qty_check" CHECK ("purchase_order_lines"."received_qty" between 0 and coalesce("purchase_order_lines"."max_receivable", 0)),
	CONSTRAINT "purchase_order_lines_cancelled_qty_check" CHECK ("purchase_order_lines"."cancelled_qty" between 0 and "purchase_order_lines"."quantity")
);
--> statement-breakpoint
CREATE TABLE "purchase_orders" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "purchase_orders_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"po_number" text DEFAULT app.next_document_number('PO') NOT NULL,
	"supplier_id" bigint NOT NULL,
	"status" text DEFAULT 'draft' NOT NULL,
	"warehouse_id" bigint,
	"expected_at" date,
	"reference" text,
	"notes" text,
	"total_cents" bigint DEFAULT 0 NOT NULL,
	"ordered_at" timestamp with time zone,
	"sent_at" timestamp with time zone,
	"cancelled_at" timestamp with time zone,
	CONSTRAINT "purchase_orders_tenant_id_id_unique" UNIQUE("tenant_id","id"),
	CONSTRAINT "purchase_orders_number_unique" UNIQUE("tenant_id","po_number"),
	CONSTRAINT "purchase_orders_status_check" CHECK ("purchase_orders"."status" in ('draft', 'ordered', 'partially_received', 'received', 'cancelled'))
);
--> statement-breakpoint
CREATE TABLE "supplier_products" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "supplier_products_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"supplier_id" bigint NOT NULL,
	"product_id" bigint NOT NULL,
	"article_code" text,
	"unit_price" numeric(14, 4),
	"pack_size" integer DEFAULT 1 NOT NULL,
	"lead_time_days" integer,
	"is_preferred" boolean DEFAULT false NOT NULL,
	CONSTRAINT "supplier_products_tenant_id_id_unique" UNIQUE("tenant_id","id"),
	CONSTRAINT "supplier_products_product_unique" UNIQUE("tenant_id","supplier_id","product_id"),
	CONSTRAINT "supplier_products_unit_price_check" CHECK ("supplier_products"."unit_price" >= 0),
	CONSTRAINT "supplier_products_pack_size_check" CHECK ("supplier_products"."pack_size" > 0),
	CONSTRAINT "supplier_products_lead_time_days_check" CHECK ("supplier_products"."lead_time_days" between 0 and 365)
);
--> statement-breakpoint
CREATE TABLE "suppliers" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "suppliers_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"name" text NOT NULL,
	"email" text,
	"phone" text,
	"address" text,
	"postal_code" text,
	"city" text,
	"country" text DEFAULT 'NL' NOT NULL,
	"vat_number" text,
	"kvk_number" text,
	"iban" text,
	"customer_number" text,
	"payment_term_days" integer DEFAULT 30 NOT NULL,
	"lead_time_days" integer,
	"notes" text,
	"is_active" boolean DEFAULT true NOT NULL,
	"search" text GENERATED ALWAYS AS (app.fold(coalesce(name, '') || ' ' || coalesce(email, '') || ' ' || coalesce(city, '') || ' ' || coalesce(customer_number, ''))) STORED,
	CONSTRAINT "suppliers_tenant_id_id_unique" UNIQUE("tenant_id","id"),
	CONSTRAINT "suppliers_payment_term_days_check" CHECK ("suppliers"."payment_term_days" between 0 and 365),
	CONSTRAINT "suppliers_lead_time_days_check" CHECK ("suppliers"."lead_time_days" between 0 and 365)
);
--> statement-breakpoint
CREATE TABLE "bin_stock" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "bin_stock_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"bin_id" bigint NOT NULL,
	"product_id" bigint NOT NULL,
	"quantity" integer NOT NULL,
	CONSTRAINT "bin_stock_tenant_id_id_unique" UNIQUE("tenant_id","id"),
	CONSTRAINT "bin_stock_product_unique" UNIQUE("tenant_id","product_id","bin_id")
);
--> statement-breakpoint
CREATE TABLE "bins" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "bins_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"warehouse_id" bigint NOT NULL,
	"code" text NOT NULL,
	"kind" text DEFAULT 'storage' NOT NULL,
	"description" text,
	"is_active" boolean DEFAULT true NOT NULL,
	CONSTRAINT "bins_tenant_id_id_unique" UNIQUE("tenant_id","id"),
	CONSTRAINT "bins_code_unique" UNIQUE("tenant_id","warehouse_id","code"),
	CONSTRAINT "bins_kind_check" CHECK ("bins"."kind" in ('storage', 'receiving')),
	CONSTRAINT "bins_receiving_check" CHECK ("bins"."is_active" or "bins"."kind" <> 'receiving')
);
--> statement-breakpoint
CREATE TABLE "pick_list_lines" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "pick_list_lines_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"pick_list_id" bigint NOT NULL,
	"product_id" bigint NOT NULL,
	"work_order_line_id" bigint,
	"bin_id" bigint,
	"quantity" integer NOT NULL,
	"picked_qty" integer DEFAULT 0 NOT NULL,
	"returned_qty" integer DEFAULT 0 NOT NULL,
	"reserved_qty" integer DEFAULT 0 NOT NULL,
	CONSTRAINT "pick_list_lines_tenant_id_id_unique" UNIQUE("tenant_id","id"),
	CONSTRAINT "pick_list_lines_quantity_check" CHECK ("pick_list_lines"."quantity" > 0),
	CONSTRAINT "pick_list_lines_picked_qty_check" CHECK ("pick_list_lines"."picked_qty" between 0 and "pick_list_lines"."quantity"),
	CONSTRAINT "pick_list_lines_returned_qty_check" CHECK ("pick_list_lines"."returned_qty" between 0 and "pick_list_lines"."picked_qty"),
	CONSTRAINT "pick_list_lines_reserved_qty_check" CHECK ("pick_list_lines"."reserved_qty" between 0 and "pick_list_lines"."quantity" - "pick_list_lines"."picked_qty")
);
--> statement-breakpoint
CREATE TABLE "pick_lists" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "pick_lists_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"pick_list_number" text DEFAULT app.next_document_number('PL') NOT NULL,
	"work_order_id" bigint NOT NULL,
	"status" text DEFAULT 'open' NOT NULL,
	"completed_at" timestamp with time zone,
	"cancelled_at" timestamp with time zone,
	CONSTRAINT "pick_lists_tenant_id_id_unique" UNIQUE("tenant_id","id"),
	CONSTRAINT "pick_lists_number_unique" UNIQUE("tenant_id","pick_list_number"),
	CONSTRAINT "pick_lists_status_check" CHECK ("pick_lists"."status" in ('open', 'in_progress', 'completed', 'cancelled'))
);
--> statement-breakpoint
CREATE TABLE "serial_numbers" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "serial_numbers_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"product_id" bigint NOT NULL,
	"serial" text NOT NULL,
	"bin_id" bigint,
	CONSTRAINT "serial_numbers_tenant_id_id_unique" UNIQUE("tenant_id","id"),
	CONSTRAINT "serial_numbers_serial_unique" UNIQUE("tenant_id","product_id","serial")
);
--> statement-breakpoint
CREATE TABLE "stock_count_lines" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "stock_count_lines_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"stock_count_id" bigint NOT NULL,
	"bin_id" bigint NOT NULL,
	"product_id" bigint NOT NULL,
	"expected_qty" integer NOT NULL,
	"expected_serials" jsonb,
	"counted_qty" integer,
	"serials" jsonb,
	"counted_at" timestamp with time zone,
	"user_id" bigint,
	CONSTRAINT "stock_count_lines_tenant_id_id_unique" UNIQUE("tenant_id","id"),
	CONSTRAINT "stock_count_lines_place_unique" UNIQUE("tenant_id","stock_count_id","bin_id","product_id"),
	CONSTRAINT "stock_count_lines_counted_qty_check" CHECK ("stock_count_lines"."counted_qty" >= 0)
);
--> statement-breakpoint
CREATE TABLE "stock_counts" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "stock_counts_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"count_number" text DEFAULT app.next_document_number('SC') NOT NULL,
	"status" text DEFAULT 'open' NOT NULL,
	"blind" boolean DEFAULT false NOT NULL,
	"category_id" bigint,
	"notes" text,
	"user_id" bigint DEFAULT app.user_id(),
	"applied_at" timestamp with time zone,
	"cancelled_at" timestamp with time zone,
	CONSTRAINT "stock_counts_tenant_id_id_unique" UNIQUE("tenant_id","id"),
	CONSTRAINT "stock_counts_number_unique" UNIQUE("tenant_id","count_number"),
	CONSTRAINT "stock_counts_status_check" CHECK ("stock_counts"."status" in ('open', 'applied', 'cancelled'))
);
--> statement-breakpoint
CREATE TABLE "stock_layers" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "stock_layers_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"product_id" bigint NOT NULL,
	"quantity" integer NOT NULL,
	"value_cents" bigint NOT NULL,
	CONSTRAINT "stock_layers_tenant_id_id_unique" UNIQUE("tenant_id","id"),
	CONSTRAINT "stock_layers_quantity_check" CHECK ("stock_layers"."quantity" > 0)
);
--> statement-breakpoint
CREATE TABLE "warehouses" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "warehouses_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"name" text NOT NULL,
	"branch_id" bigint,
	"is_default" boolean DEFAULT false NOT NULL,
	"is_active" boolean DEFAULT true NOT NULL,
	CONSTRAINT "warehouses_tenant_id_id_unique" UNIQUE("tenant_id","id"),
	CONSTRAINT "warehouses_name_unique" UNIQUE("tenant_id","name"),
	CONSTRAINT "warehouses_default_check" CHECK ("warehouses"."is_active" or not "warehouses"."is_default")
);
--> statement-breakpoint
ALTER TABLE "stock_movements" DROP CONSTRAINT "stock_movements_kind_check";--> statement-breakpoint
ALTER TABLE "products" ADD COLUMN "stock_value_cents" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "products" ADD COLUMN "max_stock" integer;--> statement-breakpoint
ALTER TABLE "products" ADD COLUMN "default_bin_id" bigint;--> statement-breakpoint
ALTER TABLE "stock_movements" ADD COLUMN "bin_id" bigint;--> statement-breakpoint
ALTER TABLE "stock_movements" ADD COLUMN "source" text;--> statement-breakpoint
ALTER TABLE "stock_movements" ADD COLUMN "source_id" bigint;--> statement-breakpoint
ALTER TABLE "stock_movements" ADD COLUMN "serial_id" bigint;--> statement-breakpoint
ALTER TABLE "stock_movements" ADD COLUMN "to_bin_id" bigint;--> statement-breakpoint
ALTER TABLE "stock_movements" ADD COLUMN "pair_id" bigint;--> statement-breakpoint
ALTER TABLE "stock_movements" ADD COLUMN "unit_cost" numeric(14, 4);--> statement-breakpoint
ALTER TABLE "stock_movements" ADD COLUMN "value_cents" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "tenants" ADD COLUMN "valuation_method" text DEFAULT 'average' NOT NULL;--> statement-breakpoint
ALTER TABLE "tenants" ADD COLUMN "over_receipt_pct" numeric(5, 2) DEFAULT '0' NOT NULL;--> statement-breakpoint
ALTER TABLE "tenants" ADD COLUMN "sell_beyond_stock" boolean DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE "credit_notes" ADD COLUMN "restock" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "invoice_lines" ADD COLUMN "serials" jsonb;--> statement-breakpoint
ALTER TABLE "goods_receipt_lines" ADD CONSTRAINT "goods_receipt_lines_goods_receipt_id_fk" FOREIGN KEY ("tenant_id","goods_receipt_id") REFERENCES "public"."goods_receipts"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "goods_receipt_lines" ADD CONSTRAINT "goods_receipt_lines_product_id_fk" FOREIGN KEY ("tenant_id","product_id") REFERENCES "public"."products"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "goods_receipt_lines" ADD CONSTRAINT "goods_receipt_lines_po_line_id_fk" FOREIGN KEY ("tenant_id","po_line_id") REFERENCES "public"."purchase_order_lines"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "goods_receipts" ADD CONSTRAINT "goods_receipts_purchase_order_id_fk" FOREIGN KEY ("tenant_id","purchase_order_id") REFERENCES "public"."purchase_orders"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "goods_receipts" ADD CONSTRAINT "goods_receipts_supplier_id_fk" FOREIGN KEY ("tenant_id","supplier_id") REFERENCES "public"."suppliers"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "goods_receipts" ADD CONSTRAINT "goods_receipts_warehouse_id_fk" FOREIGN KEY ("tenant_id","warehouse_id") REFERENCES "public"."warehouses"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "goods_receipts" ADD CONSTRAINT "goods_receipts_reverses_id_fk" FOREIGN KEY ("tenant_id","reverses_id") REFERENCES "public"."goods_receipts"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "goods_receipts" ADD CONSTRAINT "goods_receipts_user_id_fk" FOREIGN KEY ("tenant_id","user_id") REFERENCES "public"."users"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "purchase_order_lines" ADD CONSTRAINT "purchase_order_lines_purchase_order_id_fk" FOREIGN KEY ("tenant_id","purchase_order_id") REFERENCES "public"."purchase_orders"("tenant_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "purchase_order_lines" ADD CONSTRAINT "purchase_order_lines_product_id_fk" FOREIGN KEY ("tenant_id","product_id") REFERENCES "public"."products"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "purchase_order_lines" ADD CONSTRAINT "purchase_order_lines_work_order_id_fk" FOREIGN KEY ("tenant_id","work_order_id") REFERENCES "public"."work_orders"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "purchase_orders" ADD CONSTRAINT "purchase_orders_supplier_id_fk" FOREIGN KEY ("tenant_id","supplier_id") REFERENCES "public"."suppliers"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "purchase_orders" ADD CONSTRAINT "purchase_orders_warehouse_id_fk" FOREIGN KEY ("tenant_id","warehouse_id") REFERENCES "public"."warehouses"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "supplier_products" ADD CONSTRAINT "supplier_products_supplier_id_fk" FOREIGN KEY ("tenant_id","supplier_id") REFERENCES "public"."suppliers"("tenant_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "supplier_products" ADD CONSTRAINT "supplier_products_product_id_fk" FOREIGN KEY ("tenant_id","product_id") REFERENCES "public"."products"("tenant_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bin_stock" ADD CONSTRAINT "bin_stock_bin_id_fk" FOREIGN KEY ("tenant_id","bin_id") REFERENCES "public"."bins"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bin_stock" ADD CONSTRAINT "bin_stock_product_id_fk" FOREIGN KEY ("tenant_id","product_id") REFERENCES "public"."products"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bins" ADD CONSTRAINT "bins_warehouse_id_fk" FOREIGN KEY ("tenant_id","warehouse_id") REFERENCES "public"."warehouses"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pick_list_lines" ADD CONSTRAINT "pick_list_lines_pick_list_id_fk" FOREIGN KEY ("tenant_id","pick_list_id") REFERENCES "public"."pick_lists"("tenant_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pick_list_lines" ADD CONSTRAINT "pick_list_lines_product_id_fk" FOREIGN KEY ("tenant_id","product_id") REFERENCES "public"."products"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pick_list_lines" ADD CONSTRAINT "pick_list_lines_work_order_line_id_fk" FOREIGN KEY ("tenant_id","work_order_line_id") REFERENCES "public"."work_order_lines"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pick_list_lines" ADD CONSTRAINT "pick_list_lines_bin_id_fk" FOREIGN KEY ("tenant_id","bin_id") REFERENCES "public"."bins"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pick_lists" ADD CONSTRAINT "pick_lists_work_order_id_fk" FOREIGN KEY ("tenant_id","work_order_id") REFERENCES "public"."work_orders"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "serial_numbers" ADD CONSTRAINT "serial_numbers_product_id_fk" FOREIGN KEY ("tenant_id","product_id") REFERENCES "public"."products"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "serial_numbers" ADD CONSTRAINT "serial_numbers_bin_id_fk" FOREIGN KEY ("tenant_id","bin_id") REFERENCES "public"."bins"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "stock_count_lines" ADD CONSTRAINT "stock_count_lines_stock_count_id_fk" FOREIGN KEY ("tenant_id","stock_count_id") REFERENCES "public"."stock_counts"("tenant_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "stock_count_lines" ADD CONSTRAINT "stock_count_lines_bin_id_fk" FOREIGN KEY ("tenant_id","bin_id") REFERENCES "public"."bins"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "stock_count_lines" ADD CONSTRAINT "stock_count_lines_product_id_fk" FOREIGN KEY ("tenant_id","product_id") REFERENCES "public"."products"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "stock_count_lines" ADD CONSTRAINT "stock_count_lines_user_id_fk" FOREIGN KEY ("tenant_id","user_id") REFERENCES "public"."users"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "stock_counts" ADD CONSTRAINT "stock_counts_category_id_fk" FOREIGN KEY ("tenant_id","category_id") REFERENCES "public"."product_categories"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "stock_counts" ADD CONSTRAINT "stock_counts_user_id_fk" FOREIGN KEY ("tenant_id","user_id") REFERENCES "public"."users"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "stock_layers" ADD CONSTRAINT "stock_layers_product_id_fk" FOREIGN KEY ("tenant_id","product_id") REFERENCES "public"."products"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "warehouses" ADD CONSTRAINT "warehouses_branch_id_fk" FOREIGN KEY ("tenant_id","branch_id") REFERENCES "public"."branches"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "goods_receipt_lines_goods_receipt_id_idx" ON "goods_receipt_lines" USING btree ("tenant_id","goods_receipt_id","id");--> statement-breakpoint
CREATE INDEX "goods_receipt_lines_product_id_idx" ON "goods_receipt_lines" USING btree ("tenant_id","product_id");--> statement-breakpoint
CREATE INDEX "goods_receipt_lines_po_line_id_idx" ON "goods_receipt_lines" USING btree ("tenant_id","po_line_id");--> statement-breakpoint
CREATE INDEX "goods_receipts_purchase_order_id_idx" ON "goods_receipts" USING btree ("tenant_id","purchase_order_id","id");--> statement-breakpoint
CREATE INDEX "goods_receipts_supplier_id_idx" ON "goods_receipts" USING btree ("tenant_id","supplier_id","id");--> statement-breakpoint
CREATE INDEX "goods_receipts_reference_idx" ON "goods_receipts" USING btree ("tenant_id","reference","id");--> statement-breakpoint
CREATE INDEX "goods_receipts_warehouse_id_idx" ON "goods_receipts" USING btree ("tenant_id","warehouse_id");--> statement-breakpoint
CREATE INDEX "goods_receipts_user_id_idx" ON "goods_receipts" USING btree ("tenant_id","user_id");--> statement-breakpoint
CREATE INDEX "purchase_order_lines_purchase_order_id_idx" ON "purchase_order_lines" USING btree ("tenant_id","purchase_order_id","id");--> statement-breakpoint
CREATE INDEX "purchase_order_lines_product_id_idx" ON "purchase_order_lines" USING btree ("tenant_id","product_id");--> statement-breakpoint
CREATE INDEX "purchase_order_lines_work_order_id_idx" ON "purchase_order_lines" USING btree ("tenant_id","work_order_id");--> statement-breakpoint
CREATE INDEX "purchase_orders_supplier_id_idx" ON "purchase_orders" USING btree ("tenant_id","supplier_id","id");--> statement-breakpoint
CREATE INDEX "purchase_orders_warehouse_id_idx" ON "purchase_orders" USING btree ("tenant_id","warehouse_id");--> statement-breakpoint
CREATE INDEX "purchase_orders_status_idx" ON "purchase_orders" USING btree ("tenant_id","status","id");--> statement-breakpoint
CREATE UNIQUE INDEX "supplier_products_preferred_unique" ON "supplier_products" USING btree ("tenant_id","product_id") WHERE "supplier_products"."is_preferred";--> statement-breakpoint
CREATE INDEX "supplier_products_product_id_idx" ON "supplier_products" USING btree ("tenant_id","product_id");--> statement-breakpoint
CREATE INDEX "supplier_products_article_code_idx" ON "supplier_products" USING btree ("tenant_id","article_code");--> statement-breakpoint
CREATE INDEX "suppliers_search_idx" ON "suppliers" USING gin ("tenant_id","search" gin_trgm_ops);--> statement-breakpoint
CREATE INDEX "bin_stock_bin_id_idx" ON "bin_stock" USING btree ("tenant_id","bin_id","product_id");--> statement-breakpoint
CREATE UNIQUE INDEX "bins_receiving_unique" ON "bins" USING btree ("tenant_id","warehouse_id") WHERE "bins"."kind" = 'receiving';--> statement-breakpoint
CREATE INDEX "pick_list_lines_pick_list_id_idx" ON "pick_list_lines" USING btree ("tenant_id","pick_list_id","id");--> statement-breakpoint
CREATE INDEX "pick_list_lines_product_id_idx" ON "pick_list_lines" USING btree ("tenant_id","product_id","id");--> statement-breakpoint
CREATE INDEX "pick_list_lines_work_order_line_id_idx" ON "pick_list_lines" USING btree ("tenant_id","work_order_line_id");--> statement-breakpoint
CREATE INDEX "pick_list_lines_bin_id_idx" ON "pick_list_lines" USING btree ("tenant_id","bin_id");--> statement-breakpoint
CREATE INDEX "pick_list_lines_reserved_idx" ON "pick_list_lines" USING btree ("tenant_id","product_id","id") WHERE "pick_list_lines"."reserved_qty" > 0;--> statement-breakpoint
CREATE INDEX "pick_list_lines_lacking_idx" ON "pick_list_lines" USING btree ("tenant_id","product_id","id") WHERE "pick_list_lines"."quantity" - "pick_list_lines"."picked_qty" > "pick_list_lines"."reserved_qty";--> statement-breakpoint
CREATE UNIQUE INDEX "pick_lists_open_unique" ON "pick_lists" USING btree ("tenant_id","work_order_id") WHERE "pick_lists"."status" in ('open', 'in_progress');--> statement-breakpoint
CREATE INDEX "pick_lists_work_order_id_idx" ON "pick_lists" USING btree ("tenant_id","work_order_id","id");--> statement-breakpoint
CREATE INDEX "pick_lists_status_idx" ON "pick_lists" USING btree ("tenant_id","status","id");--> statement-breakpoint
CREATE INDEX "serial_numbers_bin_id_idx" ON "serial_numbers" USING btree ("tenant_id","bin_id");--> statement-breakpoint
CREATE INDEX "serial_numbers_serial_idx" ON "serial_numbers" USING btree ("tenant_id","serial");--> statement-breakpoint
CREATE INDEX "stock_count_lines_bin_id_idx" ON "stock_count_lines" USING btree ("tenant_id","bin_id");--> statement-breakpoint
CREATE INDEX "stock_count_lines_product_id_idx" ON "stock_count_lines" USING btree ("tenant_id","product_id");--> statement-breakpoint
CREATE INDEX "stock_count_lines_user_id_idx" ON "stock_count_lines" USING btree ("tenant_id","user_id");--> statement-breakpoint
CREATE INDEX "stock_counts_category_id_idx" ON "stock_counts" USING btree ("tenant_id","category_id");--> statement-breakpoint
CREATE INDEX "stock_counts_user_id_idx" ON "stock_counts" USING btree ("tenant_id","user_id");--> statement-breakpoint
CREATE INDEX "stock_counts_status_idx" ON "stock_counts" USING btree ("tenant_id","status","id");--> statement-breakpoint
CREATE INDEX "stock_layers_product_id_idx" ON "stock_layers" USING btree ("tenant_id","product_id","id");--> statement-breakpoint
CREATE UNIQUE INDEX "warehouses_default_unique" ON "warehouses" USING btree ("tenant_id") WHERE "warehouses"."is_default";--> statement-breakpoint
CREATE INDEX "warehouses_branch_id_idx" ON "warehouses" USING btree ("tenant_id","branch_id");--> statement-breakpoint
ALTER TABLE "products" ADD CONSTRAINT "products_default_bin_id_fk" FOREIGN KEY ("tenant_id","default_bin_id") REFERENCES "public"."bins"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "stock_movements" ADD CONSTRAINT "stock_movements_bin_id_fk" FOREIGN KEY ("tenant_id","bin_id") REFERENCES "public"."bins"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "stock_movements" ADD CONSTRAINT "stock_movements_to_bin_id_fk" FOREIGN KEY ("tenant_id","to_bin_id") REFERENCES "public"."bins"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "stock_movements" ADD CONSTRAINT "stock_movements_serial_id_fk" FOREIGN KEY ("tenant_id","serial_id") REFERENCES "public"."serial_numbers"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "stock_movements" ADD CONSTRAINT "stock_movements_pair_id_fk" FOREIGN KEY ("tenant_id","pair_id") REFERENCES "public"."stock_movements"("tenant_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "products_default_bin_id_idx" ON "products" USING btree ("tenant_id","default_bin_id");--> statement-breakpoint
CREATE INDEX "products_in_stock_idx" ON "products" USING btree ("tenant_id","id") WHERE "products"."stock_quantity" > 0;--> statement-breakpoint
CREATE INDEX "products_low_idx" ON "products" USING btree ("tenant_id","id") WHERE "products"."is_active" and "products"."kind" <> 'service' and "products"."stock_quantity" - "products"."reserved_quantity" < "products"."min_stock";--> statement-breakpoint
CREATE INDEX "products_goods_idx" ON "products" USING btree ("tenant_id","id") WHERE "products"."kind" <> 'service';--> statement-breakpoint
CREATE INDEX "products_barcode_idx" ON "products" USING btree ("tenant_id","barcode");--> statement-breakpoint
CREATE INDEX "stock_movements_bin_id_idx" ON "stock_movements" USING btree ("tenant_id","bin_id","id");--> statement-breakpoint
CREATE INDEX "stock_movements_to_bin_id_idx" ON "stock_movements" USING btree ("tenant_id","to_bin_id");--> statement-breakpoint
CREATE INDEX "stock_movements_pair_id_idx" ON "stock_movements" USING btree ("tenant_id","pair_id");--> statement-breakpoint
CREATE INDEX "stock_movements_serial_id_idx" ON "stock_movements" USING btree ("tenant_id","serial_id","id");--> statement-breakpoint
CREATE INDEX "stock_movements_source_idx" ON "stock_movements" USING btree ("tenant_id","source","source_id");--> statement-breakpoint
CREATE INDEX "stock_movements_created_at_idx" ON "stock_movements" USING btree ("tenant_id","created_at");--> statement-breakpoint
ALTER TABLE "products" ADD CONSTRAINT "products_reserved_quantity_check" CHECK ("products"."reserved_quantity" between 0 and greatest("products"."stock_quantity", 0));--> statement-breakpoint
ALTER TABLE "products" ADD CONSTRAINT "products_max_stock_check" CHECK ("products"."max_stock" >= "products"."min_stock");--> statement-breakpoint
-- Serial numbers were not kept until now: the flag had no effect, and stock without them cannot carry it.
ALTER TABLE "products" DISABLE TRIGGER USER;--> statement-breakpoint
UPDATE "products" SET "track_serials" = false WHERE "track_serials" AND ("stock_quantity" <> 0 OR "allow_negative_stock");--> statement-breakpoint
ALTER TABLE "products" ENABLE TRIGGER USER;--> statement-breakpoint
ALTER TABLE "products" ADD CONSTRAINT "products_track_serials_check" CHECK (not ("products"."track_serials" and "products"."allow_negative_stock"));--> statement-breakpoint
ALTER TABLE "stock_movements" ADD CONSTRAINT "stock_movements_source_check" CHECK ("stock_movements"."source" in ('goods_receipt', 'pick_list', 'invoice', 'credit_note', 'stock_count')
        and "stock_movements"."source_id" is not null or "stock_movements"."source" is null and "stock_movements"."source_id" is null);--> statement-breakpoint
ALTER TABLE "stock_movements" ADD CONSTRAINT "stock_movements_pair_check" CHECK (case when "stock_movements"."kind" in ('putaway', 'transfer')
        then ("stock_movements"."quantity" < 0) = ("stock_movements"."to_bin_id" is not null) and ("stock_movements"."quantity" > 0) = ("stock_movements"."pair_id" is not null)
        else "stock_movements"."to_bin_id" is null and "stock_movements"."pair_id" is null end);--> statement-breakpoint
ALTER TABLE "stock_movements" ADD CONSTRAINT "stock_movements_kind_check" CHECK ("stock_movements"."kind" in ('initial', 'adjust', 'receipt', 'putaway', 'transfer', 'pick', 'count', 'return', 'sale'));