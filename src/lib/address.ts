/** Where somebody lives, in the parts that carriers and audit files ask for. */
export interface House {
  street: string
  number: string
  /** `2 hs`; empty for most. */
  addition: string
}

/** `Dam 1-2 hs`: the first number after the name of a street, and what follows it. */
const numberLast = /^(?<street>\d*\P{N}*?\p{L}.*?)[\s,]+(?<number>\d{1,5})[\s,/-]*(?<addition>.*)$/u
/** `12 Rue de la Paix`, as in France. */
const numberFirst =
  /^(?<number>\d{1,5})(?!e\b)\s?(?<addition>\p{L}|bis|ter|)[\s,]+(?<street>\p{L}.+)$/u

/** The parts of an address in one line; undefined when it has no number. */
export function houseOf(address: string): House | undefined {
  const line = address.trim().replace(/\s+/g, ' ')
  const {
    street,
    number,
    addition = '',
  } = (numberLast.exec(line) ?? numberFirst.exec(line))?.groups ?? {}
  if (!street || !number) return undefined
  return { street, number, addition: addition.trim() }
}
