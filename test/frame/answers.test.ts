import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, test } from 'vitest'
import { startShopsWithMail } from '../harness/mail.ts'
import { Factory } from './factory.ts'
import { isEveryday, operationsOf } from './operations.ts'
import { nothingReacts } from './quiet.ts'

const { shop, owner, url } = await startShopsWithMail()
await nothingReacts(owner)
const operations = await operationsOf(url)
const factory = new Factory(shop.api, owner)
const ajv = new Ajv2020({ strict: false, formats: { 'date-time': true, date: true, email: true } })

test.each(operations.filter(isEveryday))(
  '$name answers what its document says',
  async (operation) => {
    const ids = await factory.idsFor(operation)
    const body = await factory.bodyFor(operation)
    const path = await factory.addressOf(operation, ids)
    const answer = await shop.api.send(operation.method, path, body)
    const [[status = '', documented] = []] = Object.entries(operation.answers).filter(
      ([code]) => code < '300',
    )
    expect(answer, JSON.stringify(answer.body)).toMatchObject({ status: Number(status) })
    const [[type = '', content] = []] = Object.entries<{ schema: object }>(documented.content ?? {})
    if (content === undefined) {
      expect(answer.body.byteLength).toBe(0)
      return
    }
    if (!type.includes('json')) {
      expect(answer.body.byteLength).toBeGreaterThan(0)
      return
    }
    expect(answer.headers.get('content-type')).toContain(type)
    const valid = ajv.compile(content.schema)
    valid(answer.body)
    expect(valid.errors).toBeNull()
  },
)

test('a list shows the records that its detail shows', async () => {
  const { rows } = await owner.query(
    'select count(*)::int as count from customers where tenant_id = $1',
    [shop.tenant_id],
  )
  const { body } = await shop.api.get('/customers?per_page=1')
  expect(body).toMatchObject({ total: rows[0].count, per_page: 1, current_page: 1 })
})
