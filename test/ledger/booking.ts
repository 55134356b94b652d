import type pg from 'pg'

export interface BookedLine {
  /** Of the account. */
  code: string
  debit?: number
  credit?: number
  description?: string
  /** Of VAT, where no account gives it: a document's own posting. */
  vat_box?: string
}

interface Booking {
  date: string
  lines: BookedLine[]
  journal?: string
  description?: string
  reference?: string
  supplier_id?: number
  source?: [source: string, source_id: number]
}

/** Entries as a verb would write them, in a transaction each. */
export async function book(owner: pg.Pool, tenant_id: number, entry: Booking): Promise<number> {
  const client = await owner.connect()
  try {
    await client.query(`begin; select set_config('app.tenant_id', '${tenant_id}', true)`)
    const [source, source_id] = entry.source ?? []
    const { rows } = await client.query(
      `insert into journal_entries (tenant_id, journal, entry_date, document_date, description, reference, supplier_id, source, source_id)
       values ($1, $2, $3, $3, $4, $5, $6, $7, $8) returning id`,
      [
        tenant_id,
        entry.journal ?? 'memorial',
        entry.date,
        entry.description ?? '',
        entry.reference,
        entry.supplier_id,
        source,
        source_id,
      ],
    )
    for (const [position, { code, debit = 0, credit = 0, ...line }] of entry.lines.entries()) {
      await client.query(
        `insert into journal_lines (tenant_id, journal_entry_id, position, account_id, debit_cents, credit_cents, description, vat_box, vat_part, role)
         select $1, $2, $3, id, $5, $6, $7, $8, case when $8::text is not null then 'vat' end, case when $9::text is not null then role end from gl_accounts where tenant_id = $1 and code = $4`,
        [
          tenant_id,
          rows[0].id,
          position + 1,
          code,
          Math.round(debit * 100),
          Math.round(credit * 100),
          line.description,
          line.vat_box,
          source,
        ],
      )
    }
    await client.query('commit')
    return Number(rows[0].id)
  } catch (error) {
    await client.query('rollback')
    throw error
  } finally {
    client.release()
  }
}
