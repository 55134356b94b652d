import { extractText, getDocumentProxy } from 'unpdf'
import { describe, expect, test } from 'vitest'
import { pngOf, signaturePng, startAgreeing } from './agreeing.ts'

const { shop, other, owner, api, miniflare, newBusiness, newCustomer, newService, newAgreement } =
  await startAgreeing()

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')
const picture = signaturePng()
const sign = (path: string, signature_data: unknown = base64(picture)) =>
  api.post(`${path}/sign`, { signature_data })

async function textOf(file: ArrayBuffer): Promise<string> {
  const { text } = await extractText(await getDocumentProxy(new Uint8Array(file)), {
    mergePages: true,
  })
  return text
}

const storedFiles = async () => {
  const files = await miniflare.getR2Bucket('FILES')
  return (await files.list({ prefix: `${shop.tenant_id}/price-agreements/` })).objects.map(
    ({ key }) => key,
  )
}

describe('signing', () => {
  test('keeps the picture and makes the agreement signed, once', async () => {
    const { id, path } = await newAgreement()
    await api.post(`${path}/activate`)
    expect((await api.get(`${path}/signature`)).status).toBe(404)
    const signed = await sign(path)
    expect(signed).toMatchObject({ status: 200, body: { id, status: 'signed' } })
    expect(signed.body.signed_at).toMatch(/Z$/)
    expect(signed.body.signature_url).toBe(`/api/pricing/agreements/${id}/signature`)
    const shown = await api.get(`${path}/signature`)
    expect(shown.headers.get('content-type')).toBe('image/png')
    expect(Buffer.from(shown.body).equals(picture)).toBe(true)
    expect(await sign(path)).toMatchObject({ status: 422, body: { code: 'not_signable' } })
    expect((await other.api.get(`${path}/signature`)).status).toBe(404)
  })

  test('activates a draft with it; a data URL will do', async () => {
    const { path } = await newAgreement()
    const { body } = await sign(path, `data:image/png;base64,${base64(picture)}`)
    expect(body).toMatchObject({ status: 'signed', activated_at: body.signed_at })
  })

  test('is done once of five at once, and leaves one picture', async () => {
    const { id, path } = await newAgreement()
    const answers = await Promise.all([1, 2, 3, 4, 5].map(() => sign(path)))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 422, 422, 422, 422])
    const kept = (await storedFiles()).filter((key) => key.includes(`/${id}/`))
    expect(kept).toHaveLength(1)
  })

  const notPng = 'The signature data field must be a PNG picture in Base64.'
  const cut = picture.subarray(0, picture.length - 20)
  const noise = Buffer.from(Array.from({ length: 202_000 }, (_, i) => (i * 7919) % 251))

  test.each([
    ['nothing', undefined, 'The signature data field is required.'],
    ['empty text', '', 'The signature data field is required.'],
    ['a number', 7, 'The signature data field must be a string.'],
    ['no Base64', 'signature!', notPng],
    ['text in Base64', base64(Buffer.from('signed, Jane Smith, with all my heart')), notPng],
    ['a JPEG', `data:image/jpeg;base64,${base64(picture)}`, notPng],
    ['half a PNG', base64(cut), notPng],
    ['a head without pixels', base64(pngOf({ width: 50, height: 9, pixels: cut })), notPng],
    [
      'a file too large',
      base64(Buffer.concat([picture, noise])),
      'The signature data field may not be greater than 200 kB.',
    ],
    [
      'too many pixels',
      base64(pngOf({ width: 2001, height: 1 })),
      'The signature data field may not be larger than 2000 × 2000 pixels.',
    ],
  ])('refuses %s', async (_, signature_data, sentence) => {
    const { path } = await newAgreement()
    const before = await storedFiles()
    const answer = await api.post(`${path}/sign`, { signature_data })
    expect(answer).toMatchObject({ status: 422, body: { code: 'validation_failed' } })
    expect(answer.body.errors).toEqual({ signature_data: [sentence] })
    expect((await api.get(path)).body).toMatchObject({ status: 'draft', signed_at: null })
    expect(await storedFiles()).toEqual(before)
  })

  test('takes the largest picture that is allowed', async () => {
    const { path } = await newAgreement()
    const largest = pngOf({ width: 2000, height: 2000, depth: 16 })
    expect((await sign(path, base64(largest))).status).toBe(200)
    expect((await api.post(`${path}/generate-contract`)).status).toBe(200)
  })
})

