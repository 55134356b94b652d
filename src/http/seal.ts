import { hexToBytes } from '@noble/hashes/utils.js'
import { sha256Hex } from '../lib/digest.ts'

/**
 * Encrypts an answer that holds a secret, so that only the bearer of the token that got it reads it
 * again: the database knows that token's hash alone, and no key can be made of that.
 */
export async function seal(text: string, authorization: string): Promise<string> {
  const { CompactEncrypt } = await import('jose')
  return new CompactEncrypt(new TextEncoder().encode(text))
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
    .encrypt(keyOf(authorization))
}

/** What `seal` was given. Throws when the token is another one. */
export async function unseal(sealed: string, authorization: string): Promise<string> {
  const { compactDecrypt } = await import('jose')
  const { plaintext } = await compactDecrypt(sealed, keyOf(authorization))
  return new TextDecoder().decode(plaintext)
}

/** 256 bits; the secret is random, so a plain hash is enough. `Bearer 5|x` and `Bearer x` are one token. */
const keyOf = (authorization: string) =>
  hexToBytes(sha256Hex(`idempotent answer\n${authorization.replace(/^.*[|\s]/, '')}`))
