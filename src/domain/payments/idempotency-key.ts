import { sha256Hex } from '../../lib/digest.ts'

/**
 * The key under which a provider does a request once: a UUID, as Mollie asks, made of all that the request
 * says, so that the same request has the same key and another one never has.
 */
export function idempotencyKey(kind: 'payment' | 'refund', request: object): string {
  const hex = sha256Hex(`${kind}\n${JSON.stringify(request)}`)
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 3) | 8).toString(16)
  const digits = `${hex.slice(0, 12)}4${hex.slice(13, 16)}${variant}${hex.slice(17, 32)}`
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
