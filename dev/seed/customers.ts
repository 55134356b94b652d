import type { Transacting } from '../../src/context.ts'
import { createCompany } from '../../src/domain/customers/companies.ts'
import { createCustomer, tagCustomer } from '../../src/domain/customers/customers.ts'
import { createDevice } from '../../src/domain/customers/devices.ts'
import { drafted } from './acting.ts'
import { models } from './goods.ts'
import { inventCompany, inventPerson } from './people.ts'
import type { Story } from './story.ts'

/** Someone who comes to the shop; the ids are there once the story got that far. */
export interface Client {
  id: number
  isBusiness: boolean
  devices: { id: number; model: (typeof models)[number] }[]
}

/** Customers who come in over the year, every fifth one for a company, each with a device or two. */
export class Clients {
  readonly #story: Story
  readonly #companies: number[] = []
  readonly #known: Client[] = []
  readonly #expected: number
  #count = 0

  constructor(story: Story, expected: number) {
    this.#story = story
    this.#expected = expected
  }

  /** A new face while more are expected, else someone who was here before. */
  async next(ctx: Transacting): Promise<Client> {
    const { random } = this.#story
    const isNew = this.#known.length < 3 || random.chance(0.6)
    if (this.#count < this.#expected && isNew) return await this.welcome(ctx)
    return random.pick(this.#known)
  }

  async welcome(ctx: Transacting): Promise<Client> {
    const { random, shop } = this.#story
    this.#count++
    const isBusiness = this.#count % 5 === 0
    const company_id = isBusiness ? await this.#company(ctx) : null
    const body = drafted(createCustomer, { ...inventPerson(random), company_id })
    const { id } = await createCustomer(ctx, { body })
    const client: Client = { id, isBusiness, devices: [] }
    for (let count = random.between(1, 5) > 3 ? 2 : 1; count > 0; count--) {
      client.devices.push(await this.#device(ctx, id))
    }
    if (random.chance(0.15)) {
      await tagCustomer(ctx, { params: { id }, body: { tag_ids: [random.pick(shop.tags)] } })
    }
    this.#known.push(client)
    return client
  }

  /** Two colleagues of every three share a company. */
  async #company(ctx: Transacting): Promise<number> {
    const { random } = this.#story
    if (this.#companies.length > 0 && random.chance(0.35)) return random.pick(this.#companies)
    const { id } = await createCompany(ctx, { body: drafted(createCompany, inventCompany(random)) })
    this.#companies.push(id)
    return id
  }

  async #device(ctx: Transacting, customer_id: number): Promise<Client['devices'][number]> {
    const { random } = this.#story
    const model = random.pick(models)
    const body = drafted(createDevice, {
      customer_id,
      ...model,
      serial_number: `${model.brand.slice(0, 2).toUpperCase()}${random.digits(8)}`,
      imei: model.kind === 'phone' ? imei(random.digits(14)) : null,
      color: random.pick(['zwart', 'wit', 'blauw', 'zilver']),
    })
    const { id } = await createDevice(ctx, { body })
    return { id, model }
  }
}

/** Fourteen digits and their Luhn digit. */
function imei(digits: string): string {
  const sum = [...digits].reduce((total, digit, place) => {
    const doubled = Number(digit) * (place % 2 === 0 ? 1 : 2)
    return total + (doubled > 9 ? doubled - 9 : doubled)
  }, 0)
  return digits + ((10 - (sum % 10)) % 10)
}
