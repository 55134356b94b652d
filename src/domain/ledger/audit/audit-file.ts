import type { Reading } from '../../../context.ts'
import { type BookYear, labelOf } from './book-year.ts'
import { leaf, longestId, type Version } from './format.ts'
import {
  beginning,
  ledgerElement,
  openingElement,
  partyElement,
  periodsElement,
  totalsOf,
  vatCodesElement,
} from './head.ts'
import { partiesOf } from './parties.ts'
import {
  type JournalSum,
  readAccounts,
  readOpening,
  readShop,
  readSums,
  readTaxRates,
} from './rows.ts'
import { type Book, bookOf, entriesOf, journalKinds, transactionElement } from './transactions.ts'

/** `auditfile-fix-it-fast-2026-4.0.xaf` */
export function filenameOf(shop: { name: string } & BookYear, version: Version): string {
  const name = shop.name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
  return ['auditfile', ...(name ? [name] : []), labelOf(shop), `${version}.xaf`].join('-')
}

/** The shop and year of a file, and the file piece by piece: no more than a page of it is held at a time. */
export async function openAuditFile(
  ctx: Reading,
  { year, version }: { year: number; version: Version },
) {
  const shop = await readShop(ctx, year)
  return { filename: filenameOf(shop, version), pieces: piecesOf(ctx, shop, version) }
}

async function* piecesOf(
  ctx: Reading,
  shop: Awaited<ReturnType<typeof readShop>>,
  version: Version,
): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder()
  const piece = (...texts: string[]) => encoder.encode(texts.join(''))
  yield piece(beginning(shop, ctx.env.VERSION || 'development', version), '<customersSuppliers>\n')
  for await (const page of partiesOf(ctx, shop)) {
    yield piece(...page.map((party) => partyElement(party, version)))
  }
  const accounts = await readAccounts(ctx)
  const rates = await readTaxRates(ctx)
  yield piece(
    '</customersSuppliers>\n',
    ledgerElement(accounts, version),
    vatCodesElement(accounts, rates, version),
    periodsElement(shop),
    openingElement(shop, accounts, await readOpening(ctx, shop), version),
  )
  const sums = await readSums(ctx, shop)
  yield piece('<transactions>', totalsOf(sums), '\n')
  const book = bookOf(shop, accounts, rates, version)
  for (const sum of sums) {
    for await (const text of journalOf(ctx, shop, sum, book)) yield encoder.encode(text)
  }
  yield piece('</transactions>\n</company>\n</auditfile>\n')
}

/** A journal as text; an error where it is not what the totals at the file's beginning said. */
async function* journalOf(ctx: Reading, year: BookYear, sum: JournalSum, book: Book) {
  const { name, type } = journalKinds[sum.journal]
  let [lines, debit_cents, credit_cents] = [0, 0, 0]
  yield `<journal>${leaf('jrnID', sum.journal, longestId)}${leaf('desc', name)}${leaf('jrnTp', type)}\n`
  for await (const page of entriesOf(ctx, year, sum.journal)) {
    for (const line of page.flatMap((entry) => entry.lines)) {
      lines += 1
      debit_cents += line.debit_cents
      credit_cents += line.credit_cents
    }
    yield page.map((entry) => transactionElement(entry, book)).join('')
  }
  if (lines !== sum.lines || debit_cents !== sum.debit_cents || credit_cents !== sum.credit_cents) {
    throw new Error(`The journal ${sum.journal} is not what its sums said`)
  }
  yield '</journal>\n'
}
