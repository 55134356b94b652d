-- Row security and history of the tables of 0011, and how the database keeps stock.
call app.protect('warehouses', 'warehouse');
--> statement-breakpoint
call app.protect('bins', 'bin', p_root => 'warehouse:warehouse_id');
--> statement-breakpoint
call app.protect('serial_numbers', 'serial_number', p_silent => '{bin_id}', p_root => 'product:product_id');
--> statement-breakpoint
call app.protect('pick_lists', 'pick_list', p_named => '{"completed_at": "completed", "cancelled_at": "cancelled"}');
--> statement-breakpoint
call app.protect('pick_list_lines', 'pick_list_line', p_silent => '{reserved_qty,bin_id}', p_root => 'pick_list:pick_list_id');
--> statement-breakpoint
call app.protect('stock_counts', 'stock_count', p_named => '{"applied_at": "applied", "cancelled_at": "cancelled"}');
--> statement-breakpoint
call app.protect('stock_count_lines', 'stock_count_line', p_root => 'stock_count:stock_count_id');
--> statement-breakpoint
call app.protect('suppliers', 'supplier');
--> statement-breakpoint
call app.protect('supplier_products', 'supplier_product', p_root => 'supplier:supplier_id');
--> statement-breakpoint
call app.protect('purchase_orders', 'purchase_order', p_silent => '{total_cents}',
  p_named => '{"status": "status_changed", "ordered_at": "ordered", "sent_at": "sent", "cancelled_at": "cancelled"}');
--> statement-breakpoint
call app.protect('purchase_order_lines', 'purchase_order_line', p_silent => '{max_receivable}', p_root => 'purchase_order:purchase_order_id');
--> statement-breakpoint
call app.protect('goods_receipts', 'goods_receipt');
--> statement-breakpoint
call app.protect('goods_receipt_lines', 'goods_receipt_line', p_root => 'goods_receipt:goods_receipt_id', p_append_only => true);
--> statement-breakpoint
-- What the database works out from the movements, which have the history.
call app.protect('bin_stock', 'bin_stock', p_history => false);
--> statement-breakpoint
call app.protect('stock_layers', 'stock_layer', p_history => false);
--> statement-breakpoint
call app.retell('products', 'product', p_silent => '{stock_value_cents}');
--> statement-breakpoint
create function app.add_receiving_bin() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
begin
  insert into bins (tenant_id, warehouse_id, code, kind) values (new.tenant_id, new.id, 'RECEIVING', 'receiving');
  return null;
end $$;
--> statement-breakpoint
create trigger add_receiving_bin after insert on warehouses for each row execute function app.add_receiving_bin();
--> statement-breakpoint
create function app.found_warehouse() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
begin
  insert into warehouses (tenant_id, name, is_default)
  values (new.id, case new.locale when 'nl' then 'Magazijn' else 'Warehouse' end, true);
  return null;
end $$;
--> statement-breakpoint
create trigger found_warehouse after insert on tenants for each row execute function app.found_warehouse();
--> statement-breakpoint
create trigger refuse_deleted_branch before insert or update of branch_id on warehouses
for each row when (new.branch_id is not null) execute function app.refuse_deleted_branch();
--> statement-breakpoint
insert into warehouses (tenant_id, name, is_default)
select id, case locale when 'nl' then 'Magazijn' else 'Warehouse' end, true from tenants;
--> statement-breakpoint
-- What is in stock already stands where goods come in, at what it was bought for.
alter table stock_movements disable trigger user;
--> statement-breakpoint
update stock_movements m set bin_id = b.id from bins b where b.tenant_id = m.tenant_id and b.kind = 'receiving';
--> statement-breakpoint
update stock_movements m set unit_cost = p.purchase_price, value_cents = round(m.quantity * coalesce(p.purchase_price, 0) * 100)
from products p where p.id = m.product_id;
--> statement-breakpoint
alter table stock_movements enable trigger user;
--> statement-breakpoint
alter table stock_movements alter column bin_id set not null;
--> statement-breakpoint
insert into bin_stock (tenant_id, bin_id, product_id, quantity)
select tenant_id, bin_id, product_id, sum(quantity) from stock_movements group by tenant_id, bin_id, product_id;
--> statement-breakpoint
alter table products disable trigger user;
--> statement-breakpoint
update products p set stock_value_cents = moved.value_cents
from (select product_id, sum(value_cents) as value_cents from stock_movements group by product_id) moved
where moved.product_id = p.id and moved.value_cents <> 0;
--> statement-breakpoint
alter table products enable trigger user;
--> statement-breakpoint
create function app.receiving_bin(p_warehouse bigint default null) returns bigint language sql stable as $$
  select b.id from bins b join warehouses w on w.id = b.warehouse_id
  where b.kind = 'receiving' and case when p_warehouse is null then w.is_default else w.id = p_warehouse end
