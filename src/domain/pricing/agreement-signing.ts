import { sql } from 'drizzle-orm'
import * as z from 'zod'
import { guard, update } from '../../db/rows.ts'
import { invalid } from '../../refusal.ts'
import { Id } from '../../schema.ts'
import { call, write } from '../../verb.ts'
import { priceAgreements } from './tables.ts'

const writing = {
  can: 'price_agreements:write',
  module: 'invoices',
  params: Id,
  on: priceAgreements,
} as const

const Signature = z.object({
  signature_data: z
    .string()
    .transform((value) => value.replace(/^\s*data:image\/png;base64,/i, ''))
    .transform((value) => new Uint8Array(Buffer.from(value, 'base64')))
    .refine(({ length }) => length <= 200_000, 'may not be greater than 200 kB'),
})

const markSigned = write(
  { ...writing, summary: 'Mark as signed', body: z.object({ signature_key: z.string() }) },
  async (ctx, { params: { id }, body: { signature_key } }) => {
    await Promise.all([
      guard(
        ctx,
        sql`exists (select from ${priceAgreements}
          where ${priceAgreements.id} = ${id} and ${priceAgreements.status} in ('draft', 'active') for update)`,
        { code: 'not_signable', message: 'Only a draft or an active agreement can be signed.' },
      ),
      update(ctx, priceAgreements, id, {
        status: 'signed',
        signed_at: sql`app.now()`,
        signature_key,
      }),
    ])
  },
)

/** Keeps the picture, and makes the agreement signed. */
export const signAgreement = call(
  { ...writing, summary: 'Attach customer signature', body: Signature },
  async (ctx, { params, body: { signature_data } }) => {
    if (Buffer.from(signature_data.slice(1, 4)).toString('latin1') !== 'PNG') {
      throw invalid({ signature_data: ['The signature data field must be a PNG picture.'] })
    }
    const signature_key = `price-agreements/${params.id}/signature-${crypto.randomUUID()}.png`
    await ctx.env.FILES.put(signature_key, signature_data, {
      httpMetadata: { contentType: 'image/png' },
    })
    await markSigned(ctx, { params, body: { signature_key } })
  },
)
