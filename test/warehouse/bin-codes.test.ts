import { expect, test } from 'vitest'
import { binCodes } from '../../src/domain/warehouse/bin-codes.ts'

test('runs through letters and numbers, and keeps what stands between', () => {
  expect(binCodes('A-01', 'B-02')).toEqual(['A-01', 'A-02', 'B-01', 'B-02'])
  expect(binCodes('A-09', 'A-11')).toEqual(['A-09', 'A-10', 'A-11'])
  expect(binCodes('rek é 1', 'rek é 3')).toEqual(['rek é 1', 'rek é 2', 'rek é 3'])
  expect(binCodes('DOCK', 'DOCK')).toEqual(['DOCK'])
  expect(binCodes('A1a', 'A1c')).toEqual(['A1a', 'A1b', 'A1c'])
  expect(binCodes('0001', '1000')).toHaveLength(1000)
})

test('answers nothing for codes of another form, backwards, or too many', () => {
  for (const [from, to] of [
    ['A-02', 'A-01'],
    ['A-1', 'A-10'],
    ['A-01', 'A/01'],
    ['A-01', 'A-B1'],
    ['A-01', '1-01'],
    ['A', 'b'],
    ['0000', '1000'],
    ['A-001', 'B-999'],
    ['0', '99999999999999999999'],
    ['00000000000000000000', '00000000000000000009'],
  ] as const) {
    expect(binCodes(from, to), `${from} to ${to}`).toBeUndefined()
  }
})
