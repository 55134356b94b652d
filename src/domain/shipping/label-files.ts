import * as z from 'zod'
import type { Calling } from '../../context.ts'
import type { LabelFile, OrderedLabel } from '../../integrations/shipping-provider.ts'

// A label goes to the file store before the database hears of it, with all that the carrier said of it: a
// consumer that dies in between has lost nothing.

/** A label that lies in the file store. */
export interface KeptLabel extends Omit<OrderedLabel, 'file'> {
  key: string
  content_type: string
}

const Said = z.object({
  provider_id: z.string(),
  tracking_code: z.string(),
  amount_cents: z.coerce.number().optional(),
  currency: z.string().optional(),
})

/** Where the label of an order lies, known before it is ordered. */
export const keyOf = ({ tenant_id, request_id }: { tenant_id: number; request_id: string }) =>
  `${tenant_id}/shipments/${request_id}`

/** The label of an earlier try; null when there is none. */
export async function keptLabel(ctx: Calling, key: string): Promise<KeptLabel | null> {
  const stored = await ctx.env.FILES.head(key)
  if (!stored) return null
  const { provider_id, tracking_code, amount_cents, currency } = Said.parse(stored.customMetadata)
  return {
    key,
    content_type: stored.httpMetadata?.contentType ?? 'application/octet-stream',
    provider_id,
    tracking_code,
    cost: amount_cents !== undefined && currency ? { amount_cents, currency } : null,
  }
}

export async function putLabel(
  ctx: Calling,
  key: string,
  { provider_id, tracking_code, cost }: OrderedLabel,
  { content, content_type }: LabelFile,
): Promise<KeptLabel> {
  await ctx.env.FILES.put(key, content, {
    httpMetadata: { contentType: content_type },
    customMetadata: {
      provider_id,
      tracking_code,
      ...(cost && { amount_cents: String(cost.amount_cents), currency: cost.currency }),
    },
  })
  return { key, content_type, provider_id, tracking_code, cost }
}