describe('the contract', () => {
  test('is there once it is generated, and tells what was agreed', async () => {
    const { id, path } = await newAgreement({
      customer_id: await newBusiness(10, { address: 'Damrak 1', city: 'Amsterdam' }),
      service_id: await newService({ name: 'Screen replacement', sku: `SCR-${Date.now()}` }),
      agreed_price: 1089.5,
      valid_from: '2026-04-01',
      valid_until: '2099-12-31',
      notes: 'He knows the owner',
    })
    const missing = await api.get(`${path}/contract`)
    expect(missing).toMatchObject({ status: 404, body: { code: 'not_found' } })
    const generated = await api.post(`${path}/generate-contract`)
    expect(generated.status).toBe(200)
    expect(generated.body).toEqual({
      id,
      contract_url: `/api/pricing/agreements/${id}/contract`,
      generated_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    })
    expect((await api.get(path)).body).toMatchObject({
      contract_url: generated.body.contract_url,
      contract_generated_at: generated.body.generated_at,
    })
    const contract = await api.get(`${path}/contract`)
    expect(contract.status).toBe(200)
    expect(contract.headers.get('content-type')).toBe('application/pdf')
    const text = await textOf(contract.body)
    for (const part of [
      `Concept prijsafspraak ${id}`,
      'CONCEPT',
      'Jansen B.V.',
      'Jane Smith',
      'Screen replacement',
      '€ 1.089,50',
      '1 april 2026',
      '31 december 2099',
      'Namens',
      'Voor akkoord',
    ]) {
      expect(text).toContain(part)
    }
    expect(text).not.toContain('owner')
    expect(text).not.toContain('Ondertekend')
    expect((await other.api.get(`${path}/contract`)).status).toBe(404)
    expect((await shop.as.technician.post(`${path}/generate-contract`)).status).toBe(403)
    expect((await shop.as.technician.get(`${path}/contract`)).status).toBe(200)
  })

  test('is generated anew after a change, with the signature when there is one', async () => {
    const { path } = await newAgreement({ customer_id: await newCustomer() })
    const read = async () => {
      await api.post(`${path}/generate-contract`)
      const { body } = await api.get(`${path}/contract`)
      return { text: await textOf(body), size: body.byteLength }
    }
    const first = await read()
    expect(first.text).toContain('89,00')
    await api.put(path, { agreed_price: 79 })
    expect((await read()).text).toContain('79,00')
    await sign(path)
    const last = await read()
    expect(last.text).toContain('Ondertekend op')
    expect(last.text).toContain('onbepaalde tijd')
    expect(last.text).not.toContain('CONCEPT')
    const document = await getDocumentProxy(
      new Uint8Array((await api.get(`${path}/contract`)).body),
    )
    const { fnArray } = await (await document.getPage(1)).getOperatorList()
    // 85: paintImageXObject.
    expect(fnArray).toContain(85)
  })

  test('goes with the draft that is deleted', async () => {
    const { id, path } = await newAgreement()
    await api.post(`${path}/generate-contract`)
    expect((await api.delete(path)).status).toBe(204)
    expect((await storedFiles()).filter((key) => key.includes(`/${id}/`))).toEqual([])
  })

  test('is in English where the shop is', async () => {
    await owner.query(`update tenants set locale = 'en' where id = $1`, [shop.tenant_id])
    const { path } = await newAgreement()
    await sign(path)
    await api.post(`${path}/generate-contract`)
    const text = await textOf((await api.get(`${path}/contract`)).body)
    expect(text).toContain('Fixed price excl. VAT')
    expect(text).toContain('€89.00')
    expect(text).toContain('Signed on')
  })
})
