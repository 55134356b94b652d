const minute = 60
const hour = 60 * minute

/** Seconds until the next try, after the first, the second … failure; one failure more is final. */
const usual_s = [5, 30, 3 * minute, 18 * minute, hour, 3 * hour, 6 * hour, 12 * hour]

/** As Standard Webhooks 1.0.0 has it: ten tries in three days. */
const webhook_s = [
  5,
  5 * minute,
  30 * minute,
  2 * hour,
  5 * hour,
  10 * hour,
  14 * hour,
  20 * hour,
  24 * hour,
]

/**
 * How long to wait after a failed try; null when it was the last.
 *
 * @param attempts tries so far
 * @param wish_s what the other side asked for
 */
export function delayOf(kind: string, attempts: number, wish_s: number | null = null) {
  const wait_s = (kind === 'webhook' ? webhook_s : usual_s)[attempts - 1]
  if (wait_s === undefined) return null
  // Up to a tenth more, so that what failed together does not come back together.
  return Math.max(wish_s ?? 0, Math.round(wait_s * (1 + Math.random() / 10)))
}
