import type { FakeAnswer, FakeRequest } from './provider.ts'

/** The body as JSON with known fields only; what it holds otherwise is refused. */
export function strictJson(
  { headers, body }: FakeRequest,
  known: readonly string[],
  refuse: (why: string) => FakeAnswer,
): Record<string, unknown> {
  if (!headers['content-type']?.startsWith('application/json')) throw refuse('No JSON')
  const value = JSON.parse(body) as Record<string, unknown>
  const strange = Object.keys(value).find((key) => !known.includes(key))
  if (strange) throw refuse(`Unknown field ${strange}`)
  return value
}
