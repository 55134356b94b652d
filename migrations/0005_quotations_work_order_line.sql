ALTER TABLE "quotation_lines" ADD COLUMN "work_order_line_id" bigint;--> statement-breakpoint
CREATE INDEX "quotation_lines_work_order_line_id_idx" ON "quotation_lines" USING btree ("tenant_id","work_order_line_id");--> statement-breakpoint
ALTER TABLE "quotation_lines" ADD CONSTRAINT "quotation_lines_work_order_line_id_fk" FOREIGN KEY ("tenant_id","work_order_line_id") REFERENCES "public"."work_order_lines"("tenant_id","id") ON DELETE set null ("work_order_line_id");