$$;
--> statement-breakpoint
/*
 * What goods that come in add to the value of a product. Pieces that were sold before they were there are
 * covered first, at what the stock was charged for them; the rest counts at its cost, and is a layer of its
 * own where the shop values first in, first out.
 */
create function app.value_in(p products, p_quantity int, p_unit_cost numeric, p_fifo boolean) returns bigint language plpgsql as $$
declare
  v_covered int := least(p_quantity, greatest(-p.stock_quantity, 0));
  v_value bigint := round((p_quantity - v_covered) * p_unit_cost * 100);
begin
  if p_fifo and p_quantity > v_covered then
    insert into stock_layers (product_id, quantity, value_cents) values (p.id, p_quantity - v_covered, v_value);
  end if;
  if v_covered > 0 then
    v_value := v_value + round(p.stock_value_cents::numeric * v_covered / p.stock_quantity);
  end if;
  return v_value;
end $$;
--> statement-breakpoint
/*
 * What goods that leave take of the value: their share of the whole, or the oldest layers; the last piece
 * takes what is left, so that no cents stay behind. Pieces that are not there count at the purchase price.
 */
create function app.value_out(p products, p_quantity int, p_fifo boolean) returns bigint language plpgsql as $$
declare
  v_here int := least(p_quantity, greatest(p.stock_quantity, 0));
  v_value bigint := round((p_quantity - v_here) * coalesce(p.purchase_price, 0) * 100);
  v_left int := v_here;
  v_layer stock_layers;
  v_share bigint;
begin
  if v_here = 0 then return v_value; end if;
  if not p_fifo then return v_value + round(p.stock_value_cents::numeric * v_here / p.stock_quantity); end if;
  for v_layer in select * from stock_layers where product_id = p.id order by id loop
    if v_layer.quantity <= v_left then
      v_share := v_layer.value_cents;
      delete from stock_layers where id = v_layer.id;
    else
      v_share := round(v_layer.value_cents::numeric * v_left / v_layer.quantity);
      update stock_layers set quantity = quantity - v_left, value_cents = value_cents - v_share where id = v_layer.id;
    end if;
    v_value := v_value + v_share;
    v_left := v_left - least(v_left, v_layer.quantity);
    exit when v_left = 0;
  end loop;
  return v_value;
end $$;
--> statement-breakpoint
/*
 * Books a movement: value, product, bin and serial number, one movement of a product at a time. Who moves
 * several products takes them by id (app.hold_products), so that nobody waits in a circle. A product or bin
 * that is not there is left to the foreign key, which names the field.
 */
create function app.book_stock_movement() returns trigger language plpgsql as $$
declare
  p products;
  b bins;
  v_fifo boolean := (select valuation_method = 'fifo' from tenants where id = new.tenant_id);
