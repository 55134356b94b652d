import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** This machine's own `ENCRYPTION_KEYS`, made once: the secrets in its database stay readable. */
export const localKey = (folder: string): Promise<string> =>
  madeOnce(folder, 'encryption-keys', `local:${randomBytes(32).toString('base64')}`)

/** A key pair that signs push messages (RFC 8292), as the Worker's variables. */
export function newVapidKeys() {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
  const point = [Uint8Array.of(4), ...[x, y].map((half) => Buffer.from(half, 'base64url'))]
  return {
    VAPID_PUBLIC_KEY: Buffer.concat(point).toString('base64url'),
    VAPID_PRIVATE_KEY: privateKey.export({ format: 'jwk' }).d ?? '',
  }
}

/** This machine's own, made once: browsers that subscribed with it stay subscribed. */
export async function localVapidKeys(folder: string) {
  const kept = await madeOnce(folder, 'vapid-keys.json', JSON.stringify(newVapidKeys()))
  return {
    ...(JSON.parse(kept) as ReturnType<typeof newVapidKeys>),
    VAPID_SUBJECT: 'mailto:nobody@example.com',
  }
}

/** The content of a file that only its owner reads; `fresh` when it is not there yet. */
async function madeOnce(folder: string, name: string, fresh: string): Promise<string> {
  await mkdir(folder, { recursive: true })
  const file = join(folder, name)
  // `wx` fails when it is there already.
  await writeFile(file, fresh, { flag: 'wx', mode: 0o600 }).catch((error) => {
    if (error.code !== 'EEXIST') throw error
  })
  return readFile(file, 'utf8')
}
