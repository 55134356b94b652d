import { eq, sql } from 'drizzle-orm'
import type { Transacting } from '../../context.ts'
import { insert, newId, update } from '../../db/rows.ts'
import { sumCents } from '../../lib/money.ts'
import { icpProblem, type VatReturn } from '../../lib/vat-return.ts'
import { found, refused } from '../../refusal.ts'
import { Id } from '../../schema.ts'
import { transact } from '../../verb.ts'
import { icpLines } from './btw-icp.ts'
import {
  BtwPeriod,
  listed,
  lossesCarried,
  onePeriod,
  type PeriodRow,
  returnOf,
} from './btw-periods.ts'
import { icpSentences } from './btw-return.ts'
import { btwPeriods, journalEntries, journalLines } from './tables.ts'

export const closeBtwPeriod = transact(
  {
    summary: 'Close BTW period',
    description:
      'Marks the period as filed. No further entries can be posted. Its boxes are kept as they are, VAT moves to what ' +
      'is to be paid or comes back, and the cents that rounding leaves are booked. A document of the period that comes ' +
      'later is booked in the open one. The running period may be closed before its end.',
    can: 'btw:close',
    module: 'accounting',
    params: Id,
    output: BtwPeriod,
    on: btwPeriods,
  },
  async (ctx, { params: { id } }) => {
    // Whoever posts holds the books until the commit; the period comes after them, as everywhere.
    await ctx.db.execute(sql`select app.hold_ledger()`)
    await refuseState(ctx, id)
    const [period, carried, icp, accounts] = await Promise.all([
      onePeriod(ctx, id),
      lossesCarried(ctx),
      icpLines(ctx, id),
      vatAccounts(ctx, id),
    ])
    const vat_return = returnOf(period, carried)
    const problem = icpProblem(icp, vat_return.boxes['3b'].turnover_cents)
    if (problem) throw refused('icp_incomplete', icpSentences[problem])
    refuseDifference(period, accounts)
    await postClosing(ctx, period, closingLines(vat_return, accounts))
    await update(ctx, btwPeriods, id, {
      status: 'closed',
      closed_at: sql`app.now()`,
      closed_by: sql`app.user_id()`,
      vat_return,
      icp,
    })
    return listed(await onePeriod(ctx, id), carried)
  },
)

async function refuseState(ctx: Transacting, id: number) {
  const [state] = await ctx.db
    .select({
      status: btwPeriods.status,
      has_begun: sql<boolean>`${btwPeriods.start_date} <= app.today()`,
      earlier: sql<string | null>`(select min(e.start_date)::text from btw_periods e
        where e.status = 'open' and e.start_date < btw_periods.start_date)`,
    })
    .from(btwPeriods)
    .where(eq(btwPeriods.id, id))
    .for('update')
  const { status, has_begun, earlier } = found(state)
  if (status === 'closed') throw refused('already_closed', 'The period is closed already.')
  if (!has_begun) throw refused('not_begun', 'The period has not begun yet.')
  if (earlier !== null) {
    throw refused('earlier_period_open', `The period from ${earlier} is still open.`)
  }
}

interface VatAccount {
  role: string
  account_id: number
  /** All that was posted to it in the period, debit above zero. */
  moved_cents: number
  /** The part of it that stands in its box, as owed, or, of 5b, to deduct. */
  boxed_cents: number
}

