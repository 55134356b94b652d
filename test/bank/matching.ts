import type { Json } from '../harness/client.ts'
import { startShops } from '../harness/shop.ts'
import { expectBooksToAgree } from './books.ts'
import { ibans, imported, newBankAccount } from './statements.ts'

/** A shop with a bank account, and what tests of matching do with it. */
export async function startMatching() {
  const shops = await startShops()
  const { shop, owner } = shops
  const { api, tenant_id } = shop
  await newBankAccount(api, ibans.ing)

  /** A row that no request makes. */
  const row = async (table: string, values: Record<string, unknown>): Promise<number> => {
    const columns = Object.keys(values)
    const { rows } = await owner.query(
      `insert into ${table} (tenant_id, ${columns.join()}) values ($1, ${columns.map((_, i) => `$${i + 2}`).join()}) returning id`,
      [tenant_id, ...Object.values(values)],
    )
    return Number(rows[0].id)
  }

  return {
    ...shops,
    api,
    row,
    /** A transaction of the bank. */
    receive: async (amount: number, fields: object = {}): Promise<Json> => {
      const line = { date: '2026-03-27', amount, ...fields }
      const [transaction] = await imported(api, ibans.ing, [line])
      return transaction
    },
    match: (id: number, ...allocations: object[]) =>
      api.post(`/bank-transactions/${id}/match`, { allocations }),
    unmatch: (id: number, allocation_id: number) =>
      api.post(`/bank-transactions/${id}/unmatch`, { allocation_id }),
    detail: async (id: number) => (await api.get(`/bank-transactions/${id}`)).body,
    /** Of the chart of accounts, by role or name. */
    accountOf: async (name: string): Promise<number> => {
      const { rows } = await owner.query(
        'select id from gl_accounts where tenant_id = $1 and (role = $2 or name = $2)',
        [tenant_id, name],
      )
      return Number(rows[0].id)
    },
    agree: () => expectBooksToAgree(owner, tenant_id),
  }
}
