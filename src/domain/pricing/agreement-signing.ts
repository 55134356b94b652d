import { eq, sql } from 'drizzle-orm'
import * as z from 'zod'
import { update } from '../../db/rows.ts'
import { isWholePng, pngHeader } from '../../lib/png.ts'
import { found, invalid, notFound } from '../../refusal.ts'
import { call, read, write } from '../../verb.ts'
import { mustBe, oneAgreement, PriceAgreement, reading, writing } from './agreement-record.ts'
import { priceAgreements } from './tables.ts'

const maxBytes = 200_000
const maxPixels = 2000

const notPng = 'must be a PNG picture in Base64'

const Signature = z.object({
  signature_data: z
    .string()
    .transform((value) => value.replace(/^\s*data:image\/png;base64,/i, '').replace(/\s/g, ''))
    .refine((value) => /^[A-Za-z0-9+/]+={0,2}$/.test(value), { error: notPng, abort: true })
    .transform((value) => new Uint8Array(Buffer.from(value, 'base64')))
    .refine(({ length }) => length <= maxBytes, `may not be greater than ${maxBytes / 1000} kB`)
    .meta({
      type: 'string',
      description: `Base64-encoded PNG of the customer signature, also as a data URL; at most ${maxBytes / 1000} kB and ${maxPixels} × ${maxPixels} pixels`,
      examples: [
        'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=',
      ],
    }),
})

const unsigned = {
  code: 'not_signable',
  message: 'Only a draft or an active agreement can be signed.',
}

/** Says who is asking and whether there is anything to sign, before the picture is decoded and stored. */
const admit = write({ ...writing, summary: 'Begin to sign' }, (ctx, { params }) =>
  mustBe(ctx, params.id, ['draft', 'active'], unsigned),
)

const markSigned = write(
  {
    ...writing,
    summary: 'Mark as signed',
    body: z.object({ signature_key: z.string() }),
    output: PriceAgreement,
  },
  async (ctx, { params: { id }, body: { signature_key } }) => {
    const [, , agreement] = await Promise.all([
      mustBe(ctx, id, ['draft', 'active'], unsigned),
      update(ctx, priceAgreements, id, {
        status: 'signed',
        activated_at: sql`coalesce(${priceAgreements.activated_at}, app.now())`,
        signed_at: sql`app.now()`,
        signature_key,
      }),
      oneAgreement(ctx, id),
    ])
    return agreement
  },
)

export const signAgreement = call(
  {
    ...writing,
    summary: 'Attach customer signature',
    description:
      'Keeps the picture and makes the agreement signed, once. A draft is activated by it, under the same rule.',
    body: Signature,
    output: PriceAgreement,
  },
  async (ctx, { params, body: { signature_data } }) => {
    await admit(ctx, { params })
    refuseUnlessPng(signature_data)
    const signature_key = `${ctx.session.tenant_id}/price-agreements/${params.id}/signature-${crypto.randomUUID()}.png`
    await ctx.env.FILES.put(signature_key, signature_data, {
      httpMetadata: { contentType: 'image/png' },
    })
    try {
      return await markSigned(ctx, { params, body: { signature_key } })
    } catch (error) {
      await ctx.env.FILES.delete(signature_key)
      throw error
    }
  },
)

function refuseUnlessPng(bytes: Uint8Array) {
  const refuse = (rule: string) =>
    invalid({ signature_data: [`The signature data field ${rule}.`] })
  const header = pngHeader(bytes)
  if (header === undefined) throw refuse(notPng)
  // Before anything is decoded: a few bytes can ask for gigabytes of pixels.
  if (header.width > maxPixels || header.height > maxPixels) {
    throw refuse(`may not be larger than ${maxPixels} × ${maxPixels} pixels`)
  }
  if (!isWholePng(bytes)) throw refuse(notPng)
}

export const getSignature = read(
  {
    ...reading,
    summary: 'Download customer signature',
    description: '404 as long as it is not signed.',
    file: 'image/png',
    on: priceAgreements,
  },
  async (ctx, { params: { id } }) => {
    const [agreement] = await ctx.db
      .select({ signature_key: priceAgreements.signature_key })
      .from(priceAgreements)
      .where(eq(priceAgreements.id, id))
    const { signature_key } = found(agreement)
    const stored = signature_key && (await ctx.env.FILES.get(signature_key))
    if (!stored) throw notFound('Signature')
    return {
      content: stored.body,
      content_type: 'image/png',
      filename: `signature-${id}.png`,
      inline: true,
    }
  },
)
