import { httpClient } from '../db/client.ts'
import { router } from '../http/context.ts'

/** Answers once the database does. */
export const healthRoutes = router().get('/', async (c) => {
  try {
    await httpClient(c.env).query('select 1')
    return c.json({ status: 'ok', version: c.env.VERSION ?? 'development' })
  } catch {
    return c.json({ status: 'unavailable' }, 503)
  }
})
