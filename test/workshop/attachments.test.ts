import { expect, test } from 'vitest'
import { startShops } from '../harness/shop.ts'
import { makers } from './makers.ts'

const { shop, other, owner, miniflare } = await startShops()
const { api } = shop
const make = makers(shop, owner)
const makeThere = makers(other, owner)

function form(parts: { file?: File | string; kind?: string }) {
  const data = new FormData()
  for (const [name, value] of Object.entries(parts)) data.append(name, value)
  return data
}

const photo = (
  name = 'front.jpg',
  bytes: string | Uint8Array<ArrayBuffer> = 'not really a picture',
) => new File([bytes], name, { type: 'image/jpeg' })

const stored = async () => (await (await miniflare.getR2Bucket('FILES')).list()).objects.length

test('keeps a file, lists it and gives it back', async () => {
  const { id } = await make.order()
  const added = await api.post(
    `/work-orders/${id}/attachments`,
    form({ file: photo('voorkant (één) 📱.jpg'), kind: 'photo' }),
  )
  expect(added.status).toBe(201)
  expect(added.body).toEqual({
    id: expect.any(Number),
    work_order_id: id,
    kind: 'photo',
    filename: 'voorkant (één) 📱.jpg',
    content_type: 'image/jpeg',
    size_bytes: 20,
    user: { id: expect.any(Number), name: 'admin of first' },
    created_at: expect.stringMatching(/Z$/),
    updated_at: expect.stringMatching(/Z$/),
  })
  const list = await api.get(`/work-orders/${id}/attachments`)
  expect(list.body).toMatchObject({ data: [added.body], total: 1 })
  const file = await api.get(`/attachments/${added.body.id}`)
  expect(file.status).toBe(200)
  expect(Buffer.from(file.body).toString()).toBe('not really a picture')
  expect(file.headers.get('content-type')).toBe('image/jpeg')
  expect(file.headers.get('x-content-type-options')).toBe('nosniff')
  expect(file.headers.get('content-disposition')).toMatch(
    /^inline; filename="[\w.-]+"; filename\*=/,
  )
  const { rows } = await owner.query('select storage_key from attachments where id = $1', [
    added.body.id,
  ])
  expect(rows[0].storage_key).toMatch(
    new RegExp(`^${shop.tenant_id}/work-orders/${id}/[\\w-]{36}$`),
  )
  const events = await api.get(`/work-orders/${id}/timeline?event=field_changed`)
  expect(events.body.data[0].description).toBe('File added: voorkant (één) 📱.jpg')
})

test('makes a document something to save, not to show', async () => {
  const { id } = await make.order()
  const file = new File(['a;b'], '../../etc/list\u0001.csv', { type: 'text/csv' })
  const added = await api.post(`/work-orders/${id}/attachments`, form({ file }))
  expect(added.body).toMatchObject({ kind: 'other', filename: 'list.csv' })
  const got = await api.get(`/attachments/${added.body.id}`)
  expect(got.headers.get('content-disposition')).toMatch(/^attachment; /)
})

test('deletes a file with its bytes, and keeps its work order from being deleted until then', async () => {
  const { id } = await make.order()
  const added = await api.post(`/work-orders/${id}/attachments`, form({ file: photo() }))
  const before = await stored()
  expect((await api.delete(`/work-orders/${id}`)).body.code).toBe('in_use')
  const path = `/attachments/${added.body.id}`
  expect((await api.delete(path)).status).toBe(204)
  expect(await stored()).toBe(before - 1)
  expect((await api.get(path)).status).toBe(404)
  expect((await api.delete(path)).status).toBe(404)
  expect((await api.delete(`/work-orders/${id}`)).status).toBe(204)
})

test('refuses what is no file, empty, of a dangerous type, or too large', async () => {
  const { id } = await make.order()
  const path = `/work-orders/${id}/attachments`
  const before = await stored()
  const bad = [
    form({}),
    form({ file: 'text' }),
    form({ file: photo('empty.jpg', '') }),
    form({ file: new File(['<script>'], 'page.html', { type: 'text/html' }) }),
    form({ file: new File(['<svg/>'], 'image.svg', { type: 'image/svg+xml' }) }),
    form({ file: new File(['x'], 'nothing') }),
  ]
  for (const data of bad) {
    const answer = await api.post(path, data)
    expect(answer.status).toBe(422)
    expect(Object.keys(answer.body.errors)).toEqual(['file'])
  }
  const kind = await api.post(path, form({ file: photo(), kind: 'video' }))
  expect(Object.keys(kind.body.errors)).toEqual(['kind'])
  expect((await api.post(path, { file: 'x' })).status).toBe(422)
  const large = form({ file: photo('large.jpg', 'x'.repeat(11 * 1024 * 1024)) })
  expect((await api.post(path, large)).status).toBe(413)
  expect(await stored()).toBe(before)
})

test('stores nothing for strangers, readers and work orders that are not there', async () => {
  const { id } = await make.order()
  const theirs = await makeThere.order()
  const before = await stored()
  const send = (order_id: number, client = api) =>
    client.post(`/work-orders/${order_id}/attachments`, form({ file: photo() }))
  expect((await send(theirs.id)).status).toBe(404)
  expect((await send(999999)).status).toBe(404)
  expect((await send(id, shop.as.accountant)).status).toBe(403)
  expect(await stored()).toBe(before)

  const { body } = await send(id)
  expect((await other.api.get(`/attachments/${body.id}`)).status).toBe(404)
  expect((await other.api.delete(`/attachments/${body.id}`)).status).toBe(404)
  expect((await shop.as.accountant.get(`/attachments/${body.id}`)).status).toBe(200)
  expect((await shop.as.accountant.delete(`/attachments/${body.id}`)).status).toBe(403)
})

test('gives the same answer to the same upload under one idempotency key', async () => {
  const { id } = await make.order()
  const headers = {
    'Idempotency-Key': 'upload-1',
    'Content-Type': 'multipart/form-data; boundary=line',
  }
  const body = [
    '--line',
    'Content-Disposition: form-data; name="file"; filename="a.txt"',
    'Content-Type: text/plain',
    '',
    'hello',
    '--line--',
    '',
  ].join('\r\n')
  const first = await api.post(`/work-orders/${id}/attachments`, body, headers)
  expect(first.status).toBe(201)
  const again = await api.post(`/work-orders/${id}/attachments`, body, headers)
  expect(again.body).toEqual(first.body)
})
