-- In the order in which reactions are taken: those of one transaction wait since the same moment.
DROP INDEX "reactions_waiting_idx";
--> statement-breakpoint
CREATE INDEX "reactions_waiting_idx" ON "reactions" USING btree ("tenant_id","next_at","id") WHERE "reactions"."done_at" is null and "reactions"."failed_at" is null;
--> statement-breakpoint
-- What leave and warranty tell of: webhooks, and notifications.
create or replace function app.is_public_event(p_event text) returns boolean language sql immutable parallel safe as $$
  select p_event = any (array[
    'work_order.created', 'work_order.updated', 'work_order.deleted', 'work_order.status_changed', 'work_order.assigned', 'work_order.completed',
    'sla.warned', 'sla.breached',
    'quotation.created', 'quotation.updated', 'quotation.deleted', 'quotation.sent', 'quotation.accepted', 'quotation.rejected', 'quotation.expired',
    'invoice.created', 'invoice.updated', 'invoice.deleted', 'invoice.issued', 'invoice.sent', 'invoice.paid', 'invoice.cancelled', 'invoice.overdue',
    'credit_note.created', 'credit_note.updated', 'credit_note.deleted', 'credit_note.applied', 'credit_note.voided',
    'payment.created', 'payment.updated', 'payment.deleted', 'payment.paid', 'payment.failed', 'payment.refunded',
    'recurring_invoice.created', 'recurring_invoice.updated', 'recurring_invoice.deleted',
    'price_agreement.created', 'price_agreement.updated', 'price_agreement.deleted', 'price_agreement.activated', 'price_agreement.signed', 'price_agreement.expired',
    'customer.created', 'customer.updated', 'customer.deleted',
    'company.created', 'company.updated', 'company.deleted',
    'device.created', 'device.updated', 'device.deleted',
    'tag.created', 'tag.updated', 'tag.deleted',
    'product.created', 'product.updated', 'product.deleted',
    'product_category.created', 'product_category.updated', 'product_category.deleted',
    'stock_movement.created',
    'goods_receipt.created',
    'work_order.parts_arrived',
    'pick_list.created', 'pick_list.updated', 'pick_list.deleted', 'pick_list.completed', 'pick_list.cancelled',
    'warehouse.created', 'warehouse.updated', 'warehouse.deleted',
    'bin.created', 'bin.updated', 'bin.deleted',
    'serial_number.created', 'serial_number.updated', 'serial_number.deleted',
    'supplier.created', 'supplier.updated', 'supplier.deleted',
    'supplier_product.created', 'supplier_product.updated', 'supplier_product.deleted',
    'purchase_order.created', 'purchase_order.updated', 'purchase_order.deleted',
    'purchase_order.status_changed', 'purchase_order.ordered', 'purchase_order.sent', 'purchase_order.cancelled',
    'stock_count.created', 'stock_count.updated', 'stock_count.deleted', 'stock_count.applied', 'stock_count.cancelled',
    'employee.created', 'employee.updated', 'employee.deleted',
    'leave_type.created', 'leave_type.updated', 'leave_type.deleted',
    'leave_request.created', 'leave_request.updated', 'leave_request.deleted',
    'leave_request.approved', 'leave_request.rejected', 'leave_request.cancelled',
    'warranty_config.created', 'warranty_config.updated', 'warranty_config.deleted',
    'warranty_claim.created', 'warranty_claim.updated', 'warranty_claim.deleted',
    'warranty_claim.approved', 'warranty_claim.rejected',
    'branch.created', 'branch.updated', 'branch.deleted',
    'tax_rate.created', 'tax_rate.updated', 'tax_rate.deleted',
    'work_order_status.created', 'work_order_status.updated', 'work_order_status.deleted',
    'product.low_stock', 'product.oversold',
    'task.created', 'task.updated', 'task.deleted', 'task.assigned', 'task.completed', 'task.due', 'task.reminded',
    'sms_message.created', 'sms_message.updated', 'sms_message.deleted', 'sms_message.sent', 'sms_message.delivered', 'sms_message.failed', 'sms_message.received',
    'email_message.created', 'email_message.updated', 'email_message.deleted', 'email_message.sent',
    'email_message.received', 'email_message.bounced',
    'call.created', 'call.updated', 'call.deleted', 'call.missed',
    'shipment.created', 'shipment.updated', 'shipment.deleted', 'shipment.voided', 'shipment.delivered', 'shipment.failed',
    'gl_account.created', 'gl_account.updated', 'gl_account.deleted',
    'fiscal_year.created', 'fiscal_year.updated', 'fiscal_year.deleted', 'fiscal_year.closed',
    'btw_period.created', 'btw_period.updated', 'btw_period.deleted', 'btw_period.closed',
    'purchase_invoice.created', 'purchase_invoice.updated', 'purchase_invoice.deleted',
    'purchase_invoice.status_changed', 'purchase_invoice.booked', 'purchase_invoice.cancelled',
    'settlement.created', 'settlement.updated', 'settlement.deleted', 'settlement.voided',
    'bank_account.created', 'bank_account.updated', 'bank_account.deleted',
    'bank_statement.created', 'bank_statement.updated', 'bank_statement.deleted',
    'bank_transaction.created', 'bank_transaction.updated', 'bank_transaction.deleted', 'bank_transaction.matched', 'bank_transaction.unmatched'
  ])
$$;
--> statement-breakpoint
create or replace function app.is_notified(p_event text) returns boolean language sql immutable parallel safe as $$
  select p_event = any (array[
    'work_order.status_changed', 'work_order.assigned', 'work_order.created', 'work_order.completed',
    'work_order_note.created',
    'work_order.parts_arrived',
    'shipment.failed',
    'invoice.overdue', 'invoice.paid',
    'payment.failed',
    'leave_request.created', 'leave_request.approved', 'leave_request.rejected',
    'warranty_claim.created',
    'task.assigned', 'task.created', 'task.completed', 'task.due', 'task.reminded',
    'sla.warned', 'sla.breached',
    'quotation.accepted', 'quotation.rejected', 'quotation.expired',
    'price_agreement.signed', 'price_agreement.expired',
    'product.low_stock',
    'license.expiring', 'license.expired',
    'webhook_endpoint.disabled',
    'document_sync.failed',
    'sms_message.received',
    'email_message.received',
    'call.missed'
  ])
$$;
