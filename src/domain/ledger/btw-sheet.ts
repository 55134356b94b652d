import { formatDate } from '../../lib/dates.ts'
import {
  filedTurnover,
  type IcpLine,
  type VatBox,
  type VatReturn,
  vatBoxes,
} from '../../lib/vat-return.ts'
import {
  identityOf,
  labelled,
  type PrintedSeller,
  senderOf,
} from '../sales/documents/invoice-pdf.ts'
import type { FontFiles } from '../sales/documents/paper.ts'
import { drawSheet, type PaymentPanel } from '../sales/documents/sheet.ts'
import { type Locale, printedMoney, wordings } from '../sales/documents/texts.ts'
import { taxOfficeAccount } from './tax-office.ts'

interface ReturnDocument {
  locale: Locale
  seller: PrintedSeller
  period: {
    start_date: string
    end_date: string
    due_date: string
    status: 'open' | 'closed'
    closed_at: string | null
    updated_at: string
  }
  vat_return: VatReturn
  icp: readonly IcpLine[]
}

interface Words {
  title: string
  mark: string
  heading: string
  from: string
  to: string
  due: string
  closed: string
  headings: string[]
  boxes: Record<VatBox, string>
  owed: string
  pay: string
  back: string
  payment: string
  instruction: string
  amount: string
  icp: string
  supplies: (buyer: string, goods: string, services: string) => string
  nobody: string
}

const words: Record<Locale, Words> = {
  nl: {
    title: 'Aangifte omzetbelasting',
    mark: 'VOORLOPIG',
    heading: 'Aangifte van',
    from: 'Vanaf',
    to: 'Tot en met',
    due: 'Uiterlijk',
    closed: 'Afgesloten',
    headings: ['Rubriek', 'Omzet', 'Btw', 'Omzet, aangifte', 'Btw, aangifte'],
    boxes: {
      '1a': 'Leveringen en diensten, hoog tarief',
      '1b': 'Leveringen en diensten, laag tarief',
      '1c': 'Leveringen en diensten, overige tarieven',
      '1d': 'Privégebruik',
      '1e': 'Leveringen en diensten met 0% of niet bij u belast',
      '2a': 'Naar u verlegde btw',
      '3a': 'Leveringen buiten de EU',
      '3b': 'Leveringen en diensten binnen de EU',
      '3c': 'Installatie en afstandsverkopen binnen de EU',
      '4a': 'Leveringen en diensten van buiten de EU',
      '4b': 'Leveringen en diensten uit de EU',
      '5b': 'Voorbelasting',
    },
    owed: '5a  Verschuldigde omzetbelasting',
    pay: 'Te betalen',
    back: 'Terug te vragen',
    payment: 'Betalen',
    instruction: 'Vermeld het betalingskenmerk dat de Belastingdienst bij de aangifte geeft.',
    amount: 'Bedrag',
    icp: 'Opgaaf intracommunautaire prestaties',
    supplies: (buyer, goods, services) => `${buyer}: goederen ${goods}, diensten ${services}`,
    nobody: 'zonder btw-nummer',
  },
  en: {
    title: 'VAT return',
    mark: 'PROVISIONAL',
    heading: 'Return of',
    from: 'From',
    to: 'To',
    due: 'Due',
    closed: 'Closed',
    headings: ['Box', 'Turnover', 'VAT', 'Turnover, filed', 'VAT, filed'],
    boxes: {
      '1a': 'Supplies at the standard rate',
      '1b': 'Supplies at the reduced rate',
      '1c': 'Supplies at other rates',
      '1d': 'Private use',
      '1e': 'Supplies at 0%, or not taxed with you',
      '2a': 'Reverse-charged to you',
      '3a': 'Supplies outside the EU',
      '3b': 'Supplies within the EU',
      '3c': 'Installation and distance sales within the EU',
      '4a': 'Supplies from outside the EU',
      '4b': 'Supplies from the EU',
      '5b': 'Input VAT',
    },
    owed: '5a  VAT owed',
    pay: 'To be paid',
    back: 'To be refunded',
    payment: 'How to pay',
    instruction: 'Mention the payment reference that the tax office gives with the return.',
    amount: 'Amount',
    icp: 'Intra-Community supplies',
    supplies: (buyer, goods, services) => `${buyer}: goods ${goods}, services ${services}`,
    nobody: 'without VAT number',
  },
}

