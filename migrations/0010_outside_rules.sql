-- Row security and history of the tables of 0009, what is told of them, and what the jobs look for.
call app.protect('smtp_configs', 'smtp_config', p_silent => '{password}');
--> statement-breakpoint
call app.protect('employee_mailboxes', 'employee_mailbox', p_silent => '{smtp_password}', p_root => 'employee:employee_id');
--> statement-breakpoint
call app.protect('employee_phones', 'employee_phone', p_silent => '{sip_password}', p_root => 'employee:employee_id');
--> statement-breakpoint
call app.protect('email_templates', 'email_template');
--> statement-breakpoint
-- What people write to each other stays out of the history, and who they are.
call app.protect('email_threads', 'email_thread',
  p_silent => '{subject,address,reply_key,message_count,unread_count,last_inbound_at,last_outbound_at,last_message_at}');
--> statement-breakpoint
call app.protect('email_messages', 'email_message', p_root => 'email_thread:thread_id', p_named => '{"sent_at": "sent"}',
  p_silent => '{key,message_id,in_reply_to,references,from_name,from_address,to_addresses,cc_addresses,subject,body_html,body_text,provider_id}');
--> statement-breakpoint
call app.protect('sms_templates', 'sms_template');
--> statement-breakpoint
call app.protect('sms_bulks', 'sms_bulk', p_silent => '{queued,left_out}', p_named => '{"finished_at": "finished"}');
--> statement-breakpoint
call app.protect('extensions', 'extension');
--> statement-breakpoint
call app.protect('calls', 'call', p_silent => '{caller,callee,phone,journal_key,provider_id}');
--> statement-breakpoint
call app.protect('shipments', 'shipment', p_silent => '{ship_to,ship_from,request_id,attempted_at,label_key,tracking_status,tracked_at}',
  p_named => '{"voided_at": "voided", "delivered_at": "delivered"}');
--> statement-breakpoint
call app.protect('vat_checks', 'vat_check', p_silent => '{name,address}');
--> statement-breakpoint
call app.protect('assistant_configs', 'assistant_config');
--> statement-breakpoint
call app.protect('document_syncs', 'document_sync', p_silent => '{attempts,attempted_at}', p_named => '{"synced_at": "synced"}');
--> statement-breakpoint
-- Machinery of the service.
call app.protect('provider_tokens', 'provider_token', p_history => false);
--> statement-breakpoint
call app.protect('email_attachments', 'email_attachment', p_history => false);
--> statement-breakpoint
call app.protect('consultations', 'consultation', p_history => false);
--> statement-breakpoint
-- A line per kind of record; the catalog of notifications in code names the same, and a test compares them.
create or replace function app.is_notified(p_event text) returns boolean language sql immutable parallel safe as $$
  select p_event = any (array[
    'work_order.status_changed', 'work_order.assigned', 'work_order.created', 'work_order.completed',
    'work_order_note.created',
    'invoice.overdue', 'invoice.paid',
    'payment.failed',
    'task.assigned', 'task.created', 'task.completed', 'task.due',
    'sla.warned', 'sla.breached',
    'quotation.accepted', 'quotation.rejected', 'quotation.expired',
    'price_agreement.signed', 'price_agreement.expired',
    'product.low_stock',
    'license.expiring', 'license.expired',
    'webhook_endpoint.disabled'
  ])
$$;
--> statement-breakpoint
-- What `*` stands for; the catalog of webhooks in code names the same, and a test compares them.
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
    'employee.created', 'employee.updated', 'employee.deleted',
    'branch.created', 'branch.updated', 'branch.deleted',
    'tax_rate.created', 'tax_rate.updated', 'tax_rate.deleted',
    'work_order_status.created', 'work_order_status.updated', 'work_order_status.deleted',
    'product.low_stock',
    'task.created', 'task.updated', 'task.deleted', 'task.assigned', 'task.completed', 'task.due'
  ])
