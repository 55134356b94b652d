import { neon, neonConfig } from '@neondatabase/serverless'

interface Env {
  DATABASE_URL: string
  NEON_LOCAL_ENDPOINT: string
}

let query: ReturnType<typeof neon> | undefined

/** The least that a Worker on Neon can do per request: what the service is measured against. */
export default {
  async fetch(_request: Request, env: Env): Promise<Response> {
    neonConfig.fetchEndpoint = `${env.NEON_LOCAL_ENDPOINT}/sql`
    query ??= neon(env.DATABASE_URL)
    return Response.json(await query`select 1 as one`)
  },
}
