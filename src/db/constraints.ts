/**
 * Invariants that live in Postgres, in the words of the shop. A constraint that is not here still gives
 * a 422 at the field its name holds; here stand those whose sentence can be better than "is invalid".
 */
export const constraintMessages: Record<string, { code: string; field: string; message: string }> =
  {
    products_stock_quantity_check: {
      code: 'insufficient_stock',
      field: 'quantity',
      message: 'There is not enough stock.',
    },
    bin_stock_quantity_check: {
      code: 'insufficient_stock',
      field: 'quantity',
      message: 'There is not enough stock.',
    },
    products_reserved_quantity_check: {
      code: 'reserved',
      field: 'quantity',
      message: 'The stock is reserved for pick lists.',
    },
    products_track_serials_check: {
      code: 'validation_failed',
      field: 'allow_negative_stock',
      message: 'A product that tracks serial numbers cannot have negative stock.',
    },
    products_max_stock_check: {
      code: 'validation_failed',
      field: 'max_stock',
      message: 'The max stock field must be at least min stock.',
    },
    purchase_order_lines_received_qty_check: {
      code: 'over_delivery',
      field: 'received_qty',
      message: 'That is more than was ordered and the shop takes in.',
    },
    goods_receipts_reverses_unique: {
      code: 'already_reversed',
      field: 'reverses_id',
      message: 'The receipt was taken back already.',
    },
    supplier_products_product_unique: {
      code: 'validation_failed',
      field: 'product_id',
      message: 'The supplier has this product already.',
    },
    warehouses_default_unique: {
      code: 'validation_failed',
      field: 'is_default',
      message: 'Another warehouse is the default.',
    },
    warehouses_default_check: {
      code: 'default_warehouse',
      field: 'is_active',
      message: 'The default warehouse stays in use; make another one the default first.',
    },
    invoices_due_check: {
      code: 'overpaid',
      field: 'amount',
      message: 'The amount exceeds what is open on the invoice.',
    },
    warranty_claims_pending_unique: {
      code: 'claim_pending',
      field: 'work_order_id',
      message: 'A claim on this work order is still to be decided.',
    },
    write_offs_live_unique: {
      code: 'written_off',
      field: 'reason',
      message: 'The invoice was written off before; reverse that write-off first.',
    },
    reminders_kind_unique: {
      code: 'already_sent',
      field: 'kind',
      message: 'This reminder was already sent.',
    },
    employees_ended_on_check: {
      code: 'validation_failed',
      field: 'ended_on',
      message: 'The ended on field must be a date after or equal to started on.',
    },
    leave_requests_overlap: {
      code: 'overlap',
      field: 'start_date',
      message: 'The employee has other leave on some of these days.',
    },
    leave_types_carry_over_until_check: {
      code: 'validation_failed',
      field: 'carry_over_until',
      message: 'The carry over until field must be a day of the year (MM-DD).',
    },
    customer_tags_tag_id_fk: {
      code: 'validation_failed',
      field: 'tag_ids',
      message: 'The selected tag ids is invalid.',
    },
    price_agreements_overlap: {
      code: 'agreement_overlap',
      field: 'valid_from',
      message:
        'Another agreement in force for this customer and service covers some of the same days.',
    },
    price_agreements_valid_until_check: {
      code: 'validation_failed',
      field: 'valid_until',
      message: 'The valid until field must be a date after or equal to valid from.',
    },
    journal_entry_balanced: {
      code: 'unbalanced',
      field: 'lines',
      message: 'The lines field must hold two lines at least, and as much debit as credit.',
    },
    btw_periods_overlap: {
      code: 'period_overlap',
      field: 'year',
      message: 'Another period has some of the same days.',
    },
    btw_periods_start_date_unique: {
      code: 'period_overlap',
      field: 'year',
      message: 'Another period has some of the same days.',
    },
    btw_period_kept: {
      code: 'btw_period_closed',
      field: 'id',
      message: 'A closed period does not change.',
    },
    bank_allocations_payment_id_unique: {
      code: 'already_matched',
      field: 'payment_id',
      message: 'The payment is matched with a bank transaction already.',
    },
    bank_allocations_refund_id_unique: {
      code: 'already_matched',
      field: 'refund_id',
      message: 'The refund is matched with a bank transaction already.',
    },
    bank_allocations_purchase_payment_id_unique: {
      code: 'already_matched',
      field: 'purchase_payment_id',
      message: 'The payment is matched with a bank transaction already.',
    },
    append_only: {
      code: 'append_only',
      field: 'id',
      message: 'This record is part of the history and cannot change.',
    },
  }