$$;
--> statement-breakpoint
create or replace function app.react() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
begin
  insert into reactions (tenant_id, kind, key, event_id, subject_id, chain)
  select e.tenant_id, r.kind, 'event:' || e.id || '/' || r.kind || coalesce(':' || r.subject_id, ''), e.id, r.subject_id,
    coalesce(string_to_array(nullif(current_setting('app.chain', true), ''), ',')::bigint[], '{}')
  from new_events e cross join lateral (
    select 'notify' as kind, null::bigint as subject_id where app.is_notified(e.name)
    union all
    select 'sla', null where (e.name = any ('{work_order.created,work_order.status_changed,work_order_note.created}')
        or e.name = 'work_order.updated' and e.changes ?| '{priority,device_id,sla_config_id}')
      and (exists (select from sla_configs c where c.tenant_id = e.tenant_id)
        or exists (select from sla_breaches b where b.tenant_id = e.tenant_id and b.work_order_id = e.root_id and b.resolved_at is null))
    union all
    select 'sla_shop', null where (e.entity = 'sla_config'
        or e.name = 'settings.updated' and e.changes ?| '{opening_hours,holidays,timezone}'
        or e.name = 'work_order_status.updated' and e.changes ? 'kind')
      and exists (select from sla_configs c where c.tenant_id = e.tenant_id)
    union all
    select 'rule', a.id from automation_rules a
    where a.tenant_id = e.tenant_id and a.active
      and a.trigger in (e.name, case e.name when 'product.low_stock' then 'low_stock' end)
    union all
    select 'webhook', w.id from webhook_endpoints w
    where w.tenant_id = e.tenant_id and w.active
      and (e.name = any (w.events) or '*' = any (w.events) and app.is_public_event(e.name))
  ) r;
  if found then perform set_config('app.reacts', 'on', true); end if;
  return null;
end $$;
--> statement-breakpoint
create or replace function app.clean_up() returns table (kind text, deleted bigint)
language plpgsql security definer set search_path = public, pg_temp as $function$
declare v_served text;
begin
  for kind, v_served in
    select * from (values
      ('idempotency_keys', $$created_at < now() - interval '24 hours'$$),
      ('api_tokens', $$expires_at < now() - interval '30 days'$$),
      ('password_resets', $$expires_at < now()$$),
      ('login_failures', $$since < now() - interval '1 day'$$),
      ('reactions', $$done_at < now() - interval '30 days'$$),
      -- A dead letter, which lives for 180 days, may bring a failed one back.
      ('reactions', $$failed_at < now() - interval '181 days'$$),
      ('dead_letters', $$replayed_at < now() - interval '30 days'$$),
      ('dead_letters', $$created_at < now() - interval '180 days'$$),
      ('inbox', $$done_at < now() - interval '90 days'$$),
      ('webhook_deliveries', $$created_at < now() - interval '90 days'$$),
      ('automation_logs', $$ran_at < now() - interval '180 days'$$),
      ('notifications', $$read_at < now() - interval '90 days'$$),
      ('notifications', $$created_at < now() - interval '1 year'$$),
      ('job_runs', $$started_at < now() - interval '90 days'$$)
    ) as rule (kind, served)
  loop
    execute format('with gone as (
      delete from %1$I where ctid = any (array(
        select ctid from %1$I where %2$s limit 20000 for update skip locked)) returning 1)
      select count(*) from gone', kind, v_served) into deleted;
    return next;
  end loop;
end $function$;
--> statement-breakpoint
-- Advice: VAT checks and the assistant.
-- What the tax authority said of a VAT number says nothing of the next one.
create function app.forget_vat_validation() returns trigger language plpgsql as $$
begin
  new.vat_validated_name := null;
  new.vat_validated_at := null;
  return new;
end $$;
--> statement-breakpoint
create trigger vat_validation before update of vat_number on companies
for each row when (new.vat_number is distinct from old.vat_number) execute function app.forget_vat_validation();
--> statement-breakpoint
revoke execute on function app.forget_vat_validation from public;
