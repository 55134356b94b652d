import type { Json } from '../harness/client.ts'
import { secret } from '../harness/secrets.ts'
import { type FakeAnswer, type FakeRequest, startFake } from './provider.ts'

interface Made {
  tracking_code: string
  request: Json
  voided: boolean
}

interface News {
  status: string
  /** D: delivered. */
  type: string
  activity?: { date: string; city: string; description: string; gmtTime?: string }[]
}

const refusal = (status: number, code: string, message: string): FakeAnswer => ({
  status,
  body: { response: { errors: [{ code, message }] } },
})

/** A number that UPS gives for tests: it was delivered, and may be voided as often as one likes. */
export const delivered = '1Z12345E0205271688'

/** The smallest GIF there is. */
export const gif = 'R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7'

/** UPS's tokens, labels and tracking as its descriptions say, and strict about what it is sent. */
export async function startUps({ client_id = 'ups-client', client_secret = 'ups-secret' } = {}) {
  secret(client_secret)
  const account_number = 'A1B2C3'
  const made: Made[] = []
  const news = new Map<string, News>([[delivered, { status: 'Delivered', type: 'D' }]])
  const refused = new Map<string, string>()
  let tokens = 0
  let token = ''

  function giveToken({ headers, body }: FakeRequest): FakeAnswer {
    const basic = Buffer.from(`${client_id}:${client_secret}`).toString('base64')
    if (headers.authorization !== `Basic ${basic}`) {
      throw refusal(401, '10401', 'ClientId is Invalid')
    }
    if (body !== 'grant_type=client_credentials') throw refusal(400, '10400', 'Invalid grant')
    tokens += 1
    token = secret(`ups-token-${tokens}`)
    const times = { issued_at: '1760000000000', expires_in: '3599', refresh_count: '0' }
    const rest = { token_type: 'Bearer', status: 'approved', scope: '', client_id }
    return { status: 200, body: { ...rest, ...times, access_token: token } }
  }

  function ship({ body }: FakeRequest): FakeAnswer {
    const request: Json = JSON.parse(body)
    const { Shipment, LabelSpecification } = request.ShipmentRequest
    const { Shipper, ShipTo, ShipFrom, Package } = Shipment
    for (const party of [Shipper, ShipTo, ShipFrom]) checkParty(party)
    if (Shipper.ShipperNumber !== account_number) throw refusal(400, '120100', 'Invalid shipper')
    const isAbroad = ShipTo.Address.CountryCode !== ShipFrom.Address.CountryCode
    if (isAbroad && !(ShipTo.Phone && Shipper.Phone)) throw refusal(400, '120213', 'Phone required')
    const { Weight } = Package[0].PackageWeight
    if (!/^\d{1,3}\.\d$/.test(Weight) || Weight.length > 5 || Number(Weight) > 70) {
      throw refusal(400, '120500', 'Weight')
    }
    if (LabelSpecification.LabelImageFormat.Code !== 'GIF') throw refusal(400, '120900', 'Format')
    const code = refused.get(ShipTo.Name)
    if (code) throw refusal(400, code, `Not to ${ShipTo.Name}, says the fake`)
    const tracking_code = `1Z${account_number}${String(made.length + 1).padStart(10, '0')}`
    made.push({ tracking_code, request, voided: false })
    return {
      status: 200,
      body: {
        ShipmentResponse: {
          Response: { ResponseStatus: { Code: '1', Description: 'Success' } },
          ShipmentResults: {
            ShipmentCharges: { TotalCharges: { CurrencyCode: 'EUR', MonetaryValue: '12.34' } },
            ShipmentIdentificationNumber: tracking_code,
            PackageResults: [
              {
                TrackingNumber: tracking_code,
                ShippingLabel: {
                  ImageFormat: { Code: 'GIF', Description: 'GIF' },
                  GraphicImage: gif,
                  HTMLImage: '',
                },
              },
            ],
          },
        },
      },
    }
  }

  function cancel(path: string): FakeAnswer {
    const label: Pick<Made, 'voided'> | undefined = path.endsWith(`/${delivered}`)
      ? { voided: false }
      : made.find(({ tracking_code }) => path.endsWith(`/${tracking_code}`))
    if (!label) throw refusal(400, '190100', 'Invalid shipment identification number')
    if (label.voided) throw refusal(400, '190117', 'The shipment has already been voided')
    label.voided = true
    const Status = { Code: '1', Description: 'Voided' }
    const Response = { ResponseStatus: { Code: '1', Description: 'Success' } }
    return { status: 200, body: { VoidShipmentResponse: { Response, SummaryResult: { Status } } } }
  }

  function track(path: string): FakeAnswer {
    const number = path.slice(path.lastIndexOf('/') + 1)
    const told = news.get(number)
    if (!told && !made.some(({ tracking_code }) => tracking_code === number)) {
      throw refusal(404, 'TW0001', 'Tracking number information not found')
    }
    if (!told) {
      const warnings = [{ code: 'TW0001', message: 'Tracking Information Not Found' }]
      const shipment = [{ inquiryNumber: number, warnings }]
      return { status: 200, body: { trackResponse: { shipment } } }
    }
    const { status: description, type, activity = [] } = told
    const parcel = {
      trackingNumber: number,
      currentStatus: { code: '005', description, type },
      activity: activity.map(({ date, city, description, gmtTime = '74700' }) => ({
        date,
        time: '084700',
        gmtDate: date,
        gmtTime,
        gmtOffset: '+01:00',
        location: { address: { city, countryCode: 'NL' } },
        status: { type, code: 'DP', description },
      })),
    }
    const shipment = [{ inquiryNumber: number, package: [parcel] }]
    return { status: 200, body: { trackResponse: { shipment } } }
  }

  function handle(request: FakeRequest): FakeAnswer {
    const { method, url, headers } = request
    const path = url.pathname
    if (`${method} ${path}` === 'POST /security/v1/oauth/token') return giveToken(request)
    if (headers.authorization !== `Bearer ${token}`) {
      throw refusal(401, '250002', 'Invalid Authentication Information.')
    }
    const { transid, transactionsrc } = headers
    if (String(transid).length > 32 || !transactionsrc) throw refusal(400, '10002', 'Headers')
    if (`${method} ${path}` === 'POST /api/shipments/v2409/ship') return ship(request)
    if (/^DELETE \/api\/shipments\/v2409\/void\/cancel\//.test(`${method} ${path}`)) {
      return cancel(path)
    }
    if (/^GET \/api\/track\/v1\/details\//.test(`${method} ${path}`)) return track(path)
    throw refusal(404, '10404', 'Resource not found')
  }

  const descriptions = ['shipping', 'tracking', 'oauth_client_credentials']
  const fake = await startFake({
    handle,
    descriptions: descriptions.map((name) => `ups_${name}.yaml`),
  })
  return {
    ...fake,
    client_id,
    client_secret,
    account_number,
    made,
    /** What was sent to somebody. */
    to: (name: string) =>
      made.filter(({ request }) => request.ShipmentRequest.Shipment.ShipTo.Name === name),
    /** Labels to somebody are refused with a code. */
    refuse: (name: string, code: string) => refused.set(name, code),
    /** What UPS knows of a parcel. */
    tell: (tracking_code: string, what: News) => news.set(tracking_code, what),
    /** Ends the token. */
    withdraw: () => {
      token = 'withdrawn'
    },
  }
}

function checkParty({ Name, AttentionName, Phone, Address }: Json) {
  const { AddressLine, City, PostalCode, CountryCode } = Address
  const isFit =
    Name.length <= 35 &&
    AttentionName.length <= 35 &&
    (Phone === undefined || /^\d{5,15}$/.test(Phone.Number)) &&
    AddressLine.length <= 3 &&
    AddressLine.every((line: string) => line.length > 0 && line.length <= 35) &&
    City.length <= 30 &&
    /^[A-Z]{2}$/.test(CountryCode) &&
    (CountryCode !== 'NL' || /^\d{4}[A-Z]{2}$/.test(PostalCode))
  if (!isFit) throw refusal(400, '120202', 'Invalid address')
}
