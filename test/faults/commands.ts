import type { Json } from '../harness/client.ts'
import type { PersistentClient } from './persistent-client.ts'
import type { Chance } from './plan.ts'

const next: Record<string, string> = {
  new: 'diagnosis',
  diagnosis: 'in_repair',
  in_repair: 'diagnosis',
}

/** What a shop does all day, in an order of chance. */
export class Day {
  readonly #api: PersistentClient
  readonly #chance: Chance
  readonly #seed: number
  readonly #technician: number
  readonly #customers: number[] = []
  readonly #orders: { id: number; status: string }[] = []
  readonly #bills: { id: number; due: number; isIssued: boolean }[] = []

  constructor(api: PersistentClient, chance: Chance, seed: number, technician: number) {
    this.#api = api
    this.#chance = chance
    this.#seed = seed
    this.#technician = technician
  }

  /** One command; what it needs and does not find it makes first. */
  async act(nth: number): Promise<void> {
    const dice = this.#chance.next()
    if (dice < 0.25 || this.#customers.length === 0) return this.#receive(nth)
    if (dice < 0.5 || this.#orders.length === 0) return this.#takeIn()
    if (dice < 0.75) return this.#move()
    if (dice < 0.85) return this.#note()
    return this.#bill()
  }

  async #receive(nth: number) {
    const first_name = `Klant ${this.#seed} ${nth}`
    const body = {
      first_name,
      email: `klant-${this.#seed}-${nth}@example.com`,
      phone: '0612345678',
    }
    this.#customers.push((await this.#post('/customers', body)).id)
  }

  async #takeIn() {
    const assigned_to = this.#chance.next() < 0.5 ? this.#technician : undefined
    const customer_id = this.#chance.pick(this.#customers)
    const { id, status } = await this.#post('/work-orders', { customer_id, assigned_to })
    this.#orders.push({ id, status })
  }

  async #move() {
    const order = this.#chance.pick(this.#orders)
    const status = next[order.status] ?? 'diagnosis'
    order.status = status
    // Two at once may find it moved already; then the second is refused, and nothing happens.
    await this.#api.post(`/work-orders/${order.id}/status`, { status })
  }

  async #note() {
    await this.#post(`/work-orders/${this.#chance.pick(this.#orders).id}/notes`, { note: 'Bellen' })
  }

  async #bill() {
    const open = this.#bills.shift()
    if (!open) {
      const line = { description: 'Scherm', qty: 1, unit_price: 100, vat_rate: 21 }
      const customer_id = this.#chance.pick(this.#customers)
      const dates = { invoice_date: '2026-01-05', due_date: '2099-01-01' }
      const { id } = await this.#post('/invoices', { customer_id, ...dates, lines: [line] })
      this.#bills.push({ id, due: 121, isIssued: false })
    } else if (!open.isIssued) {
      await this.#post(`/invoices/${open.id}/issue`)
      this.#bills.push({ ...open, isIssued: true })
    } else {
      await this.#post(`/invoices/${open.id}/payments`, { amount: open.due, method: 'pin' })
    }
  }

  async #post(path: string, body?: unknown): Promise<Json> {
    const answer = await this.#api.post(path, body)
    if (answer.status >= 300) {
      throw new Error(`POST ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`)
    }
    return answer.body
  }
}
