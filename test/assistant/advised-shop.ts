import { afterAll, expect } from 'vitest'
import { startOpenAi } from '../fakes/openai.ts'
import { startShops } from '../harness/shop.ts'

export const device = {
  device_brand: 'Apple',
  device_model: 'iPhone 14 Pro',
  symptoms: 'Screen cracked, touch unresponsive in bottom half',
  customer_type: 'individual',
}

export const suggestion = {
  name: 'Screen replacement',
  description: 'Full OLED panel replacement including digitizer',
  confidence: 'high',
  product_ids: [] as number[],
  past_repair_id: null as number | null,
  estimated_price: 149,
  requires_diagnosis: false,
}

export const answer = {
  suggestions: [suggestion],
  advice: 'Recommend screen replacement as primary fix.',
  not_repairable: false,
}

/** Two shops, the first of which has OpenAI connected, and OpenAI on loopback. */
export async function startAdvisedShop() {
  const openai = await startOpenAi()
  afterAll(() => openai.stop())
  const shops = await startShops({
    vars: { OPENAI_BASE_URL: openai.url, PROVIDER_TIMEOUT_MS: '4000' },
  })
  const { api } = shops.shop
  const connect = async () => {
    const config = { api_key: openai.api_key, model: null }
    const { status } = await api.put('/integrations/openai', { is_enabled: true, config })
    expect(status).toBe(200)
  }
  await connect()
  openai.say(() => answer)
  return {
    ...shops,
    openai,
    connect,
    suggest: (change: object = {}) => api.post('/ai/suggest-repair', { ...device, ...change }),
    consultations: async () => (await api.get('/ai/consultations')).body.data,
  }
}
