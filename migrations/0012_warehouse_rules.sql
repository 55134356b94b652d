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
call app.protect('goods_receipts', 'goods_receipt', p_append_only => true);
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
  v_fifo boolean;
begin
  perform pg_advisory_xact_lock_shared(hashtextextended('valuation', new.tenant_id));
  v_fifo := (select valuation_method = 'fifo' from tenants where id = new.tenant_id);
  select * into p from products where id = new.product_id for no key update;
  if not found then return new; end if;
  -- Shared, so that a bin is not put out of use, nor moved, while goods are on their way into it.
  select * into b from bins where id = new.bin_id for share;
  if not found then return new; end if;
  if new.pair_id is not null and pg_trigger_depth() < 2 then
    raise exception 'only the database adds the other half' using errcode = 'restrict_violation', constraint = 'append_only';
  end if;
  if p.kind = 'service' then perform app.refuse(422, 'no_stock_kept', 'A service has no stock.', 'product_id'); end if;
  if new.quantity > 0 then perform app.must_be_in_use(b, 'bin_id'); end if;
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
  -- Goods can be sold before they are there, but not moved to another bin.
  perform app.place_in_bin(new, b.kind = 'receiving' and p.allow_negative_stock and new.to_bin_id is null);
  return new;
end $$;
--> statement-breakpoint
-- An upsert would meet the check of the quantity with the change itself; nobody else is at this product now.
-- A bin may be short only by what the product is: what stands in another bin leaves from there.
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
  if v_quantity < 0 and not (p_may_be_short
    and v_quantity >= (select stock_quantity from products where id = m.product_id)) then
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
  v_left int;
  v_short record;
begin
  if new.to_bin_id is not null then
    insert into stock_movements (product_id, bin_id, kind, quantity, reason, source, source_id, serial_id, pair_id, user_id)
    values (new.product_id, new.to_bin_id, new.kind, -new.quantity, new.reason, new.source, new.source_id, new.serial_id, new.id, new.user_id);
  elsif new.quantity > 0 and new.pair_id is null then
    select quantity into v_left from bin_stock where product_id = new.product_id and bin_id = new.bin_id;
    for v_short in
      select bin_id, -quantity as pieces from bin_stock where product_id = new.product_id and quantity < 0 and new.kind <> 'count' order by id
    loop
      exit when v_left <= 0;
      insert into stock_movements (product_id, bin_id, to_bin_id, kind, quantity, reason)
      values (new.product_id, new.bin_id, v_short.bin_id, 'transfer', -least(v_left, v_short.pieces), new.reason);
      v_left := v_left - least(v_left, v_short.pieces);
    end loop;
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
-- The two searches of a warehouse, which need no second look at the product.
create function app.search_goods(p_query text) returns setof bigint language plpgsql stable security definer
set search_path = public, app, pg_temp set plan_cache_mode = force_generic_plan as $$
declare t bigint := app.tenant(); q record := app.search_terms(p_query);
begin
  return query select p.id from products p
    where p.tenant_id = t and p.kind <> 'service' and (p.search like q.literal or p.search like q.squeezed);
end $$;
--> statement-breakpoint
create function app.search_products_in_stock(p_query text) returns setof bigint language plpgsql stable security definer
set search_path = public, app, pg_temp set plan_cache_mode = force_generic_plan as $$
declare t bigint := app.tenant(); q record := app.search_terms(p_query);
begin
  return query select p.id from products p
    where p.tenant_id = t and p.stock_quantity > 0 and (p.search like q.literal or p.search like q.squeezed);
end $$;
--> statement-breakpoint
-- Selling: what an invoice takes when it is issued, and what comes back of it.
/*
 * The goods of an invoice by line; `place` counts from 0, as errors name a line. What pick lists took for
 * the work order line that it bills, or will take while they are open, is not sold a second time.
 */
create function app.goods_of_invoice(p_invoice bigint)
returns table (place int, product_id bigint, pieces int, serials text[]) language sql stable as $$
  with line as (
    select l.*, ceil(l.quantity) as needed, row_number() over (order by l.position) - 1 as place,
      sum(ceil(l.quantity)) over (
        partition by l.product_id, l.work_order_line_id, case when l.work_order_line_id is null then l.id end
        order by l.position) as upto
    from invoice_lines l where l.invoice_id = p_invoice
  )
  select l.place::int, l.product_id,
    (greatest(l.upto - picked.pieces, 0) - greatest(l.upto - l.needed - picked.pieces, 0))::int,
    (select array_agg(serial) from jsonb_array_elements_text(l.serials) serial)
  from line l
  join products p on p.id = l.product_id and p.kind <> 'service'
  cross join lateral (
    select coalesce(sum(case when k.status in ('open', 'in_progress') then s.quantity else s.picked_qty end - s.returned_qty), 0) as pieces
    from pick_list_lines s join pick_lists k on k.id = s.pick_list_id
    where s.work_order_line_id = l.work_order_line_id and s.product_id = l.product_id
  ) picked
  order by l.place
$$;
--> statement-breakpoint
-- An issued invoice takes its goods; a deposit has none, whatever its lines say.
create function app.sell_goods() returns trigger language plpgsql as $$
declare
  v_beyond boolean := (select sell_beyond_stock from tenants where id = new.tenant_id);
  v_branch bigint := coalesce(new.branch_id, (select branch_id from work_orders where id = new.work_order_id));
  v_line record;
begin
  perform app.hold_products(array(select product_id from invoice_lines where invoice_id = new.id));
  for v_line in select * from app.goods_of_invoice(new.id) where pieces > 0 loop
    if (select track_serials from products where id = v_line.product_id) then
      perform app.sell_named(new.id, v_line.product_id, v_line.pieces, v_line.serials, v_line.place);
    else
      perform app.sell_pieces(new.id, v_line.product_id, v_line.pieces, v_branch, v_beyond, v_line.place);
    end if;
  end loop;
  return null;
