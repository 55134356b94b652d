import type { Locale } from '../sales/documents/texts.ts'

/** What the files of reports say. The functions are sentences with gaps; what fills them is formatted. */
export interface ReportWords {
  titles: Record<ReportName, string>
  period: (from: string, to: string) => string
  asAt: (date: string) => string
  comparedTo: (from: string, to: string) => string
  printedOn: (date: string) => string
  /** Headings of the columns of a PDF, by the names that a CSV gives them. */
  columns: Record<string, string>
  assets: string
  liabilities: string
  equity: string
  revenue: string
  expenses: string
  total: string
  totalOf: (section: string) => string
  result: string
  resultOfYear: string
  liabilitiesAndEquity: string
  opening: string
  closing: string
  /** Postings on the account that no document of a customer or supplier made. */
  otherPostings: string
}

export type ReportName =
  | 'trial-balance'
  | 'general-ledger'
  | 'profit-loss'
  | 'balance-sheet'
  | 'aged-receivables'
  | 'aged-payables'

const nl: ReportWords = {
  titles: {
    'trial-balance': 'Proef- en saldibalans',
    'general-ledger': 'Grootboek',
    'profit-loss': 'Winst-en-verliesrekening',
    'balance-sheet': 'Balans',
    'aged-receivables': 'Openstaande debiteuren naar ouderdom',
    'aged-payables': 'Openstaande crediteuren naar ouderdom',
  },
  period: (from, to) => `${from} t/m ${to}`,
  asAt: (date) => `Per ${date}`,
  comparedTo: (from, to) => `Vergeleken met ${from} t/m ${to}`,
  printedOn: (date) => `Afgedrukt op ${date}`,
  columns: {
    code: 'Rekening',
    name: 'Naam',
    opening: 'Beginsaldo',
    debit: 'Debet',
    credit: 'Credit',
    balance: 'Saldo',
    date: 'Datum',
    entry_number: 'Boeking',
    description: 'Omschrijving',
    reference: 'Referentie',
    amount: 'Bedrag',
    previous: 'Vergelijking',
    current: 'Niet vervallen',
    days_1_30: '1–30 dagen',
    days_31_60: '31–60 dagen',
    days_61_90: '61–90 dagen',
    over_90: '> 90 dagen',
    credits: 'Tegoed',
    total: 'Totaal',
  },
  assets: 'Activa',
  liabilities: 'Schulden',
  equity: 'Eigen vermogen',
  revenue: 'Opbrengsten',
  expenses: 'Kosten',
  total: 'Totaal',
  totalOf: (section) => `Totaal ${section.toLowerCase()}`,
  result: 'Resultaat',
  resultOfYear: 'Resultaat lopend boekjaar',
  liabilitiesAndEquity: 'Totaal passiva',
  opening: 'Beginsaldo',
  closing: 'Eindsaldo',
  otherPostings: 'Overige boekingen',
}

const en: ReportWords = {
  titles: {
    'trial-balance': 'Trial balance',
    'general-ledger': 'General ledger',
    'profit-loss': 'Profit and loss',
    'balance-sheet': 'Balance sheet',
    'aged-receivables': 'Aged receivables',
    'aged-payables': 'Aged payables',
  },
  period: (from, to) => `${from} to ${to}`,
  asAt: (date) => `As at ${date}`,
  comparedTo: (from, to) => `Compared with ${from} to ${to}`,
  printedOn: (date) => `Printed on ${date}`,
  columns: {
    code: 'Account',
    name: 'Name',
    opening: 'Opening',
    debit: 'Debit',
    credit: 'Credit',
    balance: 'Balance',
    date: 'Date',
    entry_number: 'Entry',
    description: 'Description',
    reference: 'Reference',
    amount: 'Amount',
    previous: 'Compared',
    current: 'Not due',
    days_1_30: '1–30 days',
    days_31_60: '31–60 days',
    days_61_90: '61–90 days',
    over_90: 'Over 90 days',
    credits: 'Credit',
    total: 'Total',
  },
  assets: 'Assets',
  liabilities: 'Liabilities',
  equity: 'Equity',
  revenue: 'Revenue',
  expenses: 'Expenses',
  total: 'Total',
  totalOf: (section) => `Total ${section.toLowerCase()}`,
  result: 'Result',
  resultOfYear: 'Result of the current year',
  liabilitiesAndEquity: 'Total liabilities and equity',
  opening: 'Opening balance',
  closing: 'Closing balance',
  otherPostings: 'Other postings',
}

/** In the language of the shop's documents. */
export const reportWords: Record<Locale, ReportWords> = { nl, en }
