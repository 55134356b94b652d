/** Length of an IBAN per country (SWIFT IBAN Registry); others are held to 15–34. */
const lengths: Record<string, number> = { NL: 18, BE: 16, DE: 22, FR: 27, LU: 20, AT: 20, ES: 24 }

/** Is it an IBAN? Capitals without spaces; ISO 13616: mod 97 of the rearranged digits is 1. */
export function isIban(iban: string): boolean {
  if (!/^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/.test(iban)) return false
  const length = lengths[iban.slice(0, 2)]
  if (length !== undefined && iban.length !== length) return false
  const rearranged = iban.slice(4) + iban.slice(0, 4)
  const digits = rearranged.replace(/[A-Z]/g, (letter) => String(letter.charCodeAt(0) - 55))
  return BigInt(digits) % 97n === 1n
}