end $$;
--> statement-breakpoint
create trigger sell_goods after update of issued_at on invoices for each row
when (old.issued_at is null and new.issued_at is not null and new.kind <> 'deposit') execute function app.sell_goods();
--> statement-breakpoint
/*
 * Sells what is free. What is not there, or is held for pick lists, is refused; where the shop sells beyond
 * its stock it is left out and told.
 */
create function app.sell_pieces(
  p_invoice bigint, p_product bigint, p_quantity int, p_branch bigint, p_beyond boolean, p_place int
) returns void language plpgsql as $$
declare
  p products;
  v_free int;
begin
  select * into p from products where id = p_product;
  v_free := case when p.allow_negative_stock and p.reserved_quantity = 0 then p_quantity
    else least(p_quantity, greatest(p.stock_quantity - p.reserved_quantity, 0)) end;
  if v_free < p_quantity then
    perform app.guard(p_beyond, 'insufficient_stock',
      format('There is not enough stock: %s of %s.', v_free, p.name), format('lines.%s.qty', p_place));
    perform app.record_event('product.oversold', 'product', p_product,
      jsonb_build_object('invoice_id', p_invoice, 'quantity', p_quantity - v_free));
  end if;
  if v_free > 0 then
    perform app.take_stock(p_product, v_free, 'sale', p_branch => p_branch, p_source => 'invoice', p_source_id => p_invoice);
  end if;
end $$;
--> statement-breakpoint
-- Sells the pieces that the line names; what is wrong with their numbers is said at the line.
create function app.sell_named(p_invoice bigint, p_product bigint, p_quantity int, p_serials text[], p_place int)
returns void language plpgsql as $$
declare
  p products;
  v_detail text;
begin
  select * into p from products where id = p_product;
  perform app.guard(cardinality(p_serials) = p_quantity, 'serials_required',
    format('%s needs %s different serial numbers.', p.name, p_quantity), format('lines.%s.serials', p_place));
  perform app.guard(p.stock_quantity - p.reserved_quantity >= p_quantity, 'insufficient_stock',
    format('There is not enough stock: %s of %s.', p.stock_quantity - p.reserved_quantity, p.name), format('lines.%s.qty', p_place));
  perform app.take_stock(p_product, p_quantity, 'sale', p_source => 'invoice', p_source_id => p_invoice, p_serials => p_serials);
exception when sqlstate 'RA422' then
  get stacked diagnostics v_detail = pg_exception_detail;
  perform app.refuse(422, v_detail::jsonb ->> 'code', sqlerrm,
    case v_detail::jsonb ->> 'field' when 'serials' then format('lines.%s.serials', p_place) else v_detail::jsonb ->> 'field' end);
end $$;
--> statement-breakpoint
-- What came back of an invoice, by itself or by a credit note.
create function app.returned_of_invoice(p_invoice bigint, p_product bigint) returns int language sql stable as $$
  select coalesce(sum(quantity), 0)::int from stock_movements
  where product_id = p_product and kind = 'return' and (source = 'invoice' and source_id = p_invoice
    or source = 'credit_note' and source_id in (select id from credit_notes where invoice_id = p_invoice))
$$;
--> statement-breakpoint
create function app.sold_by_invoice(p_invoice bigint, p_product bigint) returns int language sql stable as $$
  select coalesce(-sum(quantity), 0)::int from stock_movements
  where product_id = p_product and kind = 'sale' and source = 'invoice' and source_id = p_invoice
$$;
--> statement-breakpoint
-- The pieces that an invoice sold and that did not come back since, by their numbers.
create function app.serials_sold(p_invoice bigint, p_product bigint) returns table (serial text, bin_id bigint, unit_cost numeric)
language sql stable as $$
  select s.serial, last.bin_id, last.unit_cost
  from (select distinct serial_id from stock_movements
    where product_id = p_product and kind = 'sale' and source = 'invoice' and source_id = p_invoice) sold
  join serial_numbers s on s.id = sold.serial_id
  cross join lateral (select * from stock_movements where serial_id = s.id order by id desc limit 1) last
  where last.kind = 'sale' and last.source_id = p_invoice
$$;
--> statement-breakpoint
/*
 * Puts pieces that an invoice sold back to where they left, or into `p_bin`, at what they cost when they
 * left; never more than did not come back yet. Answers the (last) movement.
 */
create function app.return_sold(
  p_invoice bigint, p_product bigint, p_quantity int, p_bin bigint, p_reason text, p_source text, p_source_id bigint, p_serials text[]
) returns bigint language plpgsql as $$
declare
  v_named boolean := app.names_each_piece(p_product, p_quantity, p_serials);
  v_back int := app.returned_of_invoice(p_invoice, p_product);
  v_out int := app.sold_by_invoice(p_invoice, p_product) - v_back;
  v_left int := p_quantity;
  v_sold record;
  v_pieces int;
  v_id bigint;
