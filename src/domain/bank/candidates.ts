import { type SQL, sql } from 'drizzle-orm'
import type { Selecting } from '../../context.ts'

/** What is asked of a transaction to find what it was for. */
export interface OpenTransaction {
  id: number
  /** Signed as its amount. */
  open_cents: number
  counterparty_name: string
  /** All that the payer wrote. */
  words: string
}

export type Kind =
  | 'invoice'
  | 'payment'
  | 'refund'
  | 'purchase_invoice'
  | 'purchase_payment'
  | 'transfer'
  | 'tax'

/** A record that may explain a transaction. */
export interface Candidate {
  kind: Kind
  id: number
  /** Of the invoice that it is, or belongs to. */
  number: string
  /** What it would explain at most, without sign. */
  cents: number
  /** Names alike: 0 to 1; the same IBAN is 1. */
  likeness: number
}

export interface Candidates {
  transaction: OpenTransaction
  candidates: Candidate[]
}

/** Of each kind; what fits best comes first. */
const mostPerKind = 20

/** Days between what was entered by hand and what the bank says. */
const near = (day: SQL) => sql`${day} between t.booked_on - 3 and t.booked_on + 3`

const squeezed = (text: SQL) => sql`upper(regexp_replace(${text}, '[^[:alnum:]]', '', 'g'))`

/** The number stands in the words, whatever signs are between its parts; TypeScript looks closer. */
const mayBeNamed = (number: SQL) =>
  sql`length(${number}) >= 4 and position(${number} in t.squeezed) > 0`

/** Customers know their invoice by its digits alone, too. */
const digits = sql`regexp_replace(${squeezed(sql`i.invoice_number`)}, '^[^0-9]+', '')`

const alike = (...names: SQL[]) =>
  sql`case when t.name = '' then 0 else greatest(0, ${sql.join(
    names.map((name) => sql`word_similarity(btrim(app.fold(${name})), t.name)`),
    sql`, `,
  )}) end`

const customerLike = alike(sql`c.last_name`, sql`b.name`)
const ofCustomer = sql`join customers c on c.id = i.customer_id left join companies b on b.id = c.company_id`

const byHand = sql`p.method = 'bank' and p.provider is null`
const isUnallocated = (column: SQL, id: SQL) =>
  sql`not exists (select from bank_allocations a where a.tenant_id = t.tenant_id and ${column} = ${id})`

const supplierLike = sql`case when s.iban = t.counterparty_iban then 1 else ${alike(sql`s.name`)} end`

const sources: SQL[] = [
  sql`select 'invoice', i.id, i.invoice_number, i.due_cents, ${customerLike}, ${mayBeNamed(digits)}
    from invoices i ${ofCustomer}
    where t.open_cents > 0 and i.status = 'sent' and i.due_cents > 0
      and (i.due_cents = t.open_cents or ${mayBeNamed(digits)})`,
  sql`select 'payment', p.id, i.invoice_number, p.amount_cents, ${customerLike}, ${mayBeNamed(digits)}
    from payments p join invoices i on i.id = p.invoice_id ${ofCustomer}
    where ${byHand} and p.amount_cents = t.open_cents and p.status in ('paid', 'refunded', 'partially_refunded')
      and ${near(sql`app.shop_day(p.paid_at)`)} and ${isUnallocated(sql`a.payment_id`, sql`p.id`)}
      and not exists (select from refunds r where r.tenant_id = p.tenant_id and r.payment_id = p.id and r.is_correction)`,
  sql`select 'refund', r.id, i.invoice_number, r.amount_cents, ${customerLike}, ${mayBeNamed(digits)}
    from refunds r join payments p on p.id = r.payment_id join invoices i on i.id = p.invoice_id ${ofCustomer}
    where ${byHand} and r.amount_cents = -t.open_cents and r.status = 'done' and not r.is_correction
      and ${near(sql`app.shop_day(r.created_at)`)} and ${isUnallocated(sql`a.refund_id`, sql`r.id`)}`,
  sql`select 'purchase_invoice', i.id, i.invoice_number, abs(i.due_cents), ${supplierLike}, ${mayBeNamed(squeezed(sql`i.invoice_number`))}
    from purchase_invoices i join suppliers s on s.id = i.supplier_id
    where i.status = 'booked' and sign(i.due_cents) = -sign(t.open_cents)
      and (i.due_cents = -t.open_cents or ${mayBeNamed(squeezed(sql`i.invoice_number`))})`,
  sql`select 'purchase_payment', p.id, i.invoice_number, abs(p.amount_cents), ${supplierLike}, ${mayBeNamed(squeezed(sql`i.invoice_number`))}
    from purchase_payments p join purchase_invoices i on i.id = p.purchase_invoice_id join suppliers s on s.id = i.supplier_id
    where p.method = 'bank' and p.voided_at is null and p.amount_cents = -t.open_cents
      and ${near(sql`p.paid_on`)} and ${isUnallocated(sql`a.purchase_payment_id`, sql`p.id`)}`,
  sql`select 'transfer', app.account_of('transfers'), b.name, abs(t.open_cents), 1, true
    from bank_accounts b where b.iban = t.counterparty_iban and b.id <> t.bank_account_id`,
  sql`select 'tax', app.account_of('vat_return'), '', abs(t.open_cents), 1, true
    where t.name like '%belastingdienst%'`,
]

interface Row extends Record<string, unknown> {
  id: string
  open_cents: string
  counterparty_name: string
  words: string
  candidates: Record<keyof Candidate, string>[]
}

/** Open transactions with the records that may explain them; one statement. */
export async function candidatesOf(ctx: Selecting, which: number[] | SQL): Promise<Candidates[]> {
  const chosen = Array.isArray(which) ? sql`unnest(${sql.param(which)}::bigint[])` : sql`(${which})`
  const each = sources.map(
    (
      source,
    ) => sql`(select * from (${source}) source (kind, id, number, cents, likeness, may_be_named)
      order by may_be_named desc, likeness desc, id limit ${sql.raw(String(mostPerKind))})`,
  )
  const { rows } = await ctx.db.execute<Row>(sql`
    with t as (
      select t.id, t.tenant_id, t.bank_account_id, t.open_cents, t.booked_on, t.counterparty_iban,
        coalesce(t.counterparty_name, '') as counterparty_name, btrim(app.fold(coalesce(t.counterparty_name, ''))) as name,
        concat_ws(' ', t.description, t.end_to_end_id) as words,
        ${squeezed(sql`concat_ws(' ', t.description, t.end_to_end_id)`)} as squeezed
      from bank_transactions t join ${chosen} chosen (id) on chosen.id = t.id where t.open_cents <> 0
    )
    select t.id, t.open_cents, t.counterparty_name, t.words, coalesce(found.candidates, '[]') as candidates
    from t cross join lateral (
      select jsonb_agg(jsonb_build_object('kind', kind, 'id', id, 'number', number, 'cents', cents, 'likeness', likeness)) as candidates
      from (${sql.join(each, sql` union all `)}) candidate
    ) found
    order by t.booked_on, t.id`)
  return rows.map(({ candidates, id, open_cents, counterparty_name, words }) => ({
    transaction: { id: Number(id), open_cents: Number(open_cents), counterparty_name, words },
    candidates: candidates.map((candidate) => ({
      ...candidate,
      kind: candidate.kind as Kind,
      id: Number(candidate.id),
      cents: Number(candidate.cents),
      likeness: Number(candidate.likeness),
    })),
  }))
}
