/** No warehouse of a repair shop has more bins. */
const mostCodes = 1000

/**
 * All codes between two: `A-01` and `B-03` are `A-01` to `A-03` and `B-01` to `B-03`. Each letter and each
 * number runs from the first code's to the last one's; what stands between them is the same in both.
 *
 * @returns undefined when the codes are not of one form, and for more than 1000
 */
export function binCodes(from: string, to: string): string[] | undefined {
  const [first, last] = [partsOf(from), partsOf(to)]
  if (first.length !== last.length) return undefined
  let codes = ['']
  for (const [i, start] of first.entries()) {
    const run = runOf(start, last[i] ?? '')
    if (!run || codes.length * run.length > mostCodes) return undefined
    codes = codes.flatMap((code) => run.map((part) => code + part))
  }
  return codes
}

/** `A-01` → `A`, `-`, `01` */
const partsOf = (code: string) => code.match(/\d+|[A-Z]|[^\dA-Z]+/gi) ?? []

/** Numbers keep their length, so that their order as text is their order on the floor. */
function runOf(from: string, to: string): string[] | undefined {
  if (from === to) return [from]
  if (from.length !== to.length || from > to) return undefined
  if (/^\d{1,9}$/.test(from) && /^\d+$/.test(to)) {
    return range(Number(from), Number(to)).map((n) => String(n).padStart(from.length, '0'))
  }
  const isOneCase = /^[A-Z]{2}$|^[a-z]{2}$/.test(from + to)
  return isOneCase
    ? range(from.charCodeAt(0), to.charCodeAt(0)).map((n) => String.fromCharCode(n))
    : undefined
}

const range = (from: number, to: number) =>
  Array.from({ length: Math.min(to - from, mostCodes) + 1 }, (_, i) => from + i)
