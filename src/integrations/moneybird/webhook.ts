import * as z from 'zod'

const Event = z.object({
  /** Absent in what Moneybird sends to try the address. */
  id: z.union([z.string(), z.int()]).transform(String).pipe(z.string().max(200)).optional(),
  action: z.literal('external_sales_invoice_state_changed_to_paid'),
  entity_id: z
    .union([z.string(), z.int()])
    .transform(String)
    .pipe(z.string().regex(/^\d{1,30}$/)),
})

/** The invoice that Moneybird says was paid, by its id there; undefined when it tells of something else. */
export function paidInvoiceOf(
  body: unknown,
): { event_id: string | undefined; external_id: string } | undefined {
  const { data } = Event.safeParse(body)
  return data && { event_id: data.id, external_id: data.entity_id }
}
