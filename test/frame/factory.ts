import type pg from 'pg'
import type { Client, Json } from '../harness/client.ts'
import { bodies } from './bodies.ts'
import { collectionPath, fillPath, type Operation, recordPath } from './operations.ts'
import { records } from './records.ts'
import { referenced } from './schemas.ts'
import { states } from './states.ts'

export type Ids = Record<string, number | string>
type Owner = pg.Pool
export type Body = Record<string, unknown> | FormData

/** Makes valid records of every resource through the API, each with the records it needs. */
export class Factory {
  readonly api: Client
  readonly #owner: Owner
  #count = 0

  constructor(api: Client, owner: Owner) {
    this.api = api
    this.#owner = owner
  }

  /** A row that no request makes, in the shop of the client. */
  async row(table: string, values: Record<string, unknown>): Promise<number> {
    const columns = Object.keys(values)
    const { rows } = await this.#owner.query(
      `insert into ${table} (tenant_id, ${columns.join()})
       select tenant_id, ${columns.map((_, i) => `$${i + 2}`).join()} from api_tokens where id = $1
       returning id`,
      [this.api.token?.split('|')[0], ...Object.values(values)],
    )
    return Number(rows[0].id)
  }

  /** A column that no answer shows. */
  async value(table: string, column: string, id: unknown): Promise<unknown> {
    const { rows } = await this.#owner.query(`select ${column} from ${table} where id = $1`, [id])
    return rows[0][column]
  }

  /** A number that no record of this run has had. */
  next(): number {
    return ++this.#count
  }

  /** A name that no record of this run has had. */
  name(noun: string): string {
    return `${noun} ${this.next()} of ${this.api.token?.split('|')[0]}`
  }

  /** Id of a new record of a plain collection. */
  async id(collection: string): Promise<number> {
    const { id } = await this.record(`${collection}/{id}`)
    return id as number
  }

  /** A body that a POST to this collection or action, or a PUT without a POST, accepts. */
  async body(path: string): Promise<Body> {
    const make = bodies[path.replace(/\{\w+\}/g, '{id}')]
    if (!make) {
      throw new Error(`test/frame/factory.ts knows no body for ${path}: add one to \`bodies\``)
    }
    return make(this)
  }

  /** The ids that a path needs, of new records. */
  async record(path: string): Promise<Ids> {
    if (!path.includes('{')) return {}
    const make = records[path]
    if (make) return make(this)
    const collection = collectionPath(path)
    const parent = await this.record(recordPath(collection))
    const { id } = await this.create(fillPath(collection, parent), await this.body(collection))
    const name = path.slice(path.lastIndexOf('{') + 1, path.lastIndexOf('}'))
    return { ...parent, [name]: id }
  }

  /** POSTs, and answers the body of the 2xx. */
  async create(path: string, body?: Body): Promise<Json> {
    const answer = await this.api.post(path, body)
    if (answer.status >= 300) {
      throw new Error(`POST ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`)
    }
    return answer.body
  }

  /** Ids in the state that an operation needs to succeed. */
  async idsFor(operation: Operation): Promise<Ids> {
    const prepared = states[operation.name]
    return prepared ? prepared(this) : this.record(recordPath(operation.path))
  }

  /** The address of an operation on these ids, with the query that it cannot do without. */
  async addressOf({ path, query }: Operation, ids: Ids): Promise<string> {
    const needed = query.filter(({ required }) => required)
    const values = needed.map(async ({ name, schema }) => {
      const example = schema.enum?.[0] ?? schema.examples[0]
      return `${name}=${/_id$/.test(name) ? await this.id(referenced({ name }, { path })) : example}`
    })
    const given = (await Promise.all(values)).join('&')
    return [fillPath(path, ids), ...(given ? [given] : [])].join('?')
  }

  /** A body that an operation accepts; undefined when it takes none. */
  async bodyFor(operation: Operation): Promise<Body | undefined> {
    if (!operation.body && !operation.form) return undefined
    const own = bodies[operation.name] ?? bodies[operation.path.replace(/\{\w+\}/g, '{id}')]
    return own ? own(this) : this.body(collectionPath(operation.path))
  }
}