begin
  select * into p from products where id = new.product_id for no key update;
  if not found then return new; end if;
  select * into b from bins where id = new.bin_id;
  if not found then return new; end if;
  if new.pair_id is not null and pg_trigger_depth() < 2 then
    raise exception 'only the database adds the other half' using errcode = 'restrict_violation', constraint = 'append_only';
  end if;
  if p.kind = 'service' then perform app.refuse(422, 'no_stock_kept', 'A service has no stock.', 'product_id'); end if;
  if new.quantity > 0 and not b.is_active then
    perform app.refuse(422, 'bin_inactive', format('Bin %s is not in use.', b.code), 'bin_id');
  end if;
  if p.track_serials and new.serial_id is null or new.serial_id is not null and abs(new.quantity) <> 1 then
    perform app.refuse(422, 'serials_required', format('%s needs the serial number of each piece.', p.name), 'serials');
  end if;
  if new.serial_id is not null then perform app.place_serial(new); end if;
  if new.kind in ('putaway', 'transfer') then
    new.value_cents := 0;
    new.unit_cost := null;
  elsif new.quantity > 0 then
    new.unit_cost := coalesce(new.unit_cost,
      case when p.stock_quantity > 0 then p.stock_value_cents / 100.0 / p.stock_quantity end, p.purchase_price, 0);
    new.value_cents := app.value_in(p, new.quantity, new.unit_cost, v_fifo);
  else
    new.value_cents := -app.value_out(p, -new.quantity, v_fifo);
    new.unit_cost := new.value_cents / 100.0 / new.quantity;
  end if;
  if new.kind not in ('putaway', 'transfer') then
    update products set stock_quantity = stock_quantity + new.quantity, stock_value_cents = stock_value_cents + new.value_cents
    where id = p.id;
  end if;
  perform app.place_in_bin(new, b.kind = 'receiving' and p.allow_negative_stock);
  return new;
end $$;
--> statement-breakpoint
-- An upsert would meet the check of the quantity with the change itself; nobody else is at this product now.
create function app.place_in_bin(m stock_movements, p_may_be_short boolean) returns void language plpgsql as $$
declare
  v_quantity int;
begin
  update bin_stock set quantity = quantity + m.quantity, updated_at = app.write_time()
  where product_id = m.product_id and bin_id = m.bin_id returning quantity into v_quantity;
  if not found then
    insert into bin_stock (bin_id, product_id, quantity) values (m.bin_id, m.product_id, m.quantity)
    returning quantity into v_quantity;
  end if;
  if v_quantity < 0 and not p_may_be_short then
    raise exception 'bin % has not enough of product %', m.bin_id, m.product_id
      using errcode = 'check_violation', table = 'bin_stock', constraint = 'bin_stock_quantity_check';
  end if;
end $$;
--> statement-breakpoint
-- One piece is in one place: it comes in only when it is nowhere, and leaves only the bin in which it is.
create function app.place_serial(m stock_movements) returns void language plpgsql as $$
declare
  s serial_numbers;
begin
  update serial_numbers set bin_id = case when m.quantity > 0 then m.bin_id end
  where id = m.serial_id and product_id = m.product_id
    and bin_id is not distinct from case when m.quantity < 0 then m.bin_id end;
  if found then return; end if;
  select * into s from serial_numbers where id = m.serial_id;
  perform app.refuse(422, 'serial_elsewhere', format(
    case when m.quantity > 0 then 'Serial number %s is in stock already.' else 'Serial number %s is not in that bin.' end,
    s.serial), 'serials');
end $$;
--> statement-breakpoint
/*
 * After a movement: the other half of a move between bins; goods that come in first fill the shortage that
 * another bin was left with (but those of a count: they lie where they were counted), then wait for the pick
 * lists that want them.
 */
create function app.follow_stock_movement() returns trigger language plpgsql as $$
declare
  v_short record;
begin
  if new.to_bin_id is not null then
    insert into stock_movements (product_id, bin_id, kind, quantity, reason, source, source_id, serial_id, pair_id, user_id)
    values (new.product_id, new.to_bin_id, new.kind, -new.quantity, new.reason, new.source, new.source_id, new.serial_id, new.id, new.user_id);
  elsif new.quantity > 0 and new.pair_id is null then
    select bin_id, -quantity as pieces into v_short from bin_stock
    where product_id = new.product_id and quantity < 0 and bin_id <> new.bin_id and new.kind <> 'count';
    if found then
      insert into stock_movements (product_id, bin_id, to_bin_id, kind, quantity, reason)
      values (new.product_id, new.bin_id, v_short.bin_id, 'transfer', -least(new.quantity, v_short.pieces), new.reason);
    end if;
    perform app.reserve_stock(new.product_id);
  end if;
  return null;
