const tolerance_s = 300

/**
 * Does a header `t=…,v1=…` prove that the holder of the secret wrote this body, within five minutes of now?
 * Each `v1` is the hex HMAC-SHA256 of `t.body`; any one will do: there are two while a secret is being
 * replaced. Stripe and Moneybird sign so.
 */
export async function isSigned(
  body: Uint8Array,
  header: string,
  { secret, now_s }: { secret: string; now_s: number },
): Promise<boolean> {
  const parts = header.split(',').map((part) => part.trim().split('='))
  const time = parts.find(([name]) => name === 't')?.[1] ?? ''
  if (!/^\d{1,12}$/.test(time) || Math.abs(now_s - Number(time)) > tolerance_s) return false
  const encoder = new TextEncoder()
  const key = await crypto.subtle.importKey(
    'raw',
    encoder.encode(secret),
    { name: 'HMAC', hash: 'SHA-256' },
    false,
    ['verify'],
  )
  const signed = new Uint8Array([...encoder.encode(`${time}.`), ...body])
  const signatures = parts.flatMap(([name, value = '']) => (name === 'v1' ? [bytesOf(value)] : []))
  // Compares in constant time.
  const matches = await Promise.all(
    signatures.map((signature) => crypto.subtle.verify('HMAC', key, signature, signed)),
  )
  return matches.includes(true)
}

const bytesOf = (hex: string) =>
  Uint8Array.from(/^(?:[\da-f]{2})+$/i.test(hex) ? (hex.match(/../g) ?? []) : [], (pair) =>
    Number.parseInt(pair, 16),
  )