/** The accounts that a closing touches. */
async function vatAccounts(ctx: Transacting, period_id: number): Promise<VatAccount[]> {
  const { rows } = await ctx.db.execute<Record<keyof VatAccount, string>>(sql`
    select a.role, a.id as account_id, coalesce(moved.cents, 0) as moved_cents, coalesce(boxed.cents, 0) as boxed_cents
    from btw_periods p
    join gl_accounts a on a.tenant_id = p.tenant_id and (a.role like 'vat\\_%' or a.role = 'sales_margin')
    left join lateral (
      select sum(b.debit_cents - b.credit_cents) as cents from ledger_balances b
      where b.tenant_id = p.tenant_id and b.account_id = a.id and b.month between p.start_date and p.end_date
    ) moved on true
    left join lateral (
      select sum(app.box_value(l.vat_box, 'vat', l.debit_cents, l.credit_cents)) as cents from journal_lines l
      where l.tenant_id = p.tenant_id and l.vat_box = a.vat_box and l.vat_part = 'vat' and l.account_id = a.id
        and l.entry_date between p.start_date and p.end_date
    ) boxed on a.role = 'vat_' || a.vat_box
    where p.id = ${period_id}`)
  return rows.map((row) => ({
    role: row.role,
    account_id: Number(row.account_id),
    moved_cents: Number(row.moved_cents),
    boxed_cents: Number(row.boxed_cents),
  }))
}

/** The database keeps boxes and accounts equal; a return that differs from the books is never filed. */
function refuseDifference({ posted }: PeriodRow, accounts: readonly VatAccount[]) {
  for (const { box, vat_cents } of posted) {
    const account = accounts.find(({ role }) => role === `vat_${box}`)
    if ((account?.boxed_cents ?? 0) !== vat_cents) {
      throw refused('books_differ', `Box ${box} differs from the account of its VAT.`)
    }
  }
}

type ClosingLine = Pick<VatAccount, 'role' | 'account_id'> & { cents: number }

/**
 * VAT over margins, then every VAT account empty of its period: what is filed to the account of the return, the cents
 * to the rounding. What reached a VAT account past the boxes (an opening balance) is a debt all the same.
 */
function closingLines(vat_return: VatReturn, accounts: readonly VatAccount[]): ClosingLine[] {
  const margin_cents = vat_return.margin?.vat_cents ?? 0
  const emptied = accounts
    .filter(({ role }) => role === 'vat_margin' || vatAccount.test(role))
    .map(({ role, moved_cents }) => ({
      role,
      cents: sumCents([-moved_cents, role === 'vat_margin' ? margin_cents : 0]),
    }))
  const owed_cents = sumCents(emptied.map(({ cents }) => cents))
  const lines = [
    { role: 'sales_margin', cents: margin_cents },
    { role: 'vat_margin', cents: -margin_cents },
    ...emptied,
    { role: 'vat_return', cents: sumCents([vat_return.rounding_cents, -owed_cents]) },
    { role: 'vat_rounding', cents: -vat_return.rounding_cents },
  ]
  return lines
    .filter(({ cents }) => cents !== 0)
    .map(({ role, cents }) => {
      const account_id = accounts.find((account) => account.role === role)?.account_id
      return { role, cents, account_id: found(account_id, 'Account') }
    })
}

const vatAccount = /^vat_\d[a-e]$/

async function postClosing(ctx: Transacting, period: PeriodRow, lines: readonly ClosingLine[]) {
  if (lines.length === 0) return
  await insert(ctx, journalEntries, {
    journal: 'vat',
    entry_date: period.end_date,
    document_date: period.end_date,
    description: sql`app.words_of('btw_period')`,
    reference: shortName(period),
    source: 'btw_period',
    source_id: period.id,
  })
  await insert(
    ctx,
    journalLines,
    lines.map(({ role, account_id, cents }, index) => ({
      journal_entry_id: newId(journalEntries),
      position: index + 1,
      account_id,
      role,
      debit_cents: Math.max(cents, 0),
      credit_cents: Math.max(-cents, 0),
    })),
  )
}

/** `2026-Q1`, `2026-03`, `2026`. */
export const shortName = ({
  year,
  quarter,
  month,
}: Pick<PeriodRow, 'year' | 'quarter' | 'month'>) =>
  [year, quarter && `Q${quarter}`, month && String(month).padStart(2, '0')]
    .filter(Boolean)
    .join('-')
