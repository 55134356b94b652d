import { crc32, deflateSync } from 'node:zlib'
import type { Client, Json } from '../harness/client.ts'
import { startShops } from '../harness/shop.ts'

/** Two shops, and makers of what an agreement is about. */
export async function startAgreeing() {
  const started = await startShops()
  const { api } = started.shop
  const newCustomer = async (fields: object = {}): Promise<number> =>
    (await api.post('/customers', { first_name: 'Jane', last_name: 'Smith', ...fields })).body.id
  const newBusiness = async (discount_pct: number, fields: object = {}): Promise<number> => {
    const company = await api.post('/companies', { name: 'Jansen B.V.', discount_pct })
    return newCustomer({ company_id: company.body.id, ...fields })
  }
  const newService = async (fields: object = {}): Promise<number> => {
    const draft = { name: 'Screen replacement', kind: 'service', price_excl: 110, ...fields }
    return (await api.post('/products', draft)).body.id
  }
  const newAgreement = async (fields: object = {}): Promise<Json> => {
    const { body } = await api.post('/pricing/agreements', {
      customer_id: await newCustomer(),
      service_id: await newService(),
      agreed_price: 89,
      valid_from: '2026-01-01',
      ...fields,
    })
    return { ...body, path: `/pricing/agreements/${body.id}` }
  }
  return { ...started, api, newCustomer, newBusiness, newService, newAgreement }
}

export const check = (api: Client, customer_id: number, service_id: number) =>
  api.get(`/pricing/check?customer_id=${customer_id}&service_id=${service_id}`)

interface Picture {
  width: number
  height: number
  /** Colour type of the PNG; RGBA when absent. */
  colour?: 0 | 2 | 3 | 4 | 6
  depth?: number
  /** What stands in the file as pixels; zeros, when absent as many as the header asks for. */
  pixels?: Uint8Array
  interlaced?: boolean
}

const channels = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 }

/** A PNG file, written out by hand. */
export function pngOf(picture: Picture): Buffer {
  const { width, height, colour = 6, depth = 8, interlaced = false } = picture
  const row = 1 + Math.ceil((width * channels[colour] * depth) / 8)
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([depth, colour, 0, 0, interlaced ? 1 : 0], 8)
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', header),
    ...(colour === 3 ? [chunk('PLTE', Buffer.from([0, 0, 0, 255, 255, 255]))] : []),
    chunk('IDAT', deflateSync(picture.pixels ?? Buffer.alloc(height * row))),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

export function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type), data])
  const ends = Buffer.alloc(8)
  ends.writeUInt32BE(data.length, 0)
  ends.writeUInt32BE(crc32(body), 4)
  return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)])
}

/** A stroke of ink on a transparent ground, as a signature pad gives it. */
export function signaturePng(width = 600, height = 180): Buffer {
  const pixels = Buffer.alloc(height * (1 + width * 4))
  for (let x = 20; x < width - 20; x++) {
    const y = Math.round(height / 2 + (height / 3) * Math.sin(x / 23) * Math.cos(x / 90))
    for (let thick = -2; thick <= 2; thick++) {
      pixels.set([20, 30, 90, 255], (y + thick) * (1 + width * 4) + 1 + x * 4)
    }
  }
  return pngOf({ width, height, pixels })
}
