import { type FakeRequest, startFake } from './provider.ts'

interface Business {
  name: string
  address: string
}

const known = new Set(['countryCode', 'vatNumber', 'requesterMemberStateCode', 'requesterNumber'])
const memberStates =
  /^(AT|BE|BG|CY|CZ|DE|DK|EE|EL|ES|FI|FR|HR|HU|IE|IT|LT|LU|LV|MT|NL|PL|PT|RO|SE|SI|SK|XI)$/

/** The numbers of the Commission's own test service, by their last three digits in a Danish number. */
const testCases: Record<string, string> = {
  '201': 'INVALID_INPUT',
  '202': 'INVALID_REQUESTER_INFO',
  '300': 'SERVICE_UNAVAILABLE',
  '301': 'MS_UNAVAILABLE',
  '302': 'TIMEOUT',
  '400': 'VAT_BLOCKED',
  '401': 'IP_BLOCKED',
  '500': 'GLOBAL_MAX_CONCURRENT_REQ',
  '501': 'GLOBAL_MAX_CONCURRENT_REQ_TIME',
  '600': 'MS_MAX_CONCURRENT_REQ',
  '601': 'MS_MAX_CONCURRENT_REQ_TIME',
}

const failure = (error: string, status = 200) => ({
  status,
  body: { actionSucceed: false, errorWrappers: [{ error }] },
})

/** VIES on loopback. `businesses` are the numbers that are valid, with their country. */
export async function startVies() {
  const businesses = new Map<string, Business>([
    ['NL123456789B01', { name: 'ACME BV', address: '\nSTRAAT 1\n1011AB AMSTERDAM\n' }],
    ['DE123456789', { name: '---', address: '---' }],
  ])
  const requesters = new Set<string>()
  const coming: string[] = []

  function check({ headers, body }: FakeRequest) {
    if (headers['content-type'] !== 'application/json') return failure('VOW-ERR-11', 400)
    const question = JSON.parse(body) as Record<string, string>
    const { countryCode = '', vatNumber = '', requesterMemberStateCode, requesterNumber } = question
    if (Object.keys(question).some((key) => !known.has(key))) return failure('VOW-ERR-11', 400)
    if (!memberStates.test(countryCode) || !/^[0-9A-Z+*]{2,12}$/.test(vatNumber)) {
      return failure('INVALID_INPUT', 400)
    }
    const error =
      coming.shift() ?? (countryCode === 'DK' ? testCases[vatNumber.slice(-3)] : undefined)
    const requester = requesterNumber && `${requesterMemberStateCode}${requesterNumber}`
    if (error === 'INVALID_REQUESTER_INFO' && !requester) return valid(question, undefined)
    if (error) return failure(error)
    if (requester && !requesters.has(requester)) return failure('INVALID_REQUESTER_INFO')
    return valid(question, requester)
  }

  function valid({ countryCode, vatNumber }: Record<string, string>, requester?: string) {
    const business = businesses.get(`${countryCode}${vatNumber}`)
    return {
      status: 200,
      body: {
        countryCode,
        vatNumber,
        requestDate: new Date().toISOString(),
        valid: business !== undefined,
        requestIdentifier: requester && business ? 'WAPIAAAAYhF3kEnI' : '',
        name: business?.name ?? '---',
        address: business?.address ?? '---',
        traderNameMatch: 'NOT_PROCESSED',
      },
    }
  }

  const fake = await startFake({
    handle: (request) =>
      `${request.method} ${request.url.pathname}` === 'POST /check-vat-number'
        ? check(request)
        : { status: 404, body: {} },
  })
  return {
    ...fake,
    businesses,
    requesters,
    /** The next questions end so, whatever they ask. */
    fail: (...errors: string[]) => coming.push(...errors),
  }
}
