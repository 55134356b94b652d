import XMLBuilder from 'fast-xml-builder'
import { decimal, sumCents } from '../../../lib/money.ts'
import { xmlText as text } from '../../../lib/xml.ts'
import type { Party } from '../columns.ts'
import {
  discountsOf,
  type EInvoice,
  type EInvoiceLine,
  type Profile,
  payableOf,
  pricedExcl,
  type Tax,
  taxOf,
  taxSums,
} from './e-invoice.ts'
import { endpointOf, type Identifier, legalIdOf, nameOf, vatNumberOf } from './parties.ts'

/** An element: text, or children in the order of the schema; what is undefined is left out. */
type Element = string | { [name: string]: Element | Element[] | undefined }

const customizations: Record<Profile, string> = {
  peppol: 'urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0',
  nlcius: 'urn:cen.eu:en16931:2017#compliant#urn:fdc:nen.nl:nlcius:v1.0',
}

const oasis = 'urn:oasis:names:specification:ubl:schema:xsd'

/** What differs between the two documents. */
const forms = {
  invoice: { root: 'Invoice', line: 'InvoiceLine', quantity: 'InvoicedQuantity' },
  credit_note: { root: 'CreditNote', line: 'CreditNoteLine', quantity: 'CreditedQuantity' },
} as const

/** The document as UBL 2.1 of EN 16931, in Peppol BIS Billing 3.0 or NLCIUS. */
export function ublOf(document: EInvoice, profile: Profile): string {
  const { root } = forms[document.kind]
  const builder = new XMLBuilder({ ignoreAttributes: false, format: true })
  return builder.build({
    '?xml': { '@_version': '1.0', '@_encoding': 'UTF-8' },
    [root]: {
      '@_xmlns': `${oasis}:${root}-2`,
      '@_xmlns:cac': `${oasis}:CommonAggregateComponents-2`,
      '@_xmlns:cbc': `${oasis}:CommonBasicComponents-2`,
      ...contentOf(document, profile),
    },
  })
}

function contentOf(
  document: EInvoice,
  profile: Profile,
): Record<string, Element | Element[] | undefined> {
  const { kind, corrects, lines } = document
  const isInvoice = kind === 'invoice'
  // Outside the scope of VAT nobody's VAT number may be shown (BR-O-02).
  const isTaxed = taxSums(document.vat_breakdown).every(({ category }) => category !== 'O')
  return {
    'cbc:CustomizationID': customizations[profile],
    'cbc:ProfileID': 'urn:fdc:peppol.eu:2017:poacc:billing:01:1.0',
    'cbc:ID': text(document.number),
    'cbc:IssueDate': document.issue_date,
    'cbc:DueDate': isInvoice ? (document.due_date ?? document.issue_date) : undefined,
    [isInvoice ? 'cbc:InvoiceTypeCode' : 'cbc:CreditNoteTypeCode']: isInvoice ? '380' : '381',
    'cbc:Note': optional(document.note),
    'cbc:DocumentCurrencyCode': 'EUR',
    'cbc:BuyerReference': text(document.buyer_reference),
    'cac:BillingReference': corrects
      ? {
          'cac:InvoiceDocumentReference': {
            'cbc:ID': text(corrects.number),
            // NLCIUS wants neither this day (BR-NL-24) nor codes of reasons (BR-NL-32, BR-NL-35).
            'cbc:IssueDate': profile === 'peppol' ? corrects.date : undefined,
          },
        }
      : undefined,
    'cac:AccountingSupplierParty': { 'cac:Party': partyOf(document.seller, isTaxed) },
    'cac:AccountingCustomerParty': { 'cac:Party': partyOf(document.buyer, isTaxed) },
    'cac:Delivery': deliveryOf(document),
    'cac:PaymentMeans': paymentMeansOf(document),
    'cac:AllowanceCharge': discountsOf(lines).map(({ cents, ...tax }) => ({
      ...discountOf(cents, profile),
      'cac:TaxCategory': taxCategory(tax),
    })),
    'cac:TaxTotal': taxTotalOf(document, profile),
    'cac:LegalMonetaryTotal': monetaryTotalOf(document),
    [`cac:${forms[kind].line}`]: lines.map((line, index) => lineOf(document, profile, line, index)),
  }
}

function partyOf(party: Party, isTaxed: boolean): Element {
  const vatNumber = isTaxed ? vatNumberOf(party) : undefined
  return {
    'cbc:EndpointID': identified(endpointOf(party)),
    'cac:PostalAddress': {
      'cbc:StreetName': optional(party.address),
      'cbc:CityName': optional(party.city),
      'cbc:PostalZone': optional(party.postal_code),
      'cac:Country': { 'cbc:IdentificationCode': party.country },
    },
    'cac:PartyTaxScheme': vatNumber
      ? { 'cbc:CompanyID': vatNumber, 'cac:TaxScheme': vat }
      : undefined,
    'cac:PartyLegalEntity': {
      'cbc:RegistrationName': text(nameOf(party)),
      'cbc:CompanyID': identified(legalIdOf(party)),
    },
  }
}