begin
  perform app.guard(exists (select from invoices where id = p_invoice), 'validation_failed',
    'The selected invoice id is invalid.', 'invoice_id');
  perform app.guard(v_out >= p_quantity, 'exceeds_sold', format('Only %s can come back of this invoice.', v_out), 'quantity');
  for v_sold in
    select m.bin_id, m.unit_cost, null as serial, sum(-m.quantity) over (order by m.id) as upto from stock_movements m
    where not v_named and m.product_id = p_product and m.kind = 'sale' and m.source = 'invoice' and m.source_id = p_invoice
    union all
    select n.bin_id, n.unit_cost, n.serial, v_back + row_number() over () from app.serials_sold(p_invoice, p_product) n
    where v_named and n.serial = any (p_serials)
    order by upto
  loop
    v_pieces := least(v_left, v_sold.upto - v_back);
    continue when v_pieces <= 0;
    v_id := app.put_stock(p_product, v_pieces, 'return',
      coalesce(p_bin, (select id from bins where id = v_sold.bin_id and is_active)),
      v_sold.unit_cost, p_reason, p_source, p_source_id, case when v_named then array[v_sold.serial] end);
    v_back := v_back + v_pieces;
    v_left := v_left - v_pieces;
  end loop;
  perform app.guard(v_left = 0, 'not_sold', 'This invoice did not sell a piece of that number, or it came back.', 'serials');
  return v_id;
end $$;
--> statement-breakpoint
/*
 * The goods of a credit note come back: of each line as many pieces as the invoice sold and did not get back
 * yet. `p_serials` names pieces by line; nothing has to be named where all of them come back.
 */
create function app.restock(p_note bigint, p_serials jsonb) returns void language plpgsql as $$
declare
  v_invoice bigint := (select invoice_id from credit_notes where id = p_note);
  v_line record;
  v_out int;
  v_serials text[];
  v_detail text;
begin
  perform app.hold_products(array(select product_id from credit_note_lines where credit_note_id = p_note));
  for v_line in
    select l.product_id, ceil(l.quantity)::int as pieces, p.track_serials, p_serials -> (l.position - 1) as named, l.position - 1 as place
    from credit_note_lines l join products p on p.id = l.product_id and p.kind <> 'service'
    where l.credit_note_id = p_note order by l.position
  loop
    -- Pieces that had no number when they were sold, and would need one now, stay out.
    v_out := case when v_line.track_serials then (select count(*) from app.serials_sold(v_invoice, v_line.product_id))
      else app.sold_by_invoice(v_invoice, v_line.product_id) - app.returned_of_invoice(v_invoice, v_line.product_id) end;
    continue when v_out = 0;
    v_serials := case when not v_line.track_serials then null
      when jsonb_typeof(v_line.named) = 'array' then array(select jsonb_array_elements_text(v_line.named))
      when v_line.pieces >= v_out then array(select serial from app.serials_sold(v_invoice, v_line.product_id)) end;
    begin
      perform app.return_sold(v_invoice, v_line.product_id, least(v_line.pieces, v_out), null, null, 'credit_note', p_note, v_serials);
    exception when sqlstate 'RA422' then
      get stacked diagnostics v_detail = pg_exception_detail;
      perform app.refuse(422, v_detail::jsonb ->> 'code', sqlerrm, format('lines.%s.%s', v_line.place, v_detail::jsonb ->> 'field'));
    end;
  end loop;
end $$;
--> statement-breakpoint
/*
 * Another way to value keeps the value: what a product has becomes one layer, or its layers go. Movements
 * have a share of the lock, so each of them is booked wholly before it or wholly after.
 */
create function app.switch_valuation() returns trigger language plpgsql as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('valuation', new.id));
  delete from stock_layers where tenant_id = new.id;
  if new.valuation_method = 'fifo' then
    insert into stock_layers (tenant_id, product_id, quantity, value_cents)
    select tenant_id, id, stock_quantity, stock_value_cents from products where tenant_id = new.id and stock_quantity > 0;
  end if;
  return null;
end $$;
--> statement-breakpoint
create trigger switch_valuation after update of valuation_method on tenants for each row
when (new.valuation_method <> old.valuation_method) execute function app.switch_valuation();
--> statement-breakpoint
-- Pick lists. Locks are taken in one order: the work order, its pick list, products by id, lines.
-- Pieces that pick lists took for a line of a work order, and that did not come back.
create function app.picked_for(p_work_order_line bigint) returns int language sql stable as $$
  select coalesce(sum(picked_qty - returned_qty), 0)::int from pick_list_lines where work_order_line_id = p_work_order_line
$$;
--> statement-breakpoint
/*
 * How many pieces of each line of a work order are still to be taken from the shelves: what its pick lists
 * took and kept is done, and so is what an invoice sold.
 */
create function app.to_pick(p_work_order bigint) returns table (work_order_line_id bigint, product_id bigint, pieces int)
language sql stable as $$
  select * from (
    select l.id, l.product_id, ceil(l.quantity)::int - app.picked_for(l.id)
      - coalesce((select sum(least(ceil(il.quantity), sold.pieces)) from invoice_lines il
          join invoices i on i.id = il.invoice_id and i.status <> 'cancelled'
          cross join lateral (select coalesce(-sum(m.quantity), 0) as pieces from stock_movements m
            where m.source = 'invoice' and m.source_id = i.id and m.kind = 'sale' and m.product_id = l.product_id) sold
          where il.work_order_line_id = l.id), 0)::int as pieces
    from work_order_lines l join products p on p.id = l.product_id and p.kind <> 'service'
    where l.work_order_id = p_work_order) needed
  where pieces > 0
$$;
--> statement-breakpoint
-- Where a product stands and nobody was sent to yet, as people of that branch walk; what came in comes last.
create function app.shelves(p_product bigint, p_branch bigint) returns table (bin_id bigint, pieces int)
language sql stable as $$
  select s.bin_id, s.quantity - held.pieces
  from bin_stock s join bins b on b.id = s.bin_id join warehouses w on w.id = b.warehouse_id
  cross join lateral (select coalesce(sum(k.reserved_qty), 0)::int as pieces from pick_list_lines k
    where k.product_id = p_product and k.bin_id = s.bin_id and k.reserved_qty > 0) held
  where s.product_id = p_product and s.quantity > held.pieces
  order by (w.branch_id = p_branch) is true desc, b.kind = 'receiving', b.code, b.id
