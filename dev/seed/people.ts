import type { Random } from './random.ts'

const firstNames =
  'Anna Bram Carlijn Daan Emma Fatima Gijs Hanna Ibrahim Julia Kees Lotte Mohamed Noor Olaf Pieter Quinten Roos Sem Tess Umut Vera Willem Yara Zoë Jan Sanne Thijs Eva Lars Fleur Ruben Anouk Joris Maaike Stijn Esra Sander Iris Youssef'.split(
    ' ',
  )
const lastNames =
  'de Jong,Jansen,de Vries,van den Berg,van Dijk,Bakker,Janssen,Visser,Smit,Meijer,de Boer,Mulder,de Groot,Bos,Vos,Peters,Hendriks,van Leeuwen,Dekker,Brouwer,de Wit,Dijkstra,Smits,de Graaf,van der Meer,Yılmaz,El Amrani,Kaya,van der Linden,Kok,Jacobs,Vermeulen,van den Heuvel,Nguyen,Schouten,Willems,Hoekstra,Koster,Verhoeven,Prins'.split(
    ',',
  )
const streets =
  'Kinkerstraat,Overtoom,Bilderdijkstraat,Javastraat,Ceintuurbaan,Haarlemmerdijk,Linnaeusstraat,Jan Evertsenstraat,Spaarndammerstraat,Czaar Peterstraat,Admiraal de Ruijterweg,Beukenweg'.split(
    ',',
  )
const places = [
  ['Amsterdam', '10'],
  ['Amsterdam', '10'],
  ['Amsterdam', '10'],
  ['Amstelveen', '11'],
  ['Zaandam', '15'],
  ['Haarlem', '20'],
  ['Diemen', '11'],
  ['Almere', '13'],
] as const
const trades = ['Bouw', 'Schilderwerken', 'Advocaten', 'Tandartsen', 'Logistiek', 'Horeca', 'Media']
const forms = ['B.V.', 'V.O.F.', 'Holding B.V.']
const letters = 'ABCDEGHJKLMNPRSTVWXZ'.split('')

export interface Address {
  address: string
  postal_code: string
  city: string
}

export interface Person extends Address {
  first_name: string
  last_name: string
  email: string | null
  phone: string
  /** Place of the company in the list of companies; absent for a private customer. */
  company?: number
}

export function inventAddress(random: Random): Address {
  const [city, zone] = random.pick(places)
  return {
    address: `${random.pick(streets)} ${random.between(1, 240)}`,
    postal_code: `${zone}${random.digits(2)} ${random.pick(letters)}${random.pick(letters)}`,
    city,
  }
}

/** A customer; `example` is the domain that no mail ever reaches. */
export function inventPerson(random: Random): Person {
  const first_name = random.pick(firstNames)
  const last_name = random.pick(lastNames)
  const mailbox = `${first_name}.${last_name}`.normalize('NFD').toLowerCase()
  const email = `${mailbox.replace(/[^a-z.]/g, '')}${random.between(1, 99)}@mail.example`
  return {
    first_name,
    last_name,
    email: random.chance(0.85) ? email : null,
    phone: random.chance(0.9)
      ? `06-${random.digits(8)}`
      : `020 ${random.digits(3)} ${random.digits(4)}`,
    ...inventAddress(random),
  }
}

export function inventCompany(random: Random) {
  const name = `${random.pick(lastNames)} ${random.pick(trades)} ${random.pick(forms)}`
  const domain = name
    .normalize('NFD')
    .toLowerCase()
    .replace(/[^a-z]/g, '')
  return {
    name: name[0]?.toUpperCase() + name.slice(1),
    email: `administratie@${domain}.example`,
    phone: `020-${random.digits(7)}`,
    kvk_number: random.digits(8),
    vat_number: `NL${random.digits(9)}B01`,
    ...inventAddress(random),
    discount_pct: random.pick(['0', '0', '5', '10']),
    payment_term_days: random.pick([null, 14, 30]),
  }
}
