import { createHash, randomBytes } from 'node:crypto'

/** 40 characters of base62: 238 bits, so a plain SHA-256 is enough to store (ASVS 6.5.2). */
export function newSecret(): { secret: string; hash: string } {
  const secret = Array.from({ length: 40 }, randomCharacter).join('')
  return { secret, hash: hashOf(secret) }
}

export const hashOf = (secret: string) => createHash('sha256').update(secret).digest('hex')

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

/** Rejects the bytes that would make some characters likelier than others. */
function randomCharacter(): string {
  for (;;) {
    const [byte = 0] = randomBytes(1)
    const character = alphabet[byte % 64]
    if (character) return character
  }
}
