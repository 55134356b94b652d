import type { Env } from '../../env.ts'

export type Secrets = Record<string, string>

/**
 * Secrets as a JWE of the first key of `ENCRYPTION_KEYS`, which is named in its header.
 *
 * @param of whose they are: the seal opens as nobody else's, so it cannot be moved to another row
 */
export async function sealSecrets(env: Env, secrets: Secrets, of?: string): Promise<string> {
  const { CompactEncrypt } = await import('jose')
  const [first] = keysOf(env)
  if (!first) throw new Error('ENCRYPTION_KEYS is not set')
  const [kid, key] = first
  return new CompactEncrypt(new TextEncoder().encode(JSON.stringify(secrets)))
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid, ...(of !== undefined && { of }) })
    .encrypt(key)
}

/** What `sealSecrets` was given; any key that is still in `ENCRYPTION_KEYS` opens what it closed. */
export async function openSecrets(env: Env, sealed: string | null, of?: string): Promise<Secrets> {
  if (sealed === null) return {}
  const { compactDecrypt } = await import('jose')
  const keys = new Map(keysOf(env))
  const { plaintext, protectedHeader } = await compactDecrypt(
    sealed,
    ({ kid }) => {
      const key = keys.get(kid ?? '')
      if (!key) throw new Error(`ENCRYPTION_KEYS holds no key "${kid}"`)
      return key
    },
    { keyManagementAlgorithms: ['dir'], contentEncryptionAlgorithms: ['A256GCM'] },
  )
  if (protectedHeader.of !== of) throw new Error('The seal is of something else')
  return JSON.parse(new TextDecoder().decode(plaintext))
}

/** `kid:base64,kid:base64`: 256 bits each, the one that writes first. */
function keysOf(env: Env): [kid: string, key: Uint8Array][] {
  return (env.ENCRYPTION_KEYS ?? '')
    .split(',')
    .filter(Boolean)
    .map((entry) => {
      const [, kid = '', base64 = ''] = /^\s*([^:\s]+):([\w+/-]+=*)\s*$/.exec(entry) ?? []
      const key = Uint8Array.from(Buffer.from(base64, 'base64'))
      if (!kid || key.length !== 32) throw new Error('ENCRYPTION_KEYS is malformed')
      return [kid, key]
    })
}
