import { neon, neonConfig } from '@neondatabase/serverless'
import { Hono } from 'hono'

interface Env {
  DATABASE_URL: string
  NEON_LOCAL_ENDPOINT: string
}

/** Framework and driver alone: what the service's cold start is measured against. */
export default new Hono<{ Bindings: Env }>().get('/health', async (c) => {
  neonConfig.fetchEndpoint = `${c.env.NEON_LOCAL_ENDPOINT}/sql`
  return c.json(await neon(c.env.DATABASE_URL)`select 1 as one`)
})
