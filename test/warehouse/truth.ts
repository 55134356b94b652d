import type pg from 'pg'

/** A rule of the stock that does not hold, and where: product, bin, serial number, line. */
export interface Violation {
  rule: string
  id: number
  found: string
}

/** Every rule as a query of what breaks it: `id` says where, `found` what was found there. */
const rules: Record<string, string> = {
  'a bin holds the sum of its movements': `
    select coalesce(s.product_id, m.product_id) as id, format('bin %s: %s, moved %s',
      coalesce(s.bin_id, m.bin_id), s.quantity, m.quantity) as found
    from bin_stock s full join (
      select bin_id, product_id, sum(quantity) as quantity from stock_movements group by 1, 2
    ) m on m.bin_id = s.bin_id and m.product_id = s.product_id
    where coalesce(s.quantity, 0) <> coalesce(m.quantity, 0)`,
  'a product has the sum of its movements, in pieces and in value': `
    select p.id, format('%s worth %s, moved %s worth %s', p.stock_quantity, p.stock_value_cents, m.quantity, m.value_cents) as found
    from products p left join (
      select product_id, sum(quantity) as quantity, sum(value_cents) as value_cents from stock_movements group by 1
    ) m on m.product_id = p.id
    where (p.stock_quantity, p.stock_value_cents) is distinct from (coalesce(m.quantity, 0), coalesce(m.value_cents, 0))`,
  'a product has what stands in its bins': `
    select p.id, format('%s, in bins %s', p.stock_quantity, sum(s.quantity)) as found
    from products p left join bin_stock s on s.product_id = p.id
    group by p.id having p.stock_quantity <> coalesce(sum(s.quantity), 0)`,
  'no pieces, no value': `
    select id, stock_value_cents::text as found from products where stock_quantity = 0 and stock_value_cents <> 0`,
  'value has the sign of the pieces': `
    select id, format('%s worth %s', stock_quantity, stock_value_cents) as found
    from products where stock_quantity::numeric * stock_value_cents < 0`,
  'what is reserved is what open pick lists hold': `
    select p.id, format('%s, held %s', p.reserved_quantity, sum(l.reserved_qty)) as found
    from products p left join pick_list_lines l on l.product_id = p.id
    group by p.id having p.reserved_quantity <> coalesce(sum(l.reserved_qty), 0)`,
  'a closed pick list holds nothing': `
    select l.id, format('%s on a list that is %s', l.reserved_qty, k.status) as found
    from pick_list_lines l join pick_lists k on k.id = l.pick_list_id
    where l.reserved_qty <> 0 and k.status not in ('open', 'in_progress')`,
  'no more is reserved than there is': `
    select id, format('%s of %s', reserved_quantity, stock_quantity) as found
    from products where reserved_quantity > greatest(stock_quantity, 0)`,
  'only what may be short is below zero, where goods come in': `
    select p.id, format('bin %s: %s of %s', b.code, s.quantity, p.stock_quantity) as found
    from bin_stock s join products p on p.id = s.product_id join bins b on b.id = s.bin_id
    where s.quantity < 0 and not (p.allow_negative_stock and b.kind = 'receiving')`,
  'a serial number is where its movements brought it': `
    select n.id, format('in bin %s, movements say %s', n.bin_id, m.places) as found
    from serial_numbers n left join lateral (
      select array_agg(bin_id) as places, max(pieces) as most, min(pieces) as least from (
        select bin_id, sum(quantity) as pieces from stock_movements where serial_id = n.id group by 1 having sum(quantity) <> 0
      ) places
    ) m on true
    where coalesce(m.places, '{}') <> case when n.bin_id is null then '{}'::bigint[] else array[n.bin_id] end
      or m.most <> 1 or m.least <> 1`,
  'a product that tracks serial numbers has one for each piece in each bin': `
    select p.id, format('bin %s: %s, %s numbers', coalesce(s.bin_id, n.bin_id), s.quantity, n.pieces) as found
    from products p cross join lateral (select bin_id, quantity from bin_stock where product_id = p.id) s
    full join (select product_id, bin_id, count(*) as pieces from serial_numbers where bin_id is not null group by 1, 2) n
      on n.product_id = p.id and n.bin_id = s.bin_id
    where (p.id is null or p.track_serials) and coalesce(s.quantity, 0) <> coalesce(n.pieces, 0)`,
  'layers are the stock of a shop that values first in, first out': `
    select p.id, format('%s worth %s, layers %s worth %s', p.stock_quantity, p.stock_value_cents, sum(l.quantity), sum(l.value_cents)) as found
    from products p join tenants t on t.id = p.tenant_id left join stock_layers l on l.product_id = p.id
    group by p.id, t.valuation_method
    having coalesce(sum(l.quantity), 0) <> case when t.valuation_method = 'fifo' then greatest(p.stock_quantity, 0) else 0 end
      or p.stock_quantity >= 0 and t.valuation_method = 'fifo' and coalesce(sum(l.value_cents), 0) <> p.stock_value_cents`,
  'a move between bins has two halves': `
    select m.id, format('%s to bin %s, other half %s in bin %s', m.quantity, m.to_bin_id, o.quantity, o.bin_id) as found
    from stock_movements m left join stock_movements o on o.pair_id = m.id
    where (m.to_bin_id is not null or o.id is not null)
      and (o.quantity, o.bin_id, o.product_id, o.kind, coalesce(o.serial_id, 0))
        is distinct from (-m.quantity, m.to_bin_id, m.product_id, m.kind, coalesce(m.serial_id, 0))`,
  'an order line has received what its receipts say': `
    select o.id, format('%s, receipts %s', o.received_qty, sum(r.quantity)) as found
    from purchase_order_lines o left join goods_receipt_lines r on r.po_line_id = o.id
    group by o.id having o.received_qty <> coalesce(sum(r.quantity), 0)`,
  'no more comes back of an invoice than it sold': `
    select m.invoice_id as id, format('product %s: %s more returned', m.product_id, sum(m.quantity)) as found
    from (
      select source_id as invoice_id, product_id, quantity from stock_movements where source = 'invoice'
      union all
      select n.invoice_id, m.product_id, m.quantity
      from stock_movements m join credit_notes n on n.id = m.source_id where m.source = 'credit_note'
    ) m group by m.invoice_id, m.product_id having sum(m.quantity) > 0`,
}

/** What of the stock is not true, in one statement over all shops; empty when all is well. */
export async function truth(owner: Pick<pg.Pool, 'query'>): Promise<Violation[]> {
  const each = Object.entries(rules).map(
    ([rule, broken]) =>
      `select '${rule}' as rule, broken.id::int, broken.found from (${broken}) broken`,
  )
  const { rows } = await owner.query<Violation>(each.join('\nunion all\n'))
  return rows
}
