import { XMLParser, XMLValidator } from 'fast-xml-parser'
import { beforeEach, describe, expect, test } from 'vitest'
import { startShopsWithPbx } from './calling.ts'

const { shop, other, pbx, connect, webhook } = await startShopsWithPbx()
const { api } = shop
beforeEach(() => connect())

const users = (await api.get('/users')).body.data
const [jan, eva] = users
const bullets = '••••••••'

describe('the configuration', () => {
  test('is that of the integration, with bullets for what is secret', async () => {
    await api.post('/3cx/extensions', { user_id: jan.id, extension: '100' })
    const { status, body } = await api.get('/3cx/config')
    expect(status).toBe(200)
    expect(body).toMatchObject({
      api_url: pbx.url,
      api_key: bullets,
      extension_map: { [jan.id]: '100' },
      client_id: pbx.client_id,
      webhook_secret: null,
      is_enabled: true,
    })
    expect(new URL(body.webhook_url).pathname).toBe(new URL(webhook).pathname)
  })

  test.each([bullets, '***masked***'])('%s sent back leaves the key as it is', async (mask) => {
    const { body: config } = await api.get('/3cx/config')
    const { status, body } = await api.put('/3cx/config', { ...config, api_key: mask })
    expect(status).toBe(200)
    expect(body).toMatchObject({ api_key: bullets, api_url: pbx.url })
    expect((await api.get('/3cx/queue')).status).toBe(200)
  })

  test('is refused at its own fields', async () => {
    const wrong = await api.put('/3cx/config', { api_url: 'not a url' })
    expect(wrong).toMatchObject({
      status: 422,
      body: { errors: { api_url: ['The api url field must be a valid URL.'] } },
    })
    const missing = await api.put('/3cx/config', { client_id: '' })
    expect(missing).toMatchObject({
      status: 422,
      body: { errors: { client_id: ['The client id field is required.'] } },
    })
    expect((await shop.as.frontdesk.get('/3cx/config')).status).toBe(403)
  })

  test('changes what the integration shows', async () => {
    await api.put('/3cx/config', { webhook_secret: 'sesame', is_enabled: false })
    expect((await api.get('/integrations/3cx')).body).toMatchObject({
      is_enabled: false,
      config: { webhook_secret: '***masked***', api_key: '***masked***' },
    })
  })
})

describe('extensions', () => {
  test('are mapped to users: 201 for a new one, 200 for a change', async () => {
    const path = '/3cx/extensions'
    await api.delete(`${path}/${jan.id}`)
    const made = await api.post(path, { user_id: jan.id, extension: '100' })
    expect(made).toMatchObject({
      status: 201,
      body: { user_id: jan.id, name: jan.name, extension: '100' },
    })
    const changed = await api.post(path, { user_id: jan.id, extension: '102' })
    expect(changed).toMatchObject({ status: 200, body: { extension: '102' } })
    expect((await api.post(path, { user_id: eva.id, extension: '101' })).status).toBe(201)
    const list = await api.get(path)
    expect(list.body).toMatchObject([
      { user_id: eva.id, name: eva.name, extension: '101' },
      { user_id: jan.id, name: jan.name, extension: '102' },
    ])
    expect(list.headers.get('x-total-count')).toBe('2')
    const taken = { status: 422, body: { errors: { extension: [expect.any(String)] } } }
    expect(await api.post(path, { user_id: eva.id, extension: '102' })).toMatchObject(taken)
    const third = users[2].id
    expect(await api.post(path, { user_id: third, extension: '102' })).toMatchObject(taken)
    expect(await api.put(`${path}/${eva.id}`, { extension: '102' })).toMatchObject(taken)
    expect((await api.post(path, { user_id: third, extension: 'x' })).status).toBe(422)
    expect((await api.delete(`${path}/${eva.id}`)).status).toBe(204)
    expect((await api.delete(`${path}/${eva.id}`)).status).toBe(404)
    expect((await api.get(`${path}/${eva.id}`)).status).toBe(404)
    expect((await other.api.get(path)).body).toEqual([])
  })

  test('of many who want one extension at once, one gets it', async () => {
    const asked = users.map(({ id }: { id: number }) =>
      api.post('/3cx/extensions', { user_id: id, extension: '199' }),
    )
    const statuses = (await Promise.all(asked)).map(({ status }) => status)
    expect(statuses.filter((status) => status < 300).length).toBe(1)
    expect(statuses.filter((status) => status === 422).length).toBe(users.length - 1)
  })
})

test('the template for the exchange is well-formed and holds no secret', async () => {
  await connect({ webhook_secret: 'open sesame' })
  const answer = await api.get('/3cx/crm-template')
  expect(answer.status).toBe(200)
  expect(answer.headers.get('content-type')).toContain('application/xml')
  expect(answer.headers.get('content-disposition')).toContain('attachment')
  const xml = new TextDecoder().decode(answer.body)
  expect(XMLValidator.validate(xml)).toBe(true)
  expect(xml).not.toContain('open sesame')
  expect(xml).not.toContain(pbx.api_key)
  const { Crm } = new XMLParser({ ignoreAttributes: false }).parse(xml)
  const [url, secret] = Crm.Parameters.Parameter
  expect(new URL(url['@_Default']).pathname).toBe(new URL(webhook).pathname)
  expect(secret).toMatchObject({ '@_Type': 'Password', '@_Default': '' })
  const [lookup, ended] = Crm.Scenarios.Scenario
  expect(lookup.Request).toMatchObject({ '@_Url': '[ApiUrl]/contact?number=[Number]' })
  expect(ended['@_Id']).toBe('ReportCall')
  const values = ended.Request.PostValues.Value as Record<string, string>[]
  expect(Object.fromEntries(values.map((value) => [value['@_Key'], value['#text']]))).toEqual({
    call_type: '[CallType]',
    number: '[Number]',
    agent: '[Agent]',
    queue: '[QueueExtension]',
    duration: '[Duration]',
    started_at: '[[CallStartTimeUTC].ToString("yyyy-MM-ddTHH:mm:ssZ")]',
    established_at: '[[CallEstablishedTimeUTC].ToString("yyyy-MM-ddTHH:mm:ssZ")]',
    ended_at: '[[CallEndTimeUTC].ToString("yyyy-MM-ddTHH:mm:ssZ")]',
  })
  expect((await other.api.get('/3cx/crm-template')).body).toMatchObject({ code: 'not_configured' })
})