/** The return as an A4 PDF. Equal documents give equal bytes. */
export function renderVatReturn(document: ReturnDocument, fonts: FontFiles): Promise<Uint8Array> {
  const { locale, seller, period, vat_return, icp } = document
  const own = words[locale]
  const shared = wordings[locale]
  const day = (date: string) => formatDate(date.slice(0, 10), locale)
  const total = vat_return.total.vat_filed
  return drawSheet(
    {
      language: shared.language,
      title: own.title,
      mark: period.status === 'open' ? own.mark : null,
      created: new Date(period.updated_at),
      sender: senderOf(seller),
      recipient: {
        heading: own.heading,
        name: seller.name,
        details: seller.vat_id ? [`${shared.vatId} ${seller.vat_id}`] : [],
      },
      meta: labelled([
        [own.from, day(period.start_date)],
        [own.to, day(period.end_date)],
        [own.due, day(period.due_date)],
        [own.closed, period.closed_at && day(period.closed_at)],
      ]),
      intro: null,
      table: { headings: own.headings, rows: rowsOf(vat_return, locale) },
      totals: [
        {
          label: total < 0 ? own.back : own.pay,
          value: euros(Math.abs(total), locale),
          strong: true,
        },
      ],
      clauses: [],
      payment: total > 0 ? panelOf(document, own) : null,
      notes: icp.length > 0 ? { heading: own.icp, text: icpText(icp, own, locale) } : null,
      footer: { text: null, identity: identityOf(seller, shared), pageOf: shared.pageOf },
    },
    fonts,
  )
}

/** Whole euros are printed without their cents. */
const euros = (amount: number, locale: Locale) => printedMoney(100 * amount, locale).slice(0, -3)

function rowsOf({ boxes, owed }: VatReturn, locale: Locale): string[][] {
  const money = (cents: number) => printedMoney(cents, locale)
  const row = (box: VatBox) => {
    const { turnover_cents, vat_cents, turnover_filed, vat_filed } = boxes[box]
    const hasTurnover = box !== '5b'
    const hasVat = !['1e', '3a', '3b', '3c'].includes(box)
    return [
      `${box}  ${words[locale].boxes[box]}`,
      hasTurnover ? money(turnover_cents) : '',
      hasVat ? money(vat_cents) : '',
      hasTurnover ? euros(turnover_filed, locale) : '',
      hasVat ? euros(vat_filed, locale) : '',
    ]
  }
  const sum = [words[locale].owed, '', money(owed.vat_cents), '', euros(owed.vat_filed, locale)]
  return [...vatBoxes.filter((box) => box !== '5b').map(row), sum, row('5b')]
}

function panelOf({ locale, period, vat_return }: ReturnDocument, own: Words): PaymentPanel {
  const account = taxOfficeAccount(period.due_date)
  return {
    heading: own.payment,
    instruction: own.instruction,
    details: labelled([
      [own.amount, euros(vat_return.total.vat_filed, locale)],
      [own.due, formatDate(period.due_date, locale)],
      ['IBAN', account && `${account.iban.replace(/(.{4})(?=.)/g, '$1 ')} (${account.name})`],
    ]),
    online: null,
    qr: null,
  }
}

const icpText = (icp: readonly IcpLine[], own: Words, locale: Locale) =>
  icp
    .map(({ vat_number, country, goods_cents, services_cents }) =>
      own.supplies(
        vat_number ?? `${country ?? ''} ${own.nobody}`.trim(),
        euros(filedTurnover(goods_cents), locale),
        euros(filedTurnover(services_cents), locale),
      ),
    )
    .join('\n')
