import { sha256Hex } from '../lib/digest.ts'

/**
 * `"<version>-<digest>"`: the version is the row's `updated_at` in microseconds and is what If-Match
 * compares; the digest is of the whole answer, names of other records included, for If-None-Match.
 */
export function etagOf(updated_at: string, body: string): string {
  const digest = sha256Hex(body).slice(0, 16)
  return `"${microseconds(updated_at)}-${digest}"`
}

/** The versions named by an If-Match header; none for `*`, which any existing record matches. */
export function versionsOf(if_match: string): string[] | undefined {
  if (if_match.trim() === '*') return undefined
  return if_match.split(',').map(
    (tag) =>
      tag
        .trim()
        .replace(/^W\/|"/g, '')
        .split('-')[0] ?? '',
  )
}

/** Does an If-None-Match header name this answer? A proxy that compresses may have made the tag weak. */
export const names = (if_none_match: string | undefined, etag: string) =>
  if_none_match?.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag) ?? false

/** Postgres writes `2026-03-27 10:00:00.123456+00`, dropping trailing zeros. */
function microseconds(timestamp: string): string {
  const fraction = /\.(\d+)/.exec(timestamp)?.[1] ?? ''
  const seconds = Math.floor(new Date(timestamp).getTime() / 1000)
  return `${seconds}${fraction.padEnd(6, '0')}`
}
