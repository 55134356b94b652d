import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import * as z from 'zod'

/** OWASP's scrypt for a 128 MB isolate: N=2^14, r=8, p=5 takes 16 MiB. */
const cost = { N: 2 ** 14, r: 8, p: 5 }
const prefix = `$scrypt$ln=14,r=${cost.r},p=${cost.p}$`

/** A password to be set; long ones are welcome, nothing is cut off. */
export const newPassword = () =>
  z
    .string()
    .min(8)
    .max(256)
    .meta({ examples: ['a long password'] })

/** PHC form: `$scrypt$ln=14,r=8,p=5$salt$hash`. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16)
  return `${prefix}${encode(salt)}$${encode(await derive(password, salt))}`
}

/**
 * Is it this password, and should the stored hash be replaced? An imported Laravel account holds bcrypt
 * (`$2y$`). Without a hash (no such account) the work is done all the same, so that time tells nothing.
 */
export async function verifyPassword(
  password: string,
  stored: string | null,
): Promise<{ matches: boolean; outdated: boolean }> {
  if (stored?.startsWith('$2')) {
    const { default: bcrypt } = await import('bcryptjs')
    return { matches: await bcrypt.compare(password, stored), outdated: true }
  }
  const [salt, hash] = (stored ?? dummy).slice(prefix.length).split('$')
  const derived = await derive(password, Buffer.from(salt ?? '', 'base64'))
  const expected = Buffer.from(hash ?? '', 'base64')
  const matches = expected.length === derived.length && timingSafeEqual(derived, expected)
  return { matches: matches && stored !== null, outdated: false }
}

const dummy = `${prefix}${'A'.repeat(22)}$${'A'.repeat(43)}`

const encode = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '')

function derive(password: string, salt: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFC'), salt, 32, cost, (error, key) =>
      error ? reject(error) : resolve(key),
    )
  })
}
