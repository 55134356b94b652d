/** Takes out of a text what may tell who somebody is, or opens a device, before it leaves the house. */

/** Two letters of a postcode are no unit: `4096 MB` stays. */
const units = '(?!(?:MB|GB|TB|KB|HZ|MM|CM|PX)\\b)'

const rules: [kind: string, pattern: RegExp][] = [
  ['e-mail', /[\p{L}\p{N}._%+-]+@[\p{L}\p{N}.-]+\.\p{L}{2,}/giu],
  ['link', /\bhttps?:\/\/\S+/gi],
  ['iban', /\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b/gi],
  // `code: 1234`, `wachtwoord is geheim`.
  [
    'secret',
    /(?<=\b(?:password|passcode|wachtwoord|toegangscode|pincode|pin|code|patroon)\b(?:\s+(?:is|:|=)|\s*[:=])?\s+|\b(?:password|passcode|wachtwoord|toegangscode|pincode|pin|code)[:=])(?!is\b|not\b|niet\b|lock|entry)\S+/gi,
  ],
  [
    'serial number',
    /(?<=\b(?:serial(?: number| no\.?)?|serienummer|s\/n|sn|imei|vin|kenteken|plate)(?:\s+is)?[:=\s]\s*)(?=\S*\d)[\w-]+/gi,
  ],
  // Of six signs or more with letters and digits in groups: AB-12-CD, 1-ABC-23.
  ['plate', /\b(?=[A-Z0-9-]*\d)(?=[A-Z0-9-]*[A-Z])[A-Z0-9]{1,3}-[A-Z0-9]{2,3}-[A-Z0-9]{1,3}\b/g],
  // Phone numbers, IMEIs, and whatever else has seven digits.
  ['number', /(?<![\p{L}\p{N}])(?:\+|00)?\d(?:[\s()./-]{0,2}\d){6,}(?![\p{L}\p{N}])/gu],
  ['serial number', /\b(?=[A-Z0-9]*\d[A-Z0-9]*\d)(?=[A-Z0-9]*[A-Z])[A-Z0-9]{10,}\b/g],
  ['postcode', new RegExp(`\\b[1-9]\\d{3} ?${units}[A-Z]{2}\\b(?: ?\\d+)?`, 'g')],
]

/**
 * The text with `[e-mail]`, `[number]` and so on in place of what is personal.
 *
 * @param names of the people it may speak of; single letters are left alone
 */
export function withoutPersonalData(text: string, names: readonly string[] = []): string {
  const masked = rules.reduce((rest, [kind, pattern]) => rest.replace(pattern, `[${kind}]`), text)
  const words = names.flatMap((name) => [name, ...name.split(/\s+/)])
  return [...new Set(words)]
    .filter((word) => word.length > 2 || (word.length === 2 && /^\p{Lu}/u.test(word)))
    .sort((a, b) => b.length - a.length)
    .reduce((rest, word) => rest.replace(whole(word), '[name]'), masked)
    .replace(/\[name\](?:\s+\[name\])+/g, '[name]')
}

const whole = (word: string) => {
  const literal = word.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
  return new RegExp(`(?<![\\p{L}\\p{N}])${literal}(?![\\p{L}\\p{N}])`, 'giu')
}