end $$;
--> statement-breakpoint
drop trigger apply_stock_movement on stock_movements;
--> statement-breakpoint
drop function app.apply_stock_movement();
--> statement-breakpoint
create trigger book_stock_movement before insert on stock_movements for each row execute function app.book_stock_movement();
--> statement-breakpoint
create trigger follow_stock_movement after insert on stock_movements for each row execute function app.follow_stock_movement();
--> statement-breakpoint
-- Holds products until the transaction ends. Always in the order of their ids, and before pick list lines.
create function app.hold_products(p_products bigint[]) returns void language plpgsql as $$
begin
  perform from products where id = any (p_products) order by id for no key update;
end $$;
--> statement-breakpoint
-- What is on hand and not held goes to the pick lists that lack it, the oldest line first.
create function app.reserve_stock(p_product bigint) returns void language plpgsql as $$
declare
  v_free int;
  v_line record;
begin
  select stock_quantity - reserved_quantity into v_free from products where id = p_product for no key update;
  if coalesce(v_free, 0) <= 0 then return; end if;
  for v_line in
    select l.id, l.quantity - l.picked_qty - l.reserved_qty as lacking
    from pick_list_lines l join pick_lists p on p.id = l.pick_list_id
    where l.product_id = p_product and l.quantity - l.picked_qty > l.reserved_qty and p.status in ('open', 'in_progress')
    order by l.id
  loop
    update pick_list_lines set reserved_qty = reserved_qty + least(v_free, v_line.lacking) where id = v_line.id;
    v_free := v_free - least(v_free, v_line.lacking);
    exit when v_free = 0;
  end loop;
end $$;
--> statement-breakpoint
-- So many pieces turn out not to be there: the youngest lines that hold some go without.
create function app.release_stock(p_product bigint, p_missing int) returns void language plpgsql as $$
declare
  v_over int;
  v_line record;
begin
  select reserved_quantity - (stock_quantity - p_missing) into v_over
  from products where id = p_product for no key update;
  for v_line in
    select id, reserved_qty from pick_list_lines where product_id = p_product and reserved_qty > 0 order by id desc
  loop
    exit when v_over <= 0;
    update pick_list_lines set reserved_qty = reserved_qty - least(v_over, reserved_qty) where id = v_line.id;
    v_over := v_over - least(v_over, v_line.reserved_qty);
  end loop;
end $$;
--> statement-breakpoint
create function app.hold_for_pick() returns trigger language plpgsql as $$
begin
  update products set reserved_quantity = reserved_quantity
    + case when tg_op = 'DELETE' then 0 else new.reserved_qty end
    - case when tg_op = 'INSERT' then 0 else old.reserved_qty end
  where id = case when tg_op = 'DELETE' then old.product_id else new.product_id end;
  return null;
end $$;
--> statement-breakpoint
create trigger hold_for_pick_insert after insert on pick_list_lines for each row when (new.reserved_qty <> 0) execute function app.hold_for_pick();
--> statement-breakpoint
create trigger hold_for_pick_update after update of reserved_qty on pick_list_lines for each row
when (new.reserved_qty <> old.reserved_qty) execute function app.hold_for_pick();
--> statement-breakpoint
create trigger hold_for_pick_delete after delete on pick_list_lines for each row when (old.reserved_qty <> 0) execute function app.hold_for_pick();
--> statement-breakpoint
/*
 * Puts goods into a bin, without one where goods come in. A product that tracks serial numbers takes one
 * movement for each, which makes the number known. Answers the (last) movement.
 */
