import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { startShopsWithMail } from '../harness/mail.ts'
import { Factory, type Ids } from './factory.ts'
import { fillPath, isPlatform, operationsOf } from './operations.ts'
import { nothingReacts } from './quiet.ts'

const { shop, other, owner, url } = await startShopsWithMail()
await nothingReacts(owner)
const operations = (await operationsOf(url)).filter(
  ({ permission }) => permission !== 'public' && !isPlatform(permission),
)
const ours = new Factory(shop.api, owner)
const theirs = new Factory(other.api, owner)

// Ids of the two shops must not meet by chance in an answer.
await owner.query(`do $$ declare s record; begin
  for s in select seqrelid::regclass as name from pg_sequence loop
    perform setval(s.name, 5000000);
  end loop; end $$`)
const records = new Map<string, Ids>()
for (const operation of operations) records.set(operation.name, await theirs.idsFor(operation))

/** All that the other shop's rows hold, word for word; what changes by being asked who one is left out. */
async function checksum() {
  const tables = await owner.query<{ name: string }>(
    `select table_name as name from information_schema.columns
     where table_schema = 'public' and column_name = 'tenant_id' order by 1`,
  )
  const hash = createHash('sha256')
  for (const { name } of tables.rows) {
    const { rows } = await owner.query(
      `select to_jsonb(t) - 'last_used_at' - (case when '${name}' = 'api_tokens' then 'updated_at' else '' end) as row
       from ${name} t where tenant_id = $1 order by t::text`,
      [other.tenant_id],
    )
    hash.update(JSON.stringify(rows))
  }
  return hash.digest('hex')
}

/** Ids above the line are the second shop's; its names end in its token's number. */
const foreign = new RegExp(`\\b50\\d{5}\\b|second|of ${other.api.token?.split('|')[0]}\\b`)

test.each(operations.filter(({ method }) => method === 'GET'))(
  '$name shows nothing of another shop',
  async (operation) => {
    const strange = records.get(operation.name) ?? {}
    const answer = await shop.api.get(fillPath(operation.path, strange))
    if (operation.ids.length > 0) expect(answer.status).toBe(404)
    expect(JSON.stringify(answer.body)).not.toMatch(foreign)
    const list = await shop.api.get(`${fillPath(operation.path, strange)}?per_page=100&q=second`)
    expect(JSON.stringify(list.body)).not.toMatch(foreign)
  },
)

test('no write of one shop changes a row of another', async () => {
  const before = await checksum()
  for (const operation of operations.filter(
    ({ method, ids }) => method !== 'GET' && ids.length > 0,
  )) {
    const path = fillPath(operation.path, records.get(operation.name) ?? {})
    const answer = await shop.api.send(operation.method, path, await ours.bodyFor(operation))
    expect(answer.status, operation.name).toBe(404)
  }
  expect(await checksum()).toBe(before)
})
