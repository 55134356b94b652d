import { randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** This machine's own `ENCRYPTION_KEYS`, made once: the secrets in its database stay readable. */
export async function localKey(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true })
  const file = join(folder, 'encryption-keys')
  const fresh = `local:${randomBytes(32).toString('base64')}`
  // `wx` fails when it is there already.
  await writeFile(file, fresh, { flag: 'wx', mode: 0o600 }).catch((error) => {
    if (error.code !== 'EEXIST') throw error
  })
  return readFile(file, 'utf8')
}