create function app.put_stock(
  p_product bigint, p_quantity int, p_kind text, p_bin bigint default null, p_unit_cost numeric default null,
  p_reason text default null, p_source text default null, p_source_id bigint default null, p_serials text[] default null
) returns bigint language plpgsql as $$
declare
  v_bin bigint := coalesce(p_bin, app.receiving_bin());
  v_serial text;
  v_serial_id bigint;
  v_id bigint;
begin
  if not app.names_each_piece(p_product, p_quantity, p_serials) then
    insert into stock_movements (product_id, bin_id, kind, quantity, unit_cost, reason, source, source_id)
    values (p_product, v_bin, p_kind, p_quantity, p_unit_cost, p_reason, p_source, p_source_id) returning id into v_id;
    return v_id;
  end if;
  foreach v_serial in array p_serials loop
    insert into serial_numbers (product_id, serial) values (p_product, v_serial) on conflict do nothing;
    select id into v_serial_id from serial_numbers where product_id = p_product and serial = v_serial;
    insert into stock_movements (product_id, bin_id, kind, quantity, unit_cost, reason, source, source_id, serial_id)
    values (p_product, v_bin, p_kind, 1, p_unit_cost, p_reason, p_source, p_source_id, v_serial_id) returning id into v_id;
  end loop;
  return v_id;
end $$;
--> statement-breakpoint
/*
 * Takes goods: out of `p_bin` and no other when it is given; else out of the bin that is preferred, then
 * those of the branch, by code as people walk, and last what waits to be put away. What is not there is
 * refused, or for a product that may be short left below zero where goods come in. With serial numbers each
 * piece leaves the bin in which it is. Answers the (last) movement.
 */
create function app.take_stock(
  p_product bigint, p_quantity int, p_kind text, p_bin bigint default null, p_prefer bigint default null,
  p_branch bigint default null, p_reason text default null, p_source text default null,
  p_source_id bigint default null, p_serials text[] default null
) returns bigint language plpgsql as $$
declare
  v_left int := p_quantity;
  v_place record;
  v_id bigint;
begin
  if app.names_each_piece(p_product, p_quantity, p_serials) then
    for v_place in
      select s.id, coalesce(p_bin, s.bin_id, app.receiving_bin()) as bin_id
      from unnest(p_serials) with ordinality given (serial, place)
      join serial_numbers s on s.product_id = p_product and s.serial = given.serial order by place
    loop
      insert into stock_movements (product_id, bin_id, kind, quantity, reason, source, source_id, serial_id)
      values (p_product, v_place.bin_id, p_kind, -1, p_reason, p_source, p_source_id, v_place.id) returning id into v_id;
      v_left := v_left - 1;
    end loop;
    if v_left > 0 then perform app.refuse(422, 'serial_unknown', 'A serial number is not known.', 'serials'); end if;
    return v_id;
  end if;
  for v_place in
    select s.bin_id, s.quantity from bin_stock s join bins b on b.id = s.bin_id join warehouses w on w.id = b.warehouse_id
    where s.product_id = p_product and s.quantity > 0 and (p_bin is null or s.bin_id = p_bin)
    order by s.bin_id = p_prefer desc nulls last, (w.branch_id = p_branch) is true desc, b.kind = 'receiving', b.code, b.id
  loop
    insert into stock_movements (product_id, bin_id, kind, quantity, reason, source, source_id)
    values (p_product, v_place.bin_id, p_kind, -least(v_left, v_place.quantity), p_reason, p_source, p_source_id)
    returning id into v_id;
    v_left := v_left - least(v_left, v_place.quantity);
    exit when v_left = 0;
  end loop;
  if v_left > 0 then
    insert into stock_movements (product_id, bin_id, kind, quantity, reason, source, source_id)
    values (p_product, coalesce(p_bin, app.receiving_bin()), p_kind, -v_left, p_reason, p_source, p_source_id)
    returning id into v_id;
  end if;
  return v_id;