$$;
--> statement-breakpoint
create function app.branch_of_pick_list(p_list bigint) returns bigint language sql stable as $$
  select w.branch_id from pick_lists p join work_orders w on w.id = p.work_order_id where p.id = p_list
$$;
--> statement-breakpoint
create function app.add_pick_line(
  p_list bigint, p_work_order_line bigint, p_product bigint, p_bin bigint, p_pieces int, p_reserved int
) returns void language plpgsql as $$
begin
  update pick_list_lines set quantity = quantity + p_pieces, reserved_qty = reserved_qty + p_reserved
  where pick_list_id = p_list and work_order_line_id = p_work_order_line and product_id = p_product
    and bin_id is not distinct from p_bin;
  if found then return; end if;
  insert into pick_list_lines (pick_list_id, work_order_line_id, product_id, bin_id, quantity, reserved_qty)
  values (p_list, p_work_order_line, p_product, p_bin, p_pieces, p_reserved);
end $$;
--> statement-breakpoint
-- Sends people to the bins for what is free, and holds it; the rest waits for goods that come in.
create function app.add_to_pick_list(p_list bigint, p_work_order_line bigint, p_product bigint, p_pieces int)
returns void language plpgsql as $$
declare
  v_free int;
  v_left int := p_pieces;
  v_shelf record;
  v_taken int;
begin
  select greatest(stock_quantity - reserved_quantity, 0) into v_free from products where id = p_product for no key update;
  for v_shelf in select * from app.shelves(p_product, app.branch_of_pick_list(p_list)) loop
    v_taken := least(v_left, v_free, v_shelf.pieces);
    exit when v_taken = 0;
    perform app.add_pick_line(p_list, p_work_order_line, p_product, v_shelf.bin_id, v_taken, v_taken);
    v_left := v_left - v_taken;
    v_free := v_free - v_taken;
  end loop;
  if v_left > 0 then
    perform app.add_pick_line(p_list, p_work_order_line, p_product, null, v_left, least(v_left, v_free));
  end if;
end $$;
--> statement-breakpoint
-- Pieces that are not needed any more: first those that nothing is held for, then the youngest.
create function app.cut_pick_list(p_list bigint, p_work_order_line bigint, p_product bigint, p_pieces int)
returns void language plpgsql as $$
declare
  v_left int := p_pieces;
  v_line pick_list_lines;
  v_cut int;
begin
  for v_line in
    select * from pick_list_lines
    where pick_list_id = p_list and work_order_line_id is not distinct from p_work_order_line
      and product_id = p_product and quantity > picked_qty
    order by reserved_qty < quantity - picked_qty desc, id desc
  loop
    v_cut := least(v_left, v_line.quantity - v_line.picked_qty);
    if v_cut = v_line.quantity then
      delete from pick_list_lines where id = v_line.id;
    else
      update pick_list_lines set quantity = quantity - v_cut, reserved_qty = least(reserved_qty, quantity - picked_qty - v_cut)
      where id = v_line.id;
    end if;
    v_left := v_left - v_cut;
    exit when v_left = 0;
  end loop;
  perform app.reserve_stock(p_product);
end $$;
--> statement-breakpoint
create function app.make_pick_list(p_work_order bigint) returns void language plpgsql as $$
declare
  v_open text;
  v_list bigint;
  v_needed record;
begin
  perform from work_orders where id = p_work_order for no key update;
  perform app.guard(found, 'validation_failed', 'The selected work order id is invalid.', 'work_order_id');
  perform app.guard(not exists (select from work_orders w join work_order_statuses s on s.slug = w.status
    where w.id = p_work_order and s.kind = 'cancelled'), 'work_order_cancelled', 'The work order is cancelled.', 'work_order_id');
  select pick_list_number into v_open from pick_lists
  where work_order_id = p_work_order and status in ('open', 'in_progress');
  perform app.guard(v_open is null, 'pick_list_open', format('Pick list %s of this work order is still open.', v_open), 'work_order_id');
  perform app.guard(exists (select from app.to_pick(p_work_order)), 'nothing_to_pick',
    'The work order has no parts that are still to be picked.', 'work_order_id');
  insert into pick_lists (work_order_id) values (p_work_order) returning id into v_list;
  perform app.hold_products(array(select product_id from app.to_pick(p_work_order)));
  for v_needed in select * from app.to_pick(p_work_order) order by work_order_line_id loop
    perform app.add_to_pick_list(v_list, v_needed.work_order_line_id, v_needed.product_id, v_needed.pieces);
  end loop;
end $$;
--> statement-breakpoint
-- Holds a pick list that is still to be picked, and the products on it.
create function app.hold_open_pick_list(p_list bigint) returns void language plpgsql as $$
declare
  v_list pick_lists;
begin
  select * into v_list from pick_lists where id = p_list for update;
  perform app.guard(v_list.status in ('open', 'in_progress'), 'not_open',
    format('Pick list %s is %s.', v_list.pick_list_number, v_list.status));
  perform app.hold_products(array(select product_id from pick_list_lines where pick_list_id = p_list));
end $$;
--> statement-breakpoint
create function app.line_of_pick_list(p_list bigint, p_line bigint) returns pick_list_lines language plpgsql as $$
declare
  v_line pick_list_lines;
begin
  select * into v_line from pick_list_lines where id = p_line and pick_list_id = p_list for update;
  perform app.guard(found, 'validation_failed', 'The selected line id is invalid.', 'line_id');
  return v_line;
