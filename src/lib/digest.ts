import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'

/**
 * SHA-256 as hex. Every request hashes its token, and node:crypto's hash builds a stream per call in
 * workerd: a sixth of the whole request's time.
 */
export const sha256Hex = (value: string | Uint8Array): string =>
  bytesToHex(sha256(typeof value === 'string' ? utf8ToBytes(value) : value))

/** Compares digests: how long that takes tells nothing of where the two differ. */
export const isSameSecret = (a: string, b: string): boolean => sha256Hex(a) === sha256Hex(b)
