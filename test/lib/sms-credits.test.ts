import { expect, test } from 'vitest'
import { creditsOf } from '../../src/lib/sms-credits.ts'

test.each([
  ['nothing', '', 1],
  ['160 plain characters', 'a'.repeat(160), 1],
  ['one more', 'a'.repeat(161), 2],
  ['two full parts', 'a'.repeat(306), 2],
  ['one more than two', 'a'.repeat(307), 3],
  ['letters of the alphabet of phones', 'àéèùìòÇØøÅåÆæßÉÄÖÑÜäöñüΔΦΓΛΩΠΨΣΘΞ@£$¥§¿¡¤'.repeat(3), 1],
  ['80 signs that count twice', '€'.repeat(80), 1],
  ['one more of them', '€'.repeat(81), 2],
  ['all that count twice', '\f^{}\\[~]|€'.repeat(8), 1],
  ['one that would be torn between two parts', `${'a'.repeat(152)}€${'a'.repeat(152)}`, 3],
  ['70 characters of any script', 'ё'.repeat(70), 1],
  ['one more of them', 'ё'.repeat(71), 2],
  ['two full parts of them', 'ё'.repeat(134), 2],
  ['one more than two of them', 'ё'.repeat(135), 3],
  ['one letter that phones do not know', `ç${'a'.repeat(69)}`, 1],
  ['with 70 others', `ç${'a'.repeat(70)}`, 2],
  ['35 emoji', '😀'.repeat(35), 1],
  ['36 emoji', '😀'.repeat(36), 2],
  ['67 emoji, none of them torn', '😀'.repeat(67), 3],
  ['1600 plain characters', 'a'.repeat(1600), 11],
])('%s', (_, text, credits) => {
  expect(creditsOf(text)).toBe(credits)
})