end $$;
--> statement-breakpoint
-- What the line holds is let go first; what others hold stays theirs, by the check on products.
create function app.pick(p_list bigint, p_line bigint, p_bin bigint, p_pieces int, p_serials text[])
returns void language plpgsql as $$
declare
  v_line pick_list_lines;
begin
  perform app.hold_open_pick_list(p_list);
  v_line := app.line_of_pick_list(p_list, p_line);
  perform app.guard(p_pieces <= v_line.quantity - v_line.picked_qty, 'over_pick',
    format('The line needs %s more.', v_line.quantity - v_line.picked_qty), 'quantity');
  update pick_list_lines set picked_qty = picked_qty + p_pieces, reserved_qty = greatest(reserved_qty - p_pieces, 0)
  where id = p_line;
  perform app.take_stock(v_line.product_id, p_pieces, 'pick',
    coalesce(p_bin, case when p_serials is null then v_line.bin_id end), null,
    app.branch_of_pick_list(p_list), null, 'pick_list', p_list, p_serials);
  update pick_lists set status = 'in_progress' where id = p_list;
end $$;
--> statement-breakpoint
/*
 * Takes what is left of each line and ends the list; `p_lines` says the serial numbers of some. What is not there is refused,
 * or, of a list that may be incomplete, left out.
 */
create function app.complete_pick_list(p_list bigint, p_partial boolean, p_lines jsonb)
returns void language plpgsql as $$
declare
  v_stray text;
  v_short text;
  v_line pick_list_lines;
begin
  perform app.hold_open_pick_list(p_list);
  select format('lines.%s.line_id', place - 1) into v_stray from jsonb_array_elements(p_lines) with ordinality given (line, place)
  where not exists (select from pick_list_lines where id = (line ->> 'line_id')::bigint and pick_list_id = p_list)
  order by place limit 1;
  perform app.guard(v_stray is null, 'validation_failed', 'The selected line id is invalid.', v_stray);
  -- All that this list holds is free for it now: nobody else is at these products.
  update pick_list_lines set reserved_qty = 0 where pick_list_id = p_list and reserved_qty > 0;
  if not p_partial then
    select string_agg(format('%s (%s short)', p.name, needed.pieces - greatest(p.stock_quantity - p.reserved_quantity, 0)), ', ' order by p.id)
    into v_short
    from (select product_id, sum(quantity - picked_qty) as pieces from pick_list_lines where pick_list_id = p_list group by product_id) needed
    join products p on p.id = needed.product_id
    where needed.pieces > greatest(p.stock_quantity - p.reserved_quantity, 0)
      and not (p.allow_negative_stock and p.reserved_quantity = 0);
    perform app.guard(v_short is null, 'insufficient_stock', format('There is not enough stock: %s.', v_short), 'lines');
  end if;
  for v_line in select * from pick_list_lines where pick_list_id = p_list and picked_qty < quantity order by product_id, id loop
    perform app.pick_rest(v_line, p_partial, p_lines);
  end loop;
  perform app.guard(exists (select from pick_list_lines where pick_list_id = p_list and picked_qty > 0), 'nothing_picked',
    'Nothing of it is there; the pick list can be cancelled.');
  perform app.end_pick_list(p_list, 'completed');
end $$;
--> statement-breakpoint
create function app.pick_rest(l pick_list_lines, p_partial boolean, p_lines jsonb) returns void language plpgsql as $$
declare
  v_pieces int := l.quantity - l.picked_qty;
  v_serials text[];
  p products;
begin
  select * into p from products where id = l.product_id;
  select array(select jsonb_array_elements_text(line -> 'serials')) into v_serials
  from jsonb_array_elements(p_lines) line where (line ->> 'line_id')::bigint = l.id limit 1;
  if p_partial and not (p.allow_negative_stock and p.reserved_quantity = 0) then
    v_pieces := least(v_pieces, greatest(p.stock_quantity - p.reserved_quantity, 0));
  end if;
  if p_partial and p.track_serials then v_pieces := least(v_pieces, coalesce(cardinality(v_serials), 0)); end if;
  if v_pieces = 0 then return; end if;
  update pick_list_lines set picked_qty = picked_qty + v_pieces where id = l.id;
  perform app.take_stock(l.product_id, v_pieces, 'pick', null, l.bin_id, app.branch_of_pick_list(l.pick_list_id), null,
    'pick_list', l.pick_list_id, v_serials);
end $$;
--> statement-breakpoint
/*
 * The list is `completed` with what was picked, or `cancelled`; what it held goes to lists that wait. Its work
 * order tells of parts that were picked. The products are held.
 */
create function app.end_pick_list(p_list bigint, p_status text) returns void language plpgsql as $$
declare
  v_list pick_lists;
  v_products bigint[] := array(select distinct product_id from pick_list_lines where pick_list_id = p_list);
begin
  update pick_lists set status = p_status,
    completed_at = case p_status when 'completed' then app.now() end,
    cancelled_at = case p_status when 'cancelled' then app.now() end
  where id = p_list returning * into v_list;
  if p_status = 'completed' then
    delete from pick_list_lines where pick_list_id = p_list and picked_qty = 0;
    update pick_list_lines set quantity = picked_qty, reserved_qty = 0 where pick_list_id = p_list and quantity > picked_qty;
    perform app.record_event('work_order.parts_picked', 'work_order', v_list.work_order_id,
      jsonb_build_object('pick_list_number', jsonb_build_array(null, v_list.pick_list_number)));
  else
    update pick_list_lines set reserved_qty = 0 where pick_list_id = p_list and reserved_qty > 0;
  end if;
  perform app.reserve_stock(id) from unnest(v_products) id;