end $$;
--> statement-breakpoint
-- Moves goods from one bin to another; the stock and its value stay as they are.
create function app.move_stock(
  p_product bigint, p_quantity int, p_kind text, p_from bigint, p_to bigint, p_reason text default null, p_serials text[] default null
) returns bigint language plpgsql as $$
declare
  v_serial_id bigint;
  v_id bigint;
begin
  if not app.names_each_piece(p_product, p_quantity, p_serials) then
    insert into stock_movements (product_id, bin_id, to_bin_id, kind, quantity, reason)
    values (p_product, p_from, p_to, p_kind, -p_quantity, p_reason) returning id into v_id;
    return v_id;
  end if;
  for v_serial_id in
    select s.id from unnest(p_serials) with ordinality given (serial, place)
    left join serial_numbers s on s.product_id = p_product and s.serial = given.serial order by place
  loop
    if v_serial_id is null then perform app.refuse(422, 'serial_unknown', 'A serial number is not known.', 'serials'); end if;
    insert into stock_movements (product_id, bin_id, to_bin_id, kind, quantity, reason, serial_id)
    values (p_product, p_from, p_to, p_kind, -1, p_reason, v_serial_id) returning id into v_id;
  end loop;
  return v_id;
end $$;
--> statement-breakpoint
-- Holds the product; does it go by serial numbers? Then there is one for each piece, and none for others.
create function app.names_each_piece(p_product bigint, p_quantity int, p_serials text[]) returns boolean language plpgsql as $$
declare
  p products;
begin
  select * into p from products where id = p_product for no key update;
  if not found then return false; end if;
  if not p.track_serials then
    perform app.guard(coalesce(cardinality(p_serials), 0) = 0, 'serials_not_tracked',
      format('%s does not track serial numbers.', p.name), 'serials');
    return false;
  end if;
  perform app.guard(
    (select count(distinct serial) = p_quantity and coalesce(cardinality(p_serials), 0) = p_quantity from unnest(p_serials) serial),
    'serials_required', format('%s needs %s different serial numbers.', p.name, p_quantity), 'serials');
  return true;
end $$;
--> statement-breakpoint
-- What movements, pick lists and receipts keep is written by their triggers alone, from whatever path.
create function app.refuse_by_hand() returns trigger language plpgsql as $$
begin
  raise exception '% is kept by the database', tg_table_name using errcode = 'restrict_violation', constraint = 'append_only';
end $$;
--> statement-breakpoint
create trigger kept_insert before insert on products for each row
when (pg_trigger_depth() = 0 and (new.stock_quantity, new.reserved_quantity, new.stock_value_cents) is distinct from (0, 0, 0::bigint))
execute function app.refuse_by_hand();
--> statement-breakpoint
create trigger kept_update before update of stock_quantity, reserved_quantity, stock_value_cents on products for each row
when (pg_trigger_depth() = 0 and (new.stock_quantity, new.reserved_quantity, new.stock_value_cents)
  is distinct from (old.stock_quantity, old.reserved_quantity, old.stock_value_cents))
execute function app.refuse_by_hand();
--> statement-breakpoint
create trigger kept after insert or update or delete on bin_stock for each row
when (pg_trigger_depth() = 0) execute function app.refuse_by_hand();
--> statement-breakpoint
create trigger kept before update of bin_id on serial_numbers for each row
when (pg_trigger_depth() = 0 and new.bin_id is distinct from old.bin_id) execute function app.refuse_by_hand();
--> statement-breakpoint
create trigger kept_insert before insert on serial_numbers for each row
when (pg_trigger_depth() = 0 and new.bin_id is not null) execute function app.refuse_by_hand();
--> statement-breakpoint
create trigger kept before update of received_qty on purchase_order_lines for each row
when (pg_trigger_depth() = 0 and new.received_qty <> old.received_qty) execute function app.refuse_by_hand();
--> statement-breakpoint
-- How many products are in stock, and how many have one at all, without counting them (see decision 0007).
create function app.count_goods() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
declare
  v_stocked int := (tg_op <> 'DELETE' and new.stock_quantity > 0)::int - (tg_op <> 'INSERT' and old.stock_quantity > 0)::int;
  v_goods int := (tg_op <> 'DELETE' and new.kind <> 'service')::int - (tg_op <> 'INSERT' and old.kind <> 'service')::int;
