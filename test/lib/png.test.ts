import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isWholePng, pngHeader } from '../../src/lib/png.ts'
import { chunk, pngOf, signaturePng } from '../pricing/agreeing.ts'

describe('a whole PNG', () => {
  test.each([
    [0, 1],
    [0, 2],
    [0, 16],
    [2, 8],
    [2, 16],
    [3, 4],
    [4, 8],
    [6, 8],
    [6, 16],
  ] as const)('of colour type %i with %i bits', (colour, depth) => {
    const png = pngOf({ width: 13, height: 5, colour, depth })
    expect(pngHeader(png)).toMatchObject({ width: 13, height: 5 })
    expect(isWholePng(png)).toBe(true)
  })

  test('that is interlaced', () => {
    // 5 × 3 pixels of one byte: passes of 1×1, 1×1, none, 1×1, 3×1, 2×2 and 5×1.
    const rows = [
      [1, 1],
      [1, 1],
      [1, 1],
      [3, 1],
      [2, 2],
      [5, 1],
    ]
    const size = rows.reduce((sum, [columns = 0, count = 0]) => sum + count * (1 + columns), 0)
    const picture = { width: 5, height: 3, colour: 0, interlaced: true } as const
    expect(isWholePng(pngOf({ ...picture, pixels: new Uint8Array(size) }))).toBe(true)
    expect(isWholePng(pngOf({ ...picture, pixels: new Uint8Array(size + 1) }))).toBe(false)
  })
})

describe('no PNG', () => {
  const png = signaturePng()

  test.each<[string, Buffer]>([
    ['nothing', Buffer.alloc(0)],
    ['text', Buffer.from('x'.repeat(100))],
    ['a JPEG', Buffer.concat([Buffer.from('ffd8ffe0', 'hex'), Buffer.alloc(100)])],
    ['the signature alone', png.subarray(0, 8)],
    ['no width', pngOf({ width: 0, height: 5 })],
    ['a bit depth that is none', pngOf({ width: 5, height: 5, depth: 7 })],
  ])('%s has no header', (_, bytes) => {
    expect(pngHeader(bytes)).toBeUndefined()
    expect(isWholePng(bytes)).toBe(false)
  })

  test.each<[string, Buffer]>([
    ['too few pixels', pngOf({ width: 50, height: 50, pixels: new Uint8Array(50) })],
    ['too many pixels', pngOf({ width: 5, height: 5, pixels: new Uint8Array(5000) })],
    ['an unknown filter', pngOf({ width: 1, height: 1, pixels: Buffer.from([5, 0, 0, 0, 0]) })],
    ['no end', png.subarray(0, png.length - 12)],
    ['something behind its end', Buffer.concat([png, chunk('IDAT', Buffer.alloc(3))])],
  ])('%s', (_, bytes) => {
    expect(pngHeader(bytes)).toBeDefined()
    expect(isWholePng(bytes)).toBe(false)
  })

  test('when any byte is another, or the end is missing', () => {
    fc.assert(
      fc.property(fc.nat(png.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const broken = Buffer.from(png)
        broken[at] = (broken[at] ?? 0) ^ change
        return !isWholePng(broken) && !isWholePng(png.subarray(0, at))
      }),
    )
  })
})