end $$;
--> statement-breakpoint
create function app.cancel_pick_list(p_list bigint, p_return boolean, p_bin bigint) returns void language plpgsql as $$
declare
  v_out record;
begin
  perform app.hold_open_pick_list(p_list);
  perform app.guard(p_bin is null or exists (select from bins where id = p_bin), 'validation_failed',
    'The selected bin id is invalid.', 'bin_id');
  perform app.guard(p_return or not exists (select from pick_list_lines where pick_list_id = p_list and picked_qty > returned_qty),
    'picked', 'Parts were picked: return them first, or send `return: true`.', 'return');
  for v_out in
    select product_id, sum(picked_qty - returned_qty)::int as pieces from pick_list_lines
    where pick_list_id = p_list and picked_qty > returned_qty group by product_id order by product_id
  loop
    perform app.put_back(p_list, v_out.product_id, v_out.pieces, p_bin, app.serials_out(p_list, v_out.product_id));
  end loop;
  update pick_list_lines set returned_qty = picked_qty where pick_list_id = p_list and returned_qty < picked_qty;
  perform app.end_pick_list(p_list, 'cancelled');
end $$;
--> statement-breakpoint
-- Serial numbers that a pick list took and that did not come back; null for a product without.
create function app.serials_out(p_list bigint, p_product bigint) returns text[] language sql stable as $$
  select array_agg(serial) from (
    select s.serial from stock_movements m join serial_numbers s on s.id = m.serial_id
    where m.source = 'pick_list' and m.source_id = p_list and m.product_id = p_product
    group by s.serial having sum(m.quantity) < 0) taken
$$;
--> statement-breakpoint
-- Parts that were picked and not used.
create function app.return_picked(p_list bigint, p_line bigint, p_pieces int, p_bin bigint, p_serials text[])
returns void language plpgsql as $$
declare
  v_list pick_lists;
  v_line pick_list_lines;
begin
  select * into v_list from pick_lists where id = p_list for update;
  perform app.hold_products(array(select product_id from pick_list_lines where id = p_line));
  v_line := app.line_of_pick_list(p_list, p_line);
  perform app.guard(p_pieces <= v_line.picked_qty - v_line.returned_qty, 'over_return',
    format('No more than %s can come back.', v_line.picked_qty - v_line.returned_qty), 'quantity');
  perform app.put_back(p_list, v_line.product_id, p_pieces, p_bin, p_serials);
  update pick_list_lines set returned_qty = returned_qty + p_pieces where id = p_line;
  update pick_lists set status = status where id = p_list;
  perform app.record_event('work_order.parts_returned', 'work_order', v_list.work_order_id, jsonb_build_object(
    'quantity', jsonb_build_array(null, p_pieces),
    'part', jsonb_build_array(null, (select name from products where id = v_line.product_id)),
    'pick_list_number', jsonb_build_array(null, v_list.pick_list_number)));
end $$;
--> statement-breakpoint
/*
 * Puts parts back at what they went out at: what went first comes back first, into the bin it came from, or
 * where goods come in when that bin is not in use any more.
 */
create function app.put_back(p_list bigint, p_product bigint, p_pieces int, p_bin bigint, p_serials text[])
returns void language plpgsql as $$
declare
  v_back int;
  v_left int := p_pieces;
  v_taken record;
  v_pieces int;
begin
  if app.names_each_piece(p_product, p_pieces, p_serials) then
    perform app.guard(p_serials <@ coalesce(app.serials_out(p_list, p_product), '{}'), 'serial_unknown',
      'A serial number was not picked with this list.', 'serials');
  end if;
  select coalesce(sum(quantity), 0) into v_back from stock_movements
  where source = 'pick_list' and source_id = p_list and product_id = p_product and kind = 'return' and serial_id is null;
  for v_taken in
    select distinct on (coalesce(m.serial_id, -m.id)) -m.quantity as pieces, m.unit_cost, s.serial,
      coalesce(p_bin, (select id from bins where id = m.bin_id and is_active)) as bin_id
    from stock_movements m left join serial_numbers s on s.id = m.serial_id
    where m.source = 'pick_list' and m.source_id = p_list and m.product_id = p_product and m.kind = 'pick'
      and (p_serials is null or s.serial = any (p_serials))
    order by coalesce(m.serial_id, -m.id) desc, m.id desc
  loop
    v_pieces := least(v_left, v_taken.pieces - v_back);
    v_back := greatest(v_back - v_taken.pieces, 0);
    continue when v_pieces <= 0;
    perform app.put_stock(p_product, v_pieces, 'return', v_taken.bin_id, v_taken.unit_cost, null, 'pick_list', p_list,
      case when v_taken.serial is not null then array[v_taken.serial] end);
    v_left := v_left - v_pieces;
    exit when v_left = 0;
  end loop;
end $$;
--> statement-breakpoint
/*
 * An open pick list follows its work order: what these lines still need beyond what is on the list is added,
 * what they do not need any more goes, as does what belongs to no line any more.
 */
create function app.follow_work_order(p_work_order bigint, p_lines bigint[]) returns void language plpgsql as $$
declare
  v_list bigint := app.hold_picking_of(p_work_order);
  v_change record;
begin
  if v_list is null then return; end if;
  perform app.hold_products(array(select product_id from pick_list_lines where pick_list_id = v_list
    union select product_id from app.to_pick(p_work_order)));
  for v_change in
    select work_order_line_id, product_id, coalesce(needed.pieces, 0) - coalesce(listed.pieces, 0) as more
    from (select * from app.to_pick(p_work_order) n where n.work_order_line_id = any (p_lines)) needed
    full join (
      select work_order_line_id, product_id, sum(quantity - picked_qty)::int as pieces from pick_list_lines
      where pick_list_id = v_list and quantity > picked_qty and (work_order_line_id = any (p_lines) or work_order_line_id is null)
      group by work_order_line_id, product_id) listed using (work_order_line_id, product_id)
    order by product_id, work_order_line_id
  loop
    if v_change.more > 0 then
      perform app.add_to_pick_list(v_list, v_change.work_order_line_id, v_change.product_id, v_change.more);
    elsif v_change.more < 0 then
      perform app.cut_pick_list(v_list, v_change.work_order_line_id, v_change.product_id, -v_change.more);
    end if;
  end loop;
  update pick_lists set status = status where id = v_list;
