import { addressLines, upsServices } from '../../integrations/ups/shipment-request.ts'
import { houseOf } from '../../lib/address.ts'
import type { carriers } from './tables.ts'

export type Carrier = (typeof carriers)[number]

/** What a carrier takes. */
interface Terms {
  name: string
  most_kg: number
  /** The first is the usual one. */
  services: readonly [string, ...string[]]
  longestName: number
  longestCity: number
  /** What is wrong with a street and number; undefined when it can be printed. */
  problemOf(address: string): string | undefined
  /** It wants to know whom to call before a parcel crosses a border. */
  callsAcrossBorders: boolean
  /** A repetition of an order is a second label, though its number is the same. */
  repeats: boolean
  /** It takes labels back. */
  voids: boolean
}

export const terms: Record<Carrier, Terms> = {
  ups: {
    name: 'UPS',
    most_kg: 70,
    services: Object.keys(upsServices) as [string, ...string[]],
    longestName: 35,
    longestCity: 30,
    problemOf: (address) =>
      addressLines(address) ? undefined : 'must fit in three lines of 35 characters',
    callsAcrossBorders: true,
    repeats: true,
    voids: true,
  },
  dhl: {
    name: 'DHL',
    most_kg: 31.5,
    services: ['door', 'letterbox'],
    longestName: 80,
    longestCity: 80,
    problemOf: (address) =>
      houseOf(address) ? undefined : 'must have a street and a house number',
    callsAcrossBorders: false,
    repeats: false,
    voids: false,
  },
}
