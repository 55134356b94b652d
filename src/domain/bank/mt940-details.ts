import { accountOf } from './statement.ts'

/** What `:86:` says of a line; undefined where it does not. */
interface Details {
  name: string | undefined
  iban: string | undefined
  description: string
  end_to_end_id: string | undefined
}

/** Code words of the structured form (ING, Rabobank, ABN AMRO, Knab): `/EREF/…/REMI/…`. */
const codes =
  'EREF|PREF|IREF|KREF|CNTP|REMI|BENM|ORDP|NAME|IBAN|BIC|TRTP|TRCD|MARF|CSID|ISDT|RTRN|PURP|ULTC|ULTD|ULTB|ACCW|ADDR'
const byCode = new RegExp(`/(${codes})(?=/)`)

/** Labels of ABN AMRO's form for people: `IBAN: … NAAM: … OMSCHRIJVING: …`. */
const byLabel = /\b(IBAN|BIC|NAAM|OMSCHRIJVING|KENMERK|MACHTIGING|INCASSANT|BETALINGSKENM\.):/

/** The information to the account owner, by code words, by labels, or as it stands. */
export function detailsOf(information: string): Details {
  // A structured text is broken wherever its line is full.
  const joined = information.replaceAll('\n', '')
  if (joined.startsWith('/') && byCode.test(joined)) return structured(joined)
  const spaced = information.replaceAll('\n', ' ').replace(/\s+/g, ' ').trim()
  return byLabel.test(spaced) ? labelled(spaced) : as(spaced)
}

const as = (description: string): Details => ({
  name: undefined,
  iban: undefined,
  description,
  end_to_end_id: undefined,
})

/** What stands behind each mark, the first time that it does. */
function partsOf(text: string, mark: RegExp): Map<string, string> {
  const [, ...pieces] = text.split(mark)
  const parts = new Map<string, string>()
  for (let at = 0; at < pieces.length; at += 2) {
    const [name = '', value = ''] = pieces.slice(at, at + 2)
    if (!parts.has(name)) parts.set(name, value.replace(/^\//, '').trim())
  }
  return parts
}

function structured(text: string): Details {
  const parts = partsOf(text, byCode)
  // ING: account, BIC, name, city.
  const [iban, , name] = parts.get('CNTP')?.split('/') ?? []
  const account = parts.get('IBAN') ?? iban
  return {
    name: withoutSlashes(parts.get('NAME')) ?? name,
    iban: account === undefined ? undefined : accountOf(account.replaceAll('/', '')),
    description: remittance(parts.get('REMI') ?? '') || (parts.get('TRTP') ?? ''),
    end_to_end_id: withoutSlashes(parts.get('EREF')),
  }
}

const withoutSlashes = (text: string | undefined) => text?.replace(/\/+$/, '')

/** `USTD//words`, `STRD/CUR/reference`, or the words as they are. */
const remittance = (text: string) =>
  text.replace(/^(USTD|STRD)\/(CUR|ISO)?\/?/, '').replace(/\/+$/, '')

function labelled(text: string): Details {
  const parts = partsOf(text, byLabel)
  const words = ['OMSCHRIJVING', 'BETALINGSKENM.'].map((label) => parts.get(label) ?? '')
  return {
    name: parts.get('NAAM'),
    iban: accountOf(parts.get('IBAN') ?? ''),
    description: words.join(' ').trim() || text,
    end_to_end_id: parts.get('KENMERK'),
  }
}
