import { desc, eq } from 'drizzle-orm'
import * as z from 'zod'
import type { Calling } from '../../context.ts'
import { read } from '../../verb.ts'
import { e164 } from '../customers/phone.ts'
import { companies, customers } from '../customers/tables.ts'
import { shopCountry } from './country.ts'
import { enterPbx } from './journal.ts'

const Contact = z.object({
  id: z.number(),
  first_name: z.string(),
  last_name: z.string(),
  company: z.string(),
  email: z.string(),
  phone: z.string(),
})

export type Contact = z.output<typeof Contact>

/**
 * Who calls, for the screen of the phone that rings: one contact or none, as our template reads it.
 *
 * @throws Refusal 404 for an unknown key, 403 for a wrong secret
 */
export async function findContact(
  ctx: Calling,
  key: string,
  { number, secret }: { number: string; secret: string },
): Promise<{ contacts: Contact[] }> {
  const shop = await enterPbx(ctx, key, secret)
  if (!shop) return { contacts: [] }
  const phone = e164(number.slice(0, 50), await shopCountry(shop, {}))
  return { contacts: phone ? await contactsOf(shop, { body: { phone } }) : [] }
}

/** The newest, where several have the number. */
const contactsOf = read(
  {
    summary: 'Find who has a number',
    can: 'customers:read',
    body: z.object({ phone: z.string() }),
    output: z.array(Contact),
  },
  async (ctx, { body: { phone } }) => {
    const rows = await ctx.db
      .select({
        id: customers.id,
        first_name: customers.first_name,
        last_name: customers.last_name,
        company: companies.name,
        email: customers.email,
      })
      .from(customers)
      .leftJoin(companies, eq(companies.id, customers.company_id))
      .where(eq(customers.phone_e164, phone))
      .orderBy(desc(customers.id))
      .limit(1)
    return rows.map(({ last_name, company, email, ...contact }) => ({
      ...contact,
      last_name: last_name ?? '',
      company: company ?? '',
      email: email ?? '',
      phone,
    }))
  },
)
