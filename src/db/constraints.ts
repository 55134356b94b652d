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
    invoices_due_check: {
      code: 'overpaid',
      field: 'amount',
      message: 'The amount exceeds what is open on the invoice.',
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
    append_only: {
      code: 'append_only',
      field: 'id',
      message: 'This record is part of the history and cannot change.',
    },
  }
