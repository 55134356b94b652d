import { parseArgs } from 'node:util'
import * as z from 'zod'
import { refusalOf } from '../src/db/errors.ts'
import { hashPassword } from '../src/domain/identity/passwords.ts'
import { createTenant, foundShop } from '../src/domain/identity/tenants.ts'
import { systemContext } from './context.ts'
import { joinDatabase } from './database.ts'
import { directTransaction } from './direct.ts'
import { acting } from './seed/acting.ts'
import { readSettings } from './settings.ts'

const usage = `npm run tenant:create -- --name "Shop" --admin-name "Jane Doe" --email jane@example.com \\
  --password "at least 8 characters" [--tier starter|growth|enterprise] [--license-type SMR|AUTO|AVIATION|MARINE]

DATABASE_URL names the database (of its owner); without it, the one of \`npm run dev\`.`

/** A new shop with its administrator and a trial licence, from the command line. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      name: { type: 'string' },
      'admin-name': { type: 'string' },
      email: { type: 'string' },
      password: { type: 'string' },
      tier: { type: 'string' },
      'license-type': { type: 'string' },
    },
  })
  const draft = createTenant.spec.body.safeParse({
    name: values.name,
    admin: { name: values['admin-name'], email: values.email, password: values.password },
    tier: values.tier,
    license_type: values['license-type'],
  })
  if (!draft.success) return wrong(z.prettifyError(draft.error))
  const database = await joinDatabase(readSettings(process.env))
  try {
    const founder = { job: 'tenant:create', tenant_id: null }
    const ctx = systemContext({ database_url: database.owner_url }, founder)
    const body = { ...draft.data, password_hash: await hashPassword(draft.data.admin.password) }
    const shop = await directTransaction(database.owner_url, ctx, async (inner) =>
      foundShop(await acting(inner, { tenant_id: null, now: new Date() }), { body }),
    )
    console.log(JSON.stringify(shop, null, 2))
  } finally {
    await database.stop()
  }
}

function wrong(what: string): void {
  console.error(`${what}\n\n${usage}`)
  process.exitCode = 2
}

try {
  await main()
} catch (error) {
  const refusal = refusalOf(error)
  const sentences = Object.values(refusal?.errors ?? {}).flat()
  console.error(sentences.join('\n') || refusal?.message || error)
  process.exitCode = 1
}
