import type { Parcel, Party } from '../shipping-provider.ts'

/** UPS's services, by what we call them; the first is the usual one. */
export const upsServices = {
  standard: '11',
  saver: '65',
  express: '07',
  express_plus: '54',
  expedited: '08',
} as const

const longestLine = 35
const mostLines = 3

/** An address in UPS's lines, broken between words; undefined when it does not fit. */
export function addressLines(address: string): string[] | undefined {
  const lines: string[] = []
  for (const word of address.trim().split(/\s+/)) {
    const last = lines.at(-1)
    const longer = last === undefined ? word : `${last} ${word}`
    if (longer.length <= longestLine) lines[Math.max(lines.length - 1, 0)] = longer
    else lines.push(word)
  }
  const fits = lines.length <= mostLines && lines.every((line) => line.length <= longestLine)
  return fits ? lines : undefined
}

/** What UPS is asked for a label; a return goes from the customer to the shop, which pays all the same. */
export function shipmentRequest(parcel: Parcel, account_number: string) {
  const { from, to, shop, is_return, reference, service } = parcel
  const code = upsServices[(service ?? 'standard') as keyof typeof upsServices]
  const references = reference ? [{ Value: short(reference) }] : undefined
  return {
    ShipmentRequest: {
      Request: { RequestOption: 'nonvalidate', SubVersion: '2205' },
      Shipment: {
        Description: is_return ? 'Device to be repaired' : 'Repaired device',
        ...(is_return && { ReturnService: { Code: printedReturnLabel } }),
        Shipper: { ...partyOf(shop), ShipperNumber: account_number },
        ShipTo: partyOf(to),
        ShipFrom: partyOf(from),
        PaymentInformation: {
          ShipmentCharge: [{ Type: '01', BillShipper: { AccountNumber: account_number } }],
        },
        // Within a country UPS takes references of packages only.
        ...(references && from.country !== to.country && { ReferenceNumber: references }),
        Service: { Code: code },
        Package: [
          {
            Description: 'Device',
            Packaging: { Code: '02' },
            PackageWeight: {
              UnitOfMeasurement: { Code: 'KGS' },
              Weight: tenths(parcel.weight_kg),
            },
            ...(references && from.country === to.country && { ReferenceNumber: references }),
          },
        ],
      },
      LabelSpecification: {
        LabelImageFormat: { Code: 'GIF' },
        LabelStockSize: { Height: '6', Width: '4' },
      },
    },
  }
}

const printedReturnLabel = '9'

const short = (text: string) => text.slice(0, longestLine)

/** UPS weighs to the tenth, in five characters; never less than it is. */
const tenths = (weight_kg: number) => (Math.ceil(weight_kg * 10 - 1e-9) / 10).toFixed(1)

function partyOf({ name, contact, phone, email, ...place }: Party) {
  return {
    Name: short(name),
    AttentionName: short(contact || name),
    ...(phone && { Phone: { Number: phone.replace(/\D/g, '').slice(0, 15) } }),
    // A longer one would be another address.
    ...(email && email.length <= 50 && { EMailAddress: email }),
    Address: {
      AddressLine: addressLines(place.address) ?? [short(place.address)],
      City: place.city.slice(0, 30),
      PostalCode: place.postal_code.replace(/\s/g, '').slice(0, 9),
      CountryCode: place.country,
    },
  }
}
