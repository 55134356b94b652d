/**
 * How long the other side asks us to wait, in seconds from now: of a `Retry-After` in seconds or as a date
 * (RFC 9110 §10.2.3). null when it does not ask, or not in a way that can be read.
 */
export function retryAfter_s(text: string | null | undefined, now_ms: number): number | null {
  const wish = text?.trim()
  if (!wish) return null
  const wish_s = /^\d+(\.\d+)?$/.test(wish) ? Number(wish) : (Date.parse(wish) - now_ms) / 1000
  return Number.isNaN(wish_s) ? null : Math.max(Math.ceil(wish_s), 0)
}