end $$;
--> statement-breakpoint
-- The work order, then its pick list that is still to be picked, whose id it answers, if there is one.
create function app.hold_picking_of(p_work_order bigint) returns bigint language plpgsql as $$
declare
  v_list bigint;
begin
  perform from work_orders where id = p_work_order for no key update;
  select id into v_list from pick_lists where work_order_id = p_work_order and status in ('open', 'in_progress') for update;
  return v_list;
end $$;
--> statement-breakpoint
create function app.pick_new_lines() returns trigger language plpgsql as $$
begin
  perform app.follow_work_order(work_order_id, lines)
  from (select work_order_id, array_agg(id) as lines from added group by work_order_id order by work_order_id) orders;
  return null;
end $$;
--> statement-breakpoint
create trigger pick_new_lines after insert on work_order_lines referencing new table as added
for each statement execute function app.pick_new_lines();
--> statement-breakpoint
-- A line keeps what was picked for it.
create function app.pick_changed_line() returns trigger language plpgsql as $$
begin
  perform app.hold_picking_of(new.work_order_id);
  perform app.guard(app.picked_for(new.id) <= case when new.product_id = old.product_id then ceil(new.quantity) else 0 end,
    'line_picked', 'Parts were picked for this line; return them first.',
    case when new.product_id is not distinct from old.product_id then 'quantity' else 'product_id' end);
  perform app.follow_work_order(new.work_order_id, array[new.id]);
  return null;
end $$;
--> statement-breakpoint
create trigger pick_changed_line after update of product_id, quantity on work_order_lines for each row
when ((new.product_id, new.quantity) is distinct from (old.product_id, old.quantity)) execute function app.pick_changed_line();
--> statement-breakpoint
-- What was picked and came back stays on its pick list. Who deletes the work order is refused for its lists.
create function app.pick_lost_line() returns trigger language plpgsql as $$
begin
  if pg_trigger_depth() > 1 then return old; end if;
  perform app.hold_picking_of(old.work_order_id);
  perform app.guard(app.picked_for(old.id) = 0, 'line_picked', 'Parts were picked for this line; return them first.');
  update pick_list_lines set work_order_line_id = null where work_order_line_id = old.id;
  perform app.follow_work_order(old.work_order_id, '{}');
  return old;
end $$;
--> statement-breakpoint
create trigger pick_lost_line before delete on work_order_lines for each row execute function app.pick_lost_line();
--> statement-breakpoint
-- A cancelled work order needs no parts: what was picked stays to be returned, the rest is let go.
create function app.cancel_picking() returns trigger language plpgsql as $$
declare
  v_list bigint;
begin
  if not exists (select from work_order_statuses where tenant_id = new.tenant_id and slug = new.status and kind = 'cancelled') then
    return null;
  end if;
  v_list := app.hold_picking_of(new.id);
  if v_list is null then return null; end if;
  perform app.hold_products(array(select product_id from pick_list_lines where pick_list_id = v_list));
  perform app.end_pick_list(v_list, case when exists (
    select from pick_list_lines where pick_list_id = v_list and picked_qty > returned_qty) then 'completed' else 'cancelled' end);
  return null;
end $$;
--> statement-breakpoint
create trigger cancel_picking after update of status on work_orders for each row
when (new.status <> old.status) execute function app.cancel_picking();
--> statement-breakpoint
-- A line that nobody could be sent anywhere for is sent to where the goods came in.
create function app.send_to_shelf() returns trigger language plpgsql as $$
begin
  select bin_id into new.bin_id from app.shelves(new.product_id, app.branch_of_pick_list(new.pick_list_id)) limit 1;
  return new;
end $$;
--> statement-breakpoint
create trigger send_to_shelf before update of reserved_qty on pick_list_lines for each row
when (new.bin_id is null and new.reserved_qty > old.reserved_qty) execute function app.send_to_shelf();
--> statement-breakpoint
-- When the last pieces of a bin move, who was sent there is sent after them.
create function app.send_after_move() returns trigger language plpgsql as $$
begin
  update pick_list_lines l set bin_id = new.bin_id
  from stock_movements m, pick_lists p
  where m.id = new.pair_id and l.product_id = new.product_id and l.bin_id = m.bin_id and l.quantity > l.picked_qty
    and p.id = l.pick_list_id and p.status in ('open', 'in_progress')
    and not exists (select from bin_stock s where s.product_id = m.product_id and s.bin_id = m.bin_id and s.quantity > 0);
  return null;
end $$;
--> statement-breakpoint
create trigger send_after_move after insert on stock_movements for each row
when (new.pair_id is not null) execute function app.send_after_move();
--> statement-breakpoint
-- Bins and putaway: goods go into a bin that is in use, in a warehouse that is.
create function app.must_be_in_use(b bins, p_field text) returns void language plpgsql as $$
begin
  if not (b.is_active and (select is_active from warehouses where id = b.warehouse_id for key share)) then
    perform app.refuse(422, 'bin_inactive', format('Bin %s is not in use.', b.code), p_field);
  end if;
