import { sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Writing } from '../../context.ts'
import { update } from '../../db/rows.ts'
import { Id, optionalText } from '../../schema.ts'
import { write } from '../../verb.ts'
import { mustBe, oneQuotation, QuotationDetail } from './quotation-record.ts'
import { quotations } from './tables.ts'

const onQuotation = {
  can: 'quotations:write',
  module: 'quotations',
  params: Id,
  output: QuotationDetail,
  on: quotations,
} as const

export const acceptQuotation = write(
  {
    ...onQuotation,
    summary: 'Accept quotation',
    description: 'The customer agrees. Refused once it is accepted, rejected or expired.',
  },
  (ctx, { params }) => answer(ctx, params.id, { status: 'accepted', accepted_at: sql`app.now()` }),
)

export const rejectQuotation = write(
  {
    ...onQuotation,
    summary: 'Reject quotation',
    description: 'The customer declines. Refused once it is accepted, rejected or expired.',
    body: z.object({ reason: optionalText(1000) }),
  },
  (ctx, { params, body }) =>
    answer(ctx, params.id, {
      status: 'rejected',
      rejected_at: sql`app.now()`,
      rejection_reason: body.reason,
    }),
)

/** A draft may be answered too: it was shown at the counter. */
async function answer(
  ctx: Writing,
  quotation_id: number,
  changes: Parameters<typeof update<typeof quotations>>[3],
) {
  const [, , quotation] = await Promise.all([
    mustBe(ctx, quotation_id, ['draft', 'sent'], {
      code: 'quotation_closed',
      message: 'The quotation was already answered, or it has expired.',
    }),
    update(ctx, quotations, quotation_id, changes),
    oneQuotation(ctx, quotation_id),
  ])
  return quotation
}
