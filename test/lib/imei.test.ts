import { expect, test } from 'vitest'
import { parseImei } from '../../src/lib/imei.ts'

test('reads an IMEI with or without separators', () => {
  for (const value of ['490154203237518', '49-015420-323751-8', '49 015420 323751 8']) {
    expect(parseImei(value)).toBe('490154203237518')
  }
})

test('one wrong digit anywhere is noticed', () => {
  const imei = '490154203237518'
  for (let place = 0; place < imei.length; place++) {
    for (let digit = 0; digit < 10; digit++) {
      const changed = imei.slice(0, place) + digit + imei.slice(place + 1)
      expect(parseImei(changed)).toBe(changed === imei ? imei : undefined)
    }
  }
})

test('other lengths and other characters are none', () => {
  for (const value of [
    '',
    '49015420323751',
    '4901542032375180',
    '49015420323751x',
    '٤٩٠١٥٤٢٠٣٢٣٧٥١٨',
  ]) {
    expect(parseImei(value)).toBeUndefined()
  }
})
