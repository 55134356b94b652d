/**
 * The fifteen digits of an IMEI, written with or without spaces and dashes; undefined when it is none:
 * another length, or a last digit that does not check (Luhn, 3GPP TS 23.003 annex B).
 */
export function parseImei(value: string): string | undefined {
  const digits = value.replace(/[\s-]/g, '')
  return /^\d{15}$/.test(digits) && luhnSum(digits) % 10 === 0 ? digits : undefined
}

/** Every second digit from the right counts double, digit by digit: 8 → 16 → 7. */
function luhnSum(digits: string): number {
  return [...digits].reverse().reduce((sum, digit, place) => {
    const weighed = Number(digit) * (place % 2 === 0 ? 1 : 2)
    return sum + (weighed > 9 ? weighed - 9 : weighed)
  }, 0)
}
