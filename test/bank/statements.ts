import type { Client, Json } from '../harness/client.ts'

/** Invented accounts whose check digits are right. */
export const ibans = {
  ing: 'NL69INGB0123456789',
  rabo: 'NL44RABO0123456789',
  abn: 'NL02ABNA0123456789',
}

/** A line of a statement to write. */
export interface Line {
  date: string
  /** In euros. */
  amount: number
  name?: string
  iban?: string
  text?: string
  end_to_end_id?: string
  reference?: string
}

interface Sheet {
  iban: string
  opening?: number
  number?: string
  from?: string
  to?: string
  lines: Line[]
}

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
const euros = (amount: number) => Math.abs(amount).toFixed(2)
const side = (amount: number) => (amount < 0 ? 'DBIT' : 'CRDT')
const sum = (lines: Line[]) => lines.reduce((total, { amount }) => total + amount, 0)
const last = (lines: Line[]) => lines.at(-1)?.date ?? '2026-03-27'

/** CAMT.053 as of version 02, or, with parties and status a level deeper, of version 08. */
export function camt(sheets: Sheet[], version: '02' | '08' = '02'): string {
  const isNew = version === '08'
  const party = (name: string) =>
    isNew ? `<Pty><Nm>${escaped(name)}</Nm></Pty>` : `<Nm>${escaped(name)}</Nm>`
  const entry = ({ date, amount, name, iban, text, end_to_end_id, reference }: Line) => {
    const role = amount < 0 ? 'Cdtr' : 'Dbtr'
    return `<Ntry><NtryRef>1</NtryRef><Amt Ccy="EUR">${euros(amount)}</Amt><CdtDbtInd>${side(amount)}</CdtDbtInd>
      ${isNew ? '<Sts><Cd>BOOK</Cd></Sts>' : '<Sts>BOOK</Sts>'}<BookgDt><Dt>${date}</Dt></BookgDt>
      ${reference ? `<AcctSvcrRef>${reference}</AcctSvcrRef>` : ''}<BkTxCd/>
      <NtryDtls><TxDtls><Refs><EndToEndId>${end_to_end_id ?? 'NOTPROVIDED'}</EndToEndId></Refs><RltdPties>
      ${name ? `<${role}>${party(name)}</${role}>` : ''}
      ${iban ? `<${role}Acct><Id><IBAN>${iban}</IBAN></Id></${role}Acct>` : ''}
      </RltdPties>${text ? `<RmtInf><Ustrd>${escaped(text)}</Ustrd></RmtInf>` : ''}</TxDtls></NtryDtls></Ntry>`
  }
  const balance = (code: string, amount: number, date: string) =>
    `<Bal><Tp><CdOrPrtry><Cd>${code}</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">${euros(amount)}</Amt>
      <CdtDbtInd>${side(amount)}</CdtDbtInd><Dt><Dt>${date}</Dt></Dt></Bal>`
  const statements = sheets.map(
    ({ iban, opening = 1000, number = '1', lines, from, to = last(lines) }) =>
      `<Stmt><Id>S${number}</Id><ElctrncSeqNb>${number}</ElctrncSeqNb><CreDtTm>2026-03-31T20:00:00</CreDtTm>
      ${from ? `<FrToDt><FrDtTm>${from}T00:00:00</FrDtTm><ToDtTm>${to}T23:59:59</ToDtTm></FrToDt>` : ''}
      <Acct><Id><IBAN>${iban}</IBAN></Id><Ccy>EUR</Ccy></Acct>
      ${balance('OPBD', opening, from ?? '2026-03-01')}${balance('CLBD', opening + sum(lines), to)}
      ${lines.map(entry).join('')}</Stmt>`,
  )
  return `<?xml version="1.0" encoding="UTF-8"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.${version}">
    <BkToCstmrStmt><GrpHdr><MsgId>M1</MsgId><CreDtTm>2026-03-31T20:00:00</CreDtTm></GrpHdr>
    ${statements.join('')}</BkToCstmrStmt></Document>`
}

const short = (date: string) => date.slice(2).replaceAll('-', '')
const comma = (amount: number) => euros(amount).replace('.', ',')
const letter = (amount: number) => (amount < 0 ? 'D' : 'C')

/** MT940 with the code words of Dutch banks. */
export function mt940(sheets: Sheet[]): string {
  return sheets
    .map(({ iban, opening = 1000, number = '00000', lines, to = last(lines) }) => {
      const entries = lines.map(({ date, amount, name, iban: other, text, end_to_end_id }) => {
        const information = `/EREF/${end_to_end_id ?? 'NOTPROVIDED'}//CNTP/${other ?? ''}/INGBNL2A/${name ?? ''}///REMI/USTD//${text ?? ''}/`
        return `:61:${short(date)}${short(date).slice(2)}${letter(amount)}${comma(amount)}NTRFEREF//00000000001005\n/TRCD/00100/\n:86:${(information.match(/.{1,65}/g) ?? []).join('\n')}`
      })
      const closing = opening + sum(lines)
      return [
        '{1:F01INGBNL2ABXXX0000000000}',
        '{2:I940INGBNL2AXXXN}',
        '{4:',
        ':20:P260331000000001',
        `:25:${iban}EUR`,
        `:28C:${number}`,
        `:60F:${letter(opening)}${short('2026-03-01')}EUR${comma(opening)}`,
        ...entries,
        `:62F:${letter(closing)}${short(to)}EUR${comma(closing)}`,
        ':86:/SUM/1/1/1,00/1,00/',
        '-}',
      ].join('\n')
    })
    .join('\n')
}

/** Uploads a file as a browser does. */
export function upload(api: Client, text: string | Uint8Array<ArrayBuffer>) {
  const form = new FormData()
  form.set('file', new File([text], 'statement.xml'))
  return api.post('/bank-statements', form)
}

/** Imports lines on an account and answers its transactions, in the order of the lines. */
export async function imported(api: Client, iban: string, lines: Line[]): Promise<Json[]> {
  numbers += 1
  const number = String(numbers)
  const own = lines.map((line, place) => ({ reference: `${number}-${place}`, ...line }))
  const { status, body } = await upload(api, camt([{ iban, number, lines: own }]))
  if (status !== 201) throw new Error(JSON.stringify(body))
  const list = await api.get(
    `/bank-transactions?statement_id=${body.statements[0].id}&per_page=100`,
  )
  return list.body.data.toReversed()
}

let numbers = 1000

/** A bank account; the first gets the account Bank. */
export async function newBankAccount(
  api: Client,
  iban: string,
  fields: object = {},
): Promise<Json> {
  const { status, body } = await api.post('/bank-accounts', { iban, name: 'Zakelijk', ...fields })
  if (status !== 201) throw new Error(JSON.stringify(body))
  return body
}
