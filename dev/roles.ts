import { createHmac, randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'

const workerRole = 'repair_angel_app'

/**
 * Lets the Worker's role log in and answers its connection string. The password follows from the
 * secret, so that two starts on one database agree about it.
 *
 * @param owner_url connection string of the owner, who has run the migrations
 */
export async function letWorkerIn(owner_url: string, secret: string): Promise<string> {
  const password = createHmac('sha256', secret).update(workerRole).digest('base64url')
  const owner = new pg.Client({ connectionString: owner_url })
  await owner.connect()
  try {
    await owner.query(`alter role ${workerRole} login password ${owner.escapeLiteral(password)}`)
  } finally {
    await owner.end()
  }
  const url = new URL(owner_url)
  url.username = workerRole
  url.password = password
  if (!url.hostname.endsWith('.neon.tech')) url.search = ''
  return url.href
}

/** The secret of a data folder, made on first use. */
export async function secretOf(folder: string): Promise<string> {
  const path = join(folder, 'secret')
  const secret = randomBytes(32).toString('base64url')
  try {
    await writeFile(path, secret, { flag: 'wx', mode: 0o600 })
    return secret
  } catch {
    return await readFile(path, 'utf8')
  }
}
