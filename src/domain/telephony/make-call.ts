import { sql } from 'drizzle-orm'
import * as z from 'zod'
import { refused } from '../../refusal.ts'
import { text } from '../../schema.ts'
import { call, read } from '../../verb.ts'
import { e164 } from '../customers/phone.ts'
import { shopCountry } from './country.ts'
import { extensionNumber } from './extensions.ts'
import { openPbx } from './pbx.ts'
import { extensions } from './tables.ts'

export const makeCall = call(
  {
    summary: 'Make a call',
    description:
      'The own extension rings, or the one that is named; when it is taken, the exchange dials the destination.',
    can: 'calls:write',
    module: 'telephony',
    body: z.object({
      destination: text(50)
        .describe('A phone number in any writing, or an extension')
        .meta({ examples: ['+31612345678'] }),
      extension: extensionNumber().optional(),
    }),
    output: z.object({
      extension: z.string().meta({ examples: ['100'] }),
      destination: z.string().meta({ examples: ['+31612345678'] }),
    }),
  },
  async (ctx, { body }) => {
    const { provider } = await openPbx(ctx)
    const dn = body.extension ?? (await ownExtension(ctx, {}))
    if (!dn) throw refused('no_extension', 'Your account has no extension.')
    // What is this short is an extension, whatever numbers the country has.
    const isShort = /^[\d*#]{1,5}$/.test(body.destination)
    const number = isShort ? null : e164(body.destination, await shopCountry(ctx, {}))
    const destination = number ?? body.destination
    if (!/^\+?[\d*#]+$/.test(destination)) {
      throw refused('validation_failed', 'The given data was invalid.', {
        destination: ['The destination field must be a phone number or an extension.'],
      })
    }
    await provider.makeCall({ dn, destination })
    return { extension: dn, destination }
  },
)

const ownExtension = read(
  { summary: 'Find the own extension', can: 'calls:read', output: z.string().nullable() },
  async (ctx) => {
    const [own] = await ctx.db
      .select({ extension: extensions.extension })
      .from(extensions)
      .where(sql`${extensions.user_id} = app.user_id()`)
    return own?.extension ?? null
  },
)
