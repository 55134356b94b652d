import * as z from 'zod'

const Coded = z.array(z.object({ errorCode: z.string() })).min(1)
const Fields = z.object({ modelState: z.record(z.string(), z.unknown()) })
const Plain = z.union([
  z.object({ message: z.string() }),
  z.object({ Message: z.string() }).transform(({ Message }) => ({ message: Message })),
])

/**
 * What SnelStart says of a refusal, in one of its three shapes: its codes, the fields that it did not like, or
 * its sentence about the request as a whole. Sentences about fields may repeat what those held.
 */
export function sentenceOf(body: unknown): string | undefined {
  const codes = Coded.safeParse(body).data?.map(({ errorCode }) => errorCode)
  const fields = Object.keys(Fields.safeParse(body).data?.modelState ?? {})
  const named = codes ?? fields
  return named.length > 0 ? `${named.join(', ')}.` : Plain.safeParse(body).data?.message
}
