import { optionalText, text } from '../../schema.ts'

/** A header must not start another one. */
export const isOneLine = [
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it refuses.
  (value: string) => !/[\u0000-\u001f\u007f\u2028\u2029]/.test(value),
  'must be a single line',
] as const

/** Text that becomes part of a mail's headers. */
export const oneLine = (max: number) => text(max).refine(...isOneLine)

/** The same, where it may be absent. */
export const optionalLine = () =>
  optionalText().refine((value) => !value || isOneLine[0](value), isOneLine[1])

/** Characters; a body of a request is at most 1 MB. */
export const longestHtml = 500_000
