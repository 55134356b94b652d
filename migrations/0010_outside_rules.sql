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
  p_named => '{"error": "failed", "voided_at": "voided", "delivered_at": "delivered"}');
--> statement-breakpoint
call app.protect('vat_checks', 'vat_check', p_silent => '{name,address}');
--> statement-breakpoint
call app.protect('assistant_configs', 'assistant_config');
--> statement-breakpoint
call app.protect('document_syncs', 'document_sync', p_silent => '{attempts,attempted_at,busy_until,contact_id}',
  p_named => '{"synced_at": "synced", "failed_at": "failed", "paid_at": "paid"}');
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
    'shipment.failed',
    'invoice.overdue', 'invoice.paid',
    'payment.failed',
    'task.assigned', 'task.created', 'task.completed', 'task.due',
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
    'task.created', 'task.updated', 'task.deleted', 'task.assigned', 'task.completed', 'task.due',
    'sms_message.created', 'sms_message.updated', 'sms_message.deleted', 'sms_message.sent', 'sms_message.delivered', 'sms_message.failed', 'sms_message.received',
    'email_message.created', 'email_message.updated', 'email_message.deleted', 'email_message.sent',
    'email_message.received', 'email_message.bounced',
    'call.created', 'call.updated', 'call.deleted', 'call.missed',
    'shipment.created', 'shipment.updated', 'shipment.deleted', 'shipment.voided', 'shipment.delivered', 'shipment.failed'
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
    union all
    select 'bookkeeping', i.id from integrations i
    where e.name = any ('{invoice.issued,credit_note.applied}')
      and i.tenant_id = e.tenant_id and i.slug = any ('{moneybird,snelstart}') and i.enabled
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
      ('consultations', $$created_at < now() - interval '180 days'$$),
      ('provider_tokens', $$expires_at < now() - interval '30 days'$$),
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
-- Bookkeeping.
/**
 * Queues what was issued in a period and was never queued for a service, oldest first and so many at a time.
 * As the caller: his own shop alone.
 */
create function app.queue_documents(p_slug text, p_from date, p_to date, p_at_once int, p_pause interval)
returns bigint language sql as $$
  with issued as (
    select 'invoice' as document_type, id as document_id, invoice_number as reference, customer_id, invoice_date as day
    from invoices where issued_at is not null and invoice_date between p_from and p_to
    union all
    select 'credit_note', id, credit_note_number, customer_id, credit_date
    from credit_notes where status = 'applied' and credit_date between p_from and p_to
  ), queued as (
    insert into document_syncs (slug, document_type, document_id, reference, customer_id)
    select p_slug, document_type, document_id, reference, customer_id from issued
    order by day, document_type desc, document_id
    on conflict do nothing returning id
  ), reacting as (
    insert into reactions (kind, key, subject_id, payload, next_at)
    select 'bookkeeping', 'document_sync:' || q.id, i.id, jsonb_build_object('sync_id', q.id),
      app.now() + p_pause * ((row_number() over (order by q.id) - 1) / p_at_once)
    from queued q join integrations i on i.slug = p_slug
    returning set_config('app.reacts', 'on', true)
  )
  select count(*) from reacting
$$;
--> statement-breakpoint
revoke execute on function app.queue_documents from public;
--> statement-breakpoint
grant execute on function app.queue_documents to repair_angel_app;
--> statement-breakpoint
-- Text messages: what becomes of them, and nothing of whom they went to.
call app.retell('sms_messages', 'sms_message', p_silent => '{phone,body,attempted_at,provider_id,credits,bulk_id}',
  p_named => '{"sent_at": "sent", "delivered_at": "delivered", "failed_at": "failed"}');
--> statement-breakpoint
-- Conversations by e-mail: a thread counts its messages, under its own lock, so that two at once both count.
create function app.tally_mail() returns trigger language plpgsql as $$
declare
  v_was_unread int := 0;
  v_is_unread int := 0;
begin
  if tg_op <> 'INSERT' then
    v_was_unread := (old.direction = 'inbound' and old.read_at is null)::int;
  end if;
  if tg_op = 'DELETE' then
    update email_threads set message_count = message_count - 1, unread_count = unread_count - v_was_unread
    where id = old.thread_id;
    return null;
  end if;
  v_is_unread := (new.direction = 'inbound' and new.read_at is null)::int;
  update email_threads t set
    message_count = t.message_count + (tg_op = 'INSERT')::int,
    unread_count = t.unread_count + v_is_unread - v_was_unread,
    last_message_at = greatest(t.last_message_at, new.created_at),
    last_inbound_at = case new.direction when 'inbound' then greatest(t.last_inbound_at, new.created_at) else t.last_inbound_at end,
    last_outbound_at = case new.direction when 'outbound' then greatest(t.last_outbound_at, new.sent_at) else t.last_outbound_at end
  where t.id = new.thread_id;
  return null;
end $$;
--> statement-breakpoint
create trigger tally_mail after insert or delete or update of read_at, sent_at on email_messages
for each row execute function app.tally_mail();
--> statement-breakpoint
-- What came back from an old address says nothing of the new one.
create function app.forget_bounce() returns trigger language plpgsql as $$
begin
  new.email_bounced_at := null;
  return new;
end $$;
--> statement-breakpoint
create trigger forget_bounce before update of email on customers
for each row when (new.email is distinct from old.email) execute function app.forget_bounce();
--> statement-breakpoint
-- Whether the shop itself sends from this address, in lower case.
create function app.is_own_address(p_address text) returns boolean language sql stable as $$
  select exists (select from tenants where lower(email) = p_address)
    or exists (select from smtp_configs where lower(from_address) = p_address)
    or exists (select from employee_mailboxes where lower(email_address) = p_address)
    or exists (select from integrations
      where p_address in (lower(config ->> 'from_email'), lower(config ->> 'mailbox'), lower(config ->> 'subject')))
$$;
--> statement-breakpoint
revoke execute on function app.is_own_address from public;
--> statement-breakpoint
grant execute on function app.is_own_address to repair_angel_app;
--> statement-breakpoint
-- Telephony: shops whose exchange is asked for its calls.
create function app.shops_with_telephony() returns setof bigint
language sql stable security definer set search_path = public, pg_temp as $$
  select i.tenant_id from integrations i join tenants t on t.id = i.tenant_id
  where i.slug = '3cx' and i.enabled
    and app.has_module(i.tenant_id, 'telephony', (app.now() at time zone t.timezone)::date)
$$;
--> statement-breakpoint
revoke execute on function app.shops_with_telephony from public;
--> statement-breakpoint
grant execute on function app.shops_with_telephony to repair_angel_app;
--> statement-breakpoint
-- Shipping
-- Shops with parcels that may have moved since somebody looked; a parcel of a month is given up.
create function app.shops_with_parcels_under_way(p_limit int) returns setof bigint
language sql stable security definer set search_path = public, pg_temp as $$
  select distinct tenant_id from shipments
  where status = 'created' and delivered_at is null and created_at > now() - interval '30 days'
    and coalesce(tracked_at, created_at) < now() - interval '3 hours'
  limit p_limit
$$;
--> statement-breakpoint
revoke execute on function app.shops_with_parcels_under_way(int) from public;
--> statement-breakpoint
grant execute on function app.shops_with_parcels_under_way(int) to repair_angel_app;
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