begin
  insert into row_deltas (tenant_id, table_name, delta)
  select coalesce(new.tenant_id, old.tenant_id), name, delta
  from (values ('products in stock', v_stocked), ('products but services', v_goods)) counted (name, delta) where delta <> 0;
  return null;
end $$;
--> statement-breakpoint
create trigger count_goods after insert or delete on products for each row execute function app.count_goods();
--> statement-breakpoint
create trigger count_goods_changed after update of stock_quantity, kind on products for each row
when ((new.stock_quantity > 0) <> (old.stock_quantity > 0) or (new.kind = 'service') <> (old.kind = 'service'))
execute function app.count_goods();
--> statement-breakpoint
insert into row_deltas (tenant_id, table_name, delta)
select tenant_id, 'products in stock', count(*) from products where stock_quantity > 0 group by tenant_id
union all select tenant_id, 'products but services', count(*) from products where kind <> 'service' group by tenant_id;
--> statement-breakpoint
-- A purchase order carries the sum of its lines.
create function app.sum_purchase_order() returns trigger language plpgsql as $$
begin
  update purchase_orders set total_cents = total_cents
    + case when tg_op = 'DELETE' then 0 else new.total_cents end
    - case when tg_op = 'INSERT' then 0 else old.total_cents end
  where id = case when tg_op = 'DELETE' then old.purchase_order_id else new.purchase_order_id end;
  return null;
end $$;
--> statement-breakpoint
create trigger sum_purchase_order after insert or delete or update of total_cents on purchase_order_lines
for each row execute function app.sum_purchase_order();
--> statement-breakpoint
create function app.receive_line() returns trigger language plpgsql as $$
begin
  update purchase_order_lines set received_qty = received_qty + new.quantity where id = new.po_line_id;
  return null;
end $$;
--> statement-breakpoint
create trigger receive_line after insert on goods_receipt_lines for each row
when (new.po_line_id is not null) execute function app.receive_line();
--> statement-breakpoint
-- An order that was placed is received when nothing more is to come.
create function app.follow_receipt() returns trigger language plpgsql as $$
begin
  update purchase_orders o set status = (
    select case when bool_and(received_qty + cancelled_qty >= quantity) then 'received'
      when bool_or(received_qty > 0) then 'partially_received' else 'ordered' end
    from purchase_order_lines where purchase_order_id = o.id)
  where o.id = new.purchase_order_id and o.status not in ('draft', 'cancelled');
  return null;
end $$;
--> statement-breakpoint
create trigger follow_receipt after update of received_qty, cancelled_qty on purchase_order_lines for each row
when ((new.received_qty, new.cancelled_qty) is distinct from (old.received_qty, old.cancelled_qty))
execute function app.follow_receipt();
--> statement-breakpoint
create function app.search_suppliers(p_query text) returns setof bigint language plpgsql stable security definer
set search_path = public, app, pg_temp set plan_cache_mode = force_generic_plan as $$
declare t bigint := app.tenant(); q record := app.search_terms(p_query);
begin
  return query select s.id from suppliers s
    where s.tenant_id = t and (s.search like q.literal or s.search like q.squeezed);
end $$;
--> statement-breakpoint
-- Stock counts.
create function app.standing(p_bin bigint, p_product bigint) returns int language sql stable as $$
  select coalesce((select quantity from bin_stock where product_id = p_product and bin_id = p_bin), 0)
$$;
--> statement-breakpoint
-- The serial numbers that stand in a bin by the books; null for a product that does not track them.
create function app.standing_serials(p_bin bigint, p_product bigint) returns jsonb language sql stable as $$
  select coalesce((select jsonb_agg(serial order by serial) from serial_numbers where product_id = p.id and bin_id = p_bin), '[]')
  from products p where p.id = p_product and p.track_serials
