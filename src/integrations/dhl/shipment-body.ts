import { houseOf } from '../../lib/address.ts'
import type { Parcel, Party } from '../shipping-provider.ts'

export interface ShipmentBody {
  parcel: Parcel
  account_id: string
  parcel_type: string
  /** How it is delivered: DOOR, BP. */
  option: string
}

/** What DHL is asked for a label. */
export function shipmentBody({ parcel, account_id, parcel_type, option }: ShipmentBody) {
  const { request_id, reference, from, to, weight_kg } = parcel
  return {
    shipmentId: request_id,
    ...(reference && { orderReference: reference }),
    accountId: account_id,
    receiver: partyOf(to),
    shipper: partyOf(from),
    options: [{ key: option }, ...(reference ? [{ key: 'REFERENCE', input: reference }] : [])],
    // A return is a parcel from the customer; this would add a second label to one that goes there.
    returnLabel: false,
    pieces: [{ parcelType: parcel_type, quantity: 1, weight: weight_kg }],
    application: 'repair-angel',
  }
}

function partyOf({ name, contact, phone, email, ...place }: Party) {
  const { street, number, addition } = houseOf(place.address) ?? {
    street: place.address,
    number: '',
    addition: '',
  }
  const [firstName = '', ...rest] = (contact || name).split(' ')
  return {
    name: { firstName, lastName: rest.join(' '), companyName: contact ? name : '' },
    address: {
      countryCode: place.country,
      postalCode: place.postal_code.replace(/\s/g, '').toUpperCase(),
      city: place.city,
      street,
      number,
      addition,
      isBusiness: false,
    },
    ...(email && { email }),
    ...(phone && { phoneNumber: phone }),
  }
}