end $$;
--> statement-breakpoint
-- As a foreign key refuses, at the field of the request, which movements may call otherwise.
create function app.refuse_reference(p_field text, p_id bigint) returns void language plpgsql as $$
begin
  raise exception '% % is not there', p_field, p_id using errcode = 'foreign_key_violation', table = 'stock_movements',
    constraint = format('stock_movements_%s_fk', p_field),
    detail = format('Key (tenant_id, %s)=(%s, %s) is not there.', p_field, app.tenant(), p_id);
end $$;
--> statement-breakpoint
create function app.named_bin(p_bin bigint, p_field text) returns bins language plpgsql as $$
declare
  b bins;
begin
  select * into b from bins where id = p_bin;
  if not found then perform app.refuse_reference(p_field, p_bin); end if;
  return b;
end $$;
--> statement-breakpoint
/*
 * Puts goods that came in on their shelf: what stands where goods come in, in the warehouse of that bin first,
 * then in the default one. Answers the last movement out of there.
 */
create function app.put_away(p_product bigint, p_quantity int, p_bin bigint, p_reason text default null, p_serials text[] default null)
returns bigint language plpgsql as $$
declare
  b bins := app.named_bin(p_bin, 'bin_id');
  v_tracked boolean;
  v_serials text[];
  v_pieces int;
  v_left int := p_quantity;
  v_place record;
  v_id bigint;
begin
  perform from products where id = p_product for no key update;
  if not found then perform app.refuse_reference('product_id', p_product); end if;
  perform app.must_be_in_use(b, 'bin_id');
  perform app.guard(b.kind = 'storage', 'receiving_bin', 'Goods are put away in a bin for storage.', 'bin_id');
  v_tracked := app.names_each_piece(p_product, p_quantity, p_serials);
  if v_tracked then perform app.must_wait(p_product, p_serials); end if;
  for v_place in
    select s.bin_id, s.quantity from bin_stock s join bins r on r.id = s.bin_id join warehouses w on w.id = r.warehouse_id
    where s.product_id = p_product and s.quantity > 0 and r.kind = 'receiving'
    order by w.id = b.warehouse_id desc, w.is_default desc, w.id
  loop
    v_serials := case when v_tracked then array(
      select given.serial from unnest(p_serials) with ordinality given (serial, place)
      join serial_numbers n on n.product_id = p_product and n.serial = given.serial and n.bin_id = v_place.bin_id order by place) end;
    v_pieces := coalesce(cardinality(v_serials), least(v_left, v_place.quantity));
    continue when v_pieces = 0;
    v_id := app.move_stock(p_product, v_pieces, 'putaway', v_place.bin_id, p_bin, p_reason, v_serials);
    v_left := v_left - v_pieces;
    exit when v_left = 0;
  end loop;
  perform app.guard(v_left = 0, 'insufficient_stock',
    format('No more than %s wait to be put away.', p_quantity - v_left), 'quantity');
  return v_id;
end $$;
--> statement-breakpoint
create function app.must_wait(p_product bigint, p_serials text[]) returns void language plpgsql as $$
declare
  v_serial text;
begin
  select given into v_serial from unnest(p_serials) given
  left join serial_numbers n on n.product_id = p_product and n.serial = given
  left join bins b on b.id = n.bin_id
  where b.kind is distinct from 'receiving' limit 1;
  if found then
    perform app.refuse(422, 'serial_elsewhere', format('Serial number %s does not wait to be put away.', v_serial), 'serials');
  end if;
end $$;
--> statement-breakpoint
/*
 * A bin that suits a product in a warehouse: its fixed place; else where most of it stands; else where others
 * of its category stand, of whom a few are asked; else none. Indexes alone: a shop may have any number of products.
 */
create function app.shelf_for(p_product bigint, p_warehouse bigint) returns bigint language plpgsql stable
set enable_seqscan = off as $$
declare
  p products;
  v_shelf bigint;
begin
  select * into p from products where id = p_product;
  select id into v_shelf from bins where id = p.default_bin_id and kind = 'storage' and is_active;
  if found then return v_shelf; end if;
  select b.id into v_shelf from bin_stock s join bins b on b.id = s.bin_id
  where s.product_id = p.id and s.quantity > 0 and b.warehouse_id = p_warehouse and b.kind = 'storage' and b.is_active
  order by s.quantity desc, b.code limit 1;
  if found or p.category_id is null then return v_shelf; end if;
  -- Aggregated: with a limit Postgres would walk all bins by code.
  return (
    select (array_agg(b.id order by b.code))[1] from bin_stock s join bins b on b.id = s.bin_id
    where s.product_id = any (array(select id from products where category_id = p.category_id limit 50))
      and s.quantity > 0 and b.warehouse_id = p_warehouse and b.kind = 'storage' and b.is_active);
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
    'work_order.parts_arrived',
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
    'branch.created', 'branch.updated', 'branch.deleted',
    'tax_rate.created', 'tax_rate.updated', 'tax_rate.deleted',
    'work_order_status.created', 'work_order_status.updated', 'work_order_status.deleted',
    'product.low_stock', 'product.oversold',
    'task.created', 'task.updated', 'task.deleted', 'task.assigned', 'task.completed', 'task.due',
    'sms_message.created', 'sms_message.updated', 'sms_message.deleted', 'sms_message.sent', 'sms_message.delivered', 'sms_message.failed', 'sms_message.received',
    'email_message.created', 'email_message.updated', 'email_message.deleted', 'email_message.sent',
    'email_message.received', 'email_message.bounced',
    'call.created', 'call.updated', 'call.deleted', 'call.missed',
    'shipment.created', 'shipment.updated', 'shipment.deleted', 'shipment.voided', 'shipment.delivered', 'shipment.failed'
  ])
$$;