const vat = { 'cbc:ID': 'VAT' }

const identified = (id: Identifier | undefined): Element | undefined =>
  id && { '#text': id.value, '@_schemeID': id.scheme }

/** A supply within the EU names the country where it went (BR-IC-12). */
function deliveryOf({ delivery_date, vat_breakdown, buyer }: EInvoice): Element {
  const isIntraEu = vat_breakdown.some(({ category }) => category === 'K')
  return {
    'cbc:ActualDeliveryDate': delivery_date,
    'cac:DeliveryLocation': isIntraEu
      ? { 'cac:Address': { 'cac:Country': { 'cbc:IdentificationCode': buyer.country } } }
      : undefined,
  }
}

/** 58: SEPA credit transfer. */
const paymentMeansOf = ({ seller, number }: EInvoice): Element | undefined =>
  seller.iban
    ? {
        'cbc:PaymentMeansCode': '58',
        'cbc:PaymentID': text(number),
        'cac:PayeeFinancialAccount': { 'cbc:ID': seller.iban },
      }
    : undefined

/** 95: discount. */
const discountOf = (cents: number, profile: Profile) => ({
  'cbc:ChargeIndicator': 'false',
  'cbc:AllowanceChargeReasonCode': profile === 'peppol' ? '95' : undefined,
  'cbc:AllowanceChargeReason': 'Korting',
  'cbc:Amount': euros(cents),
})

/** Outside the scope of VAT there is no rate, not even 0. */
const taxCategory = ({ category, rate }: Tax, why: Record<string, Element | undefined> = {}) => ({
  'cbc:ID': category,
  'cbc:Percent': category === 'O' ? undefined : String(rate),
  ...why,
  'cac:TaxScheme': vat,
})

function taxTotalOf({ vat_breakdown, vat_cents }: EInvoice, profile: Profile): Element {
  return {
    'cbc:TaxAmount': euros(vat_cents),
    'cac:TaxSubtotal': taxSums(vat_breakdown).map((sum) => ({
      'cbc:TaxableAmount': euros(sum.base_cents),
      'cbc:TaxAmount': euros(sum.vat_cents),
      'cac:TaxCategory': taxCategory(sum, {
        'cbc:TaxExemptionReasonCode':
          profile === 'peppol' ? (sum.reason_code ?? undefined) : undefined,
        'cbc:TaxExemptionReason': optional(sum.reason),
      }),
    })),
  }
}

function monetaryTotalOf(document: EInvoice): Element {
  const { lines, subtotal_cents, total_cents, prepaid_cents, rounding_cents } = document
  const lines_cents = sumCents(lines.map(({ total_excl_cents }) => total_excl_cents))
  const discount_cents = sumCents([lines_cents, -subtotal_cents])
  const unlessZero = (cents: number) => (cents === 0 ? undefined : euros(cents))
  return {
    'cbc:LineExtensionAmount': euros(lines_cents),
    'cbc:TaxExclusiveAmount': euros(subtotal_cents),
    'cbc:TaxInclusiveAmount': euros(total_cents),
    'cbc:AllowanceTotalAmount': unlessZero(discount_cents),
    'cbc:PrepaidAmount': unlessZero(prepaid_cents),
    'cbc:PayableRoundingAmount': unlessZero(rounding_cents),
    'cbc:PayableAmount': euros(payableOf(document)),
  }
}

function lineOf(document: EInvoice, profile: Profile, line: EInvoiceLine, index: number): Element {
  const { quantity, price, discount_cents } = pricedExcl(line, document.prices_include_vat)
  const [name = '', ...more] = text(line.description).split('\n')
  return {
    'cbc:ID': String(index + 1),
    // C62: one, a piece.
    [`cbc:${forms[document.kind].quantity}`]: { '#text': quantity, '@_unitCode': 'C62' },
    'cbc:LineExtensionAmount': euros(line.total_excl_cents),
    'cac:AllowanceCharge': discount_cents === 0 ? undefined : discountOf(discount_cents, profile),
    'cac:Item': {
      'cbc:Description': more.length > 0 ? text(line.description) : undefined,
      'cbc:Name': name.trim() || '-',
      'cac:ClassifiedTaxCategory': taxCategory(taxOf(line.category, line.vat_rate)),
    },
    'cac:Price': { 'cbc:PriceAmount': { '#text': price, '@_currencyID': 'EUR' } },
  }
}

const euros = (cents: number): Element => ({ '#text': decimal(cents), '@_currencyID': 'EUR' })

/** An element may not be empty (PEPPOL-EN16931-R008). */
const optional = (value: string | null): string | undefined => (value && text(value)) || undefined