$$;
--> statement-breakpoint
/*
 * Books what a count found otherwise than the books had it when it was counted, so that what moved since stays
 * right. What was found comes first: a piece that only lies elsewhere is never missing in between.
 */
create function app.apply_stock_count(p_count bigint, p_uncounted_are_gone boolean) returns void language plpgsql as $$
declare
  v_number text;
  v_line stock_count_lines;
  v_serial text;
begin
  select count_number into v_number from stock_counts where id = p_count and status = 'open' for update;
  perform app.guard(found, 'not_open', 'The stock count is not open.');
  perform app.hold_products(array(select product_id from stock_count_lines where stock_count_id = p_count));
  if p_uncounted_are_gone then
    update stock_count_lines l set counted_qty = 0, counted_at = app.now(), user_id = app.user_id(),
      expected_qty = app.standing(bin_id, product_id), expected_serials = app.standing_serials(bin_id, product_id),
      serials = case when app.standing_serials(bin_id, product_id) is not null then '[]'::jsonb end
    where stock_count_id = p_count and counted_qty is null;
  end if;
  for v_line in
    select * from stock_count_lines where stock_count_id = p_count and counted_qty > expected_qty and serials is null
    order by product_id, id
  loop
    perform app.put_stock(v_line.product_id, v_line.counted_qty - v_line.expected_qty, 'count', v_line.bin_id, null,
      v_number, 'stock_count', p_count);
  end loop;
  for v_line in
    select * from stock_count_lines where stock_count_id = p_count and serials is not null and counted_qty is not null order by product_id, id
  loop
    for v_serial in select jsonb_array_elements_text(v_line.serials - array(select jsonb_array_elements_text(v_line.expected_serials))) loop
      perform app.find_piece(v_line, v_serial, v_number);
    end loop;
  end loop;
  for v_line in
    select * from stock_count_lines where stock_count_id = p_count and counted_qty is not null order by product_id, id
  loop
    perform app.miss_pieces(v_line, v_number);
  end loop;
  update stock_counts set status = 'applied', applied_at = app.now() where id = p_count;
end $$;
--> statement-breakpoint
-- A piece was found in a bin: it comes in, or from the bin in which it stands by the books.
create function app.find_piece(l stock_count_lines, p_serial text, p_number text) returns void language plpgsql as $$
declare
  v_from bigint := (select bin_id from serial_numbers where product_id = l.product_id and serial = p_serial);
begin
  if v_from is null then
    perform app.put_stock(l.product_id, 1, 'count', l.bin_id, null, p_number, 'stock_count', l.stock_count_id, array[p_serial]);
  elsif v_from <> l.bin_id then
    perform app.move_stock(l.product_id, 1, 'transfer', v_from, l.bin_id, p_number, array[p_serial]);
  end if;
end $$;
--> statement-breakpoint
-- What was not found leaves, and what pick lists held of it is theirs no more.
create function app.miss_pieces(l stock_count_lines, p_number text) returns void language plpgsql as $$
declare
  v_missing text[] := array(
    select serial from serial_numbers s where s.product_id = l.product_id and s.bin_id = l.bin_id
      and l.expected_serials ? s.serial and not l.serials ? s.serial order by serial);
  v_pieces int := case when l.serials is null then l.expected_qty - l.counted_qty else cardinality(v_missing) end;
begin
  if v_pieces <= 0 then return; end if;
  if app.standing(l.bin_id, l.product_id) < v_pieces then
    perform app.refuse(422, 'count_again', format('Bin %s no longer holds what the count takes off %s: count it again.',
      (select code from bins where id = l.bin_id), (select name from products where id = l.product_id)), 'lines');
  end if;
  perform app.release_stock(l.product_id, v_pieces);
  perform app.take_stock(l.product_id, v_pieces, 'count', l.bin_id, null, null, p_number, 'stock_count', l.stock_count_id,
    case when l.serials is not null then v_missing end);
end $$;
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
    'stock_count.created', 'stock_count.updated', 'stock_count.deleted', 'stock_count.applied', 'stock_count.cancelled',
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
