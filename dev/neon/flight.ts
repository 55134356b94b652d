// The package's entry for ES modules comes without types.
import { DatabaseError, serialize } from 'pg-protocol/dist/index.js'
import type {
  BackendMessage,
  CommandCompleteMessage,
  DataRowMessage,
  Field,
  RowDescriptionMessage,
} from 'pg-protocol/dist/messages.js'

export interface Statement {
  text: string
  /** PostgreSQL text input of each parameter. */
  params: (string | null)[]
}

export interface StatementResult {
  /** First word of the command tag. */
  command: string
  rowCount: number | null
  fields: Field[]
  /** PostgreSQL text output of each value. */
  rows: (string | null)[][]
}

/** The answer is larger than the endpoint sends on. */
export class AnswerTooLarge extends Error {}

/** A statement that was prepared earlier no longer fits; nothing of the flight took effect. */
export class StalePreparedStatement extends Error {}

const answerLimit_bytes = 64 * 1024 * 1024
const preparedLimit = 256

interface Prepared {
  name: string
  text: string
  /** Known once the server described it. */
  fields?: Field[]
}

/** The statements that one connection holds prepared, the least recently used first. */
export class PreparedStatements {
  readonly #byText = new Map<string, Prepared>()
  #toClose: Prepared[] = []
  #lastNumber = 0

  create(text: string): Prepared {
    return { name: `s${++this.#lastNumber}`, text }
  }

  find(text: string): Prepared | undefined {
    const prepared = this.#byText.get(text)
    if (prepared !== undefined) {
      // A map keeps the order of insertion.
      this.#byText.delete(text)
      this.#byText.set(text, prepared)
    }
    return prepared
  }

  keep(statements: Prepared[]): void {
    for (const prepared of statements) this.#byText.set(prepared.text, prepared)
    for (const oldest of this.#byText.values()) {
      if (this.#byText.size <= preparedLimit) break
      this.#byText.delete(oldest.text)
      this.#toClose.push(oldest)
    }
  }

  clear(): void {
    this.#toClose.push(...this.#byText.values())
    this.#byText.clear()
  }

  /** Messages that free what was dropped since the last call. */
  closeMessages(): Buffer[] {
    const messages = this.#toClose.map(({ name }) => serialize.close({ type: 'S', name }))
    this.#toClose = []
    return messages
  }
}

/**
 * Statements that go out in one write with one Sync at the end: by protocol a failing statement
 * ends all that follow it.
 */
export class Flight {
  /** The messages to send. */
  readonly bytes: Buffer
  readonly #known: PreparedStatements
  readonly #steps: Prepared[] = []
  readonly #created: Prepared[] = []
  /** So many of `#created` exist in the server. */
  #parsed = 0
  readonly #results: StatementResult[] = []
  #rows: (string | null)[][] = []
  #size_bytes = 0
  #error: Error | undefined

  constructor(statements: Statement[], known: PreparedStatements) {
    this.#known = known
    const messages = known.closeMessages()
    for (const statement of statements) messages.push(...this.#add(statement))
    this.bytes = Buffer.concat([...messages, serialize.sync()])
  }

  #add({ text, params }: Statement): Buffer[] {
    const messages: Buffer[] = []
    let prepared =
      this.#known.find(text) ?? this.#created.find((candidate) => candidate.text === text)
    if (prepared === undefined) {
      prepared = this.#known.create(text)
      this.#created.push(prepared)
      messages.push(serialize.parse(prepared))
    }
    this.#steps.push(prepared)
    messages.push(serialize.bind({ statement: prepared.name, values: params }))
    if (prepared.fields === undefined) messages.push(serialize.describe({ type: 'P' }))
    messages.push(serialize.execute())
    return messages
  }

  /** Takes a message of the server, and tells what it asks of the connection. */
  receive(message: BackendMessage): 'ready' | 'refuse copy' | 'cancel' | undefined {
    const step = this.#steps[this.#results.length]
    switch (message.name) {
      case 'dataRow':
        return this.#addRow(message as DataRowMessage)
      case 'commandComplete':
        return this.#finishStatement((message as CommandCompleteMessage).text)
      case 'emptyQuery':
        return this.#finishStatement('')
      case 'rowDescription':
        if (step !== undefined) step.fields = (message as RowDescriptionMessage).fields
        return
      case 'noData':
        if (step !== undefined) step.fields = []
        return
      case 'parseComplete':
        this.#parsed++
        return
      case 'copyInResponse':
        // Before its end the next statement's message makes the copy fail by itself.
        return this.#results.length === this.#steps.length - 1 ? 'refuse copy' : undefined
      case 'error':
        this.#error ??= message as DatabaseError
        return
      case 'readyForQuery':
        return 'ready'
    }
  }

  /** The error that a statement had, or that ended the connection. */
  get error(): Error | undefined {
    return this.#error
  }

  /** @throws DatabaseError of the first failing statement, AnswerTooLarge, StalePreparedStatement */
  finish(): StatementResult[] {
    this.#known.keep(this.#created.slice(0, this.#parsed))
    if (this.#error === undefined) return this.#results
    const reused = this.#steps.some((step) => !this.#created.includes(step))
    if (reused && isStale(this.#error)) {
      this.#known.clear()
      throw new StalePreparedStatement(this.#error.message)
    }
    throw this.#error
  }

  #addRow(message: DataRowMessage): 'cancel' | undefined {
    this.#size_bytes += message.length
    if (this.#size_bytes <= answerLimit_bytes) {
      this.#rows.push(message.fields)
    } else if (!(this.#error instanceof AnswerTooLarge)) {
      this.#error = new AnswerTooLarge('the result is larger than 64 MiB')
      return 'cancel'
    }
  }

  /** `tag` is for example `INSERT 0 3`, `SELECT 1` or `CREATE TABLE`. */
  #finishStatement(tag: string): undefined {
    const words = tag.split(' ')
    const count = words.length > 1 ? Number(words.at(-1)) : Number.NaN
    this.#results.push({
      command: words[0] ?? '',
      rowCount: Number.isNaN(count) ? null : count,
      fields: this.#steps[this.#results.length]?.fields ?? [],
      rows: this.#rows,
    })
    this.#rows = []
  }
}

/** The table changed under a prepared statement, or someone said DISCARD ALL. */
function isStale(error: Error): boolean {
  if (!(error instanceof DatabaseError)) return false
  const { code, routine } = error
  return code === '26000' || (code === '0A000' && routine === 'RevalidateCachedQuery')
}
