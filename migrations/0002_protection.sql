-- Row security, history and grants of the first tables.
call app.protect('tenants', 'settings', p_silent => '{logo}', p_tenant_column => 'id');
--> statement-breakpoint
revoke insert, delete on tenants from repair_angel_app;
--> statement-breakpoint
call app.protect('users', 'user', p_silent => '{password_hash,last_login_at}');
--> statement-breakpoint
call app.protect('api_tokens', 'api_token', p_silent => '{token_hash,last_used_at}');
--> statement-breakpoint
call app.protect('password_resets', 'password_reset', p_silent => '{token_hash}');
--> statement-breakpoint
call app.protect('licenses', 'license', p_named => '{"status": "status_changed"}');
--> statement-breakpoint
call app.protect('license_modules', 'license_module', p_root => 'license:license_id');
--> statement-breakpoint
-- Deleting a branch is an update; history calls it by its name.
call app.protect('branches', 'branch', p_named => '{"deleted_at": "deleted"}');
--> statement-breakpoint
call app.protect('employees', 'employee');
--> statement-breakpoint
call app.protect('companies', 'company');
--> statement-breakpoint
call app.protect('customers', 'customer');
--> statement-breakpoint
call app.protect('tags', 'tag');
--> statement-breakpoint
call app.protect('customer_tags', 'customer_tag', p_root => 'customer:customer_id');
--> statement-breakpoint
call app.protect('devices', 'device');
--> statement-breakpoint
call app.protect('product_categories', 'product_category');
--> statement-breakpoint
call app.protect('products', 'product');
--> statement-breakpoint
call app.protect('stock_movements', 'stock_movement', p_root => 'product:product_id', p_append_only => true);
--> statement-breakpoint
call app.protect('work_order_statuses', 'work_order_status');
--> statement-breakpoint
call app.protect('work_orders', 'work_order',
  p_named => '{"status": "status_changed", "assigned_to": "assigned", "completed_at": "completed"}');
--> statement-breakpoint
call app.protect('work_order_lines', 'work_order_line', p_root => 'work_order:work_order_id');
--> statement-breakpoint
call app.protect('work_order_notes', 'work_order_note', p_root => 'work_order:work_order_id');
--> statement-breakpoint
call app.protect('attachments', 'attachment', p_silent => '{storage_key}', p_root => 'work_order:work_order_id');
--> statement-breakpoint
call app.protect('quotations', 'quotation',
  p_named => '{"sent_at": "sent", "accepted_at": "accepted", "rejected_at": "rejected"}');
--> statement-breakpoint
call app.protect('quotation_lines', 'quotation_line', p_root => 'quotation:quotation_id');
--> statement-breakpoint
call app.protect('invoices', 'invoice',
  p_named => '{"issued_at": "issued", "sent_at": "sent", "paid_at": "paid", "cancelled_at": "cancelled"}');
--> statement-breakpoint
call app.protect('invoice_lines', 'invoice_line', p_root => 'invoice:invoice_id');
--> statement-breakpoint
call app.protect('payments', 'payment', p_root => 'invoice:invoice_id');
--> statement-breakpoint
-- Machinery of the service, not records of a shop: row security without history.
call app.protect('idempotency_keys', 'idempotency_key', p_history => false);
--> statement-breakpoint
call app.protect('document_counters', 'document_counter', p_history => false);
--> statement-breakpoint
call app.protect('row_deltas', 'row_delta', p_history => false);
--> statement-breakpoint
revoke insert, update, delete on row_deltas from repair_angel_app;
--> statement-breakpoint
call app.protect('events', 'event', p_history => false, p_append_only => true);
--> statement-breakpoint
revoke insert on events from repair_angel_app;
--> statement-breakpoint
create function app.apply_stock_movement() returns trigger language plpgsql as $$
begin
  update products set stock_quantity = stock_quantity + new.quantity where id = new.product_id;
  return null;
end $$;
--> statement-breakpoint
create trigger apply_stock_movement after insert on stock_movements
for each row execute function app.apply_stock_movement();
--> statement-breakpoint
-- An event that no change of a row says by itself.
create function app.record_event(p_name text, p_entity text, p_entity_id bigint, p_changes jsonb default '{}')
returns void language plpgsql security definer set search_path = public, pg_temp as $$
begin
  insert into events (name, entity, entity_id, root, root_id, actor, user_id, request_id, changes)
  values (p_name, p_entity, p_entity_id, p_entity, p_entity_id, coalesce(app.setting('actor'), 'system'),
    app.user_id(), app.setting('request_id'), p_changes);
  perform app.add_to_count(app.tenant(), 'events', 1);
end $$;
--> statement-breakpoint
-- A deleted branch stays on the records that name it, but no record may start to: to the client it is
-- as unknown as one that never was. An invoice is not under this rule, it takes its work order's branch.
create function app.refuse_deleted_branch() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' then
    if new.branch_id is not distinct from old.branch_id then return new; end if;
  end if;
  if exists (select from branches where id = new.branch_id and deleted_at is not null) then
    raise exception 'branch % is deleted', new.branch_id using errcode = 'foreign_key_violation',
      table = tg_table_name, constraint = tg_table_name || '_branch_id_fk',
      detail = format('Key (tenant_id, branch_id)=(%s, %s) is deleted.', new.tenant_id, new.branch_id);
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger refuse_deleted_branch before insert or update of branch_id on users
for each row when (new.branch_id is not null) execute function app.refuse_deleted_branch();
--> statement-breakpoint
create trigger refuse_deleted_branch before insert or update of branch_id on employees
for each row when (new.branch_id is not null) execute function app.refuse_deleted_branch();
--> statement-breakpoint
create trigger refuse_deleted_branch before insert or update of branch_id on work_orders
for each row when (new.branch_id is not null) execute function app.refuse_deleted_branch();
--> statement-breakpoint
-- A quotation line remembers the line of a work order that it became; Drizzle cannot say "set null (column)".
alter table quotation_lines add constraint quotation_lines_work_order_line_id_fk
foreign key (tenant_id, work_order_line_id) references work_order_lines (tenant_id, id)
on delete set null (work_order_line_id);
