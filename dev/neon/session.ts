import { connect, type Socket } from 'node:net'
import { type DatabaseError, parse, serialize } from 'pg-protocol/dist/index.js'
import type {
  BackendKeyDataMessage,
  BackendMessage,
  ReadyForQueryMessage,
} from 'pg-protocol/dist/messages.js'
import {
  Flight,
  PreparedStatements,
  StalePreparedStatement,
  type Statement,
  type StatementResult,
} from './flight.ts'

/** Who to be, and where. */
export interface Target {
  host: string
  port: number
  user: string
  password: string
  database: string
}

interface Pending {
  flight: Flight
  resolve(results: StatementResult[]): void
  reject(error: unknown): void
}

/** One PostgreSQL connection, for one request at a time. */
export class Session {
  readonly #socket: Socket
  readonly #target: Target
  readonly #prepared = new PreparedStatements()
  #opening: { resolve(): void; reject(error: unknown): void } | undefined
  #pending: Pending | undefined
  #cancelling: Promise<void> | undefined
  #backend: BackendKeyDataMessage | undefined
  /** Transaction status at the last ReadyForQuery: I(dle), T(ransaction) or E(rror). */
  #status = 'I'

  /**
   * Connects and signs in, with a cleartext password or none.
   *
   * @throws DatabaseError when the server refuses us, or a network error
   */
  static async connect(target: Target): Promise<Session> {
    const session = new Session(target)
    await new Promise<void>((resolve, reject) => {
      session.#opening = { resolve, reject }
    })
    return session
  }

  private constructor(target: Target) {
    this.#target = target
    const { host, port, user, database } = target
    this.#socket = connect({ host, port, noDelay: true })
    this.#socket.once('connect', () => this.#socket.write(serialize.startup({ user, database })))
    this.#socket.once('error', (error) => this.#fail(error))
    this.#socket.once('close', () => this.#fail(new Error('the database connection was lost')))
    void parse(this.#socket, (message) => this.#receive(message))
  }

  /** False once the connection ended, for whatever reason. */
  get open(): boolean {
    return this.#socket.writable
  }

  close(): void {
    this.#socket.end(serialize.end())
  }

  /** Calls `listener` once the connection is gone. */
  onClose(listener: () => void): void {
    this.#socket.once('close', listener)
  }

  /** Calls `listener` whenever nothing went over the connection for so long. */
  onQuiet(timeout_ms: number, listener: () => void): void {
    this.#socket.setTimeout(timeout_ms, listener)
  }

  /**
   * Runs the statements in one round trip. The connection is outside any transaction afterwards.
   *
   * @throws DatabaseError of the first failing statement, AnswerTooLarge, or a network error
   */
  async run(statements: Statement[]): Promise<StatementResult[]> {
    try {
      return await this.#send(statements)
    } catch (error) {
      if (!(error instanceof StalePreparedStatement)) throw error
      await this.#rollback()
      return await this.#send(statements)
    } finally {
      // A cancel that is still under way would hit the next request.
      await this.#cancelling
      this.#cancelling = undefined
      await this.#rollback()
    }
  }

  /** Asks the server to end what is running; `run` then rejects. */
  cancel(): void {
    const backend = this.#backend
    if (backend === undefined || this.#pending === undefined) return
    this.#cancelling ??= new Promise((resolve) => {
      const socket = connect(this.#target.port, this.#target.host, () => {
        socket.write(serialize.cancel(backend.processID, backend.secretKey))
      })
      socket.once('error', () => resolve())
      socket.once('close', () => resolve())
      socket.resume()
    })
  }

  async #rollback(): Promise<void> {
    if (!this.open || this.#status === 'I') return
    await this.#send([{ text: 'ROLLBACK', params: [] }]).catch(() => this.close())
  }

  #send(statements: Statement[]): Promise<StatementResult[]> {
    return new Promise((resolve, reject) => {
      if (!this.open) throw new Error('the database connection was lost')
      const flight = new Flight(statements, this.#prepared)
      this.#pending = { flight, resolve, reject }
      this.#socket.write(flight.bytes)
    })
  }

  #receive(message: BackendMessage): void {
    if (this.#pending === undefined) {
      this.#receiveOpening(message)
      return
    }
    const { flight, resolve, reject } = this.#pending
    switch (flight.receive(message)) {
      case 'ready':
        this.#status = (message as ReadyForQueryMessage).status
        this.#pending = undefined
        try {
          resolve(flight.finish())
        } catch (error) {
          reject(error)
        }
        break
      case 'refuse copy':
        // The Sync that was sent belongs to the copy; the refusal needs one of its own.
        this.#socket.write(serialize.copyFail('COPY FROM STDIN is not possible over HTTP'))
        this.#socket.write(serialize.sync())
        break
      case 'cancel':
        this.cancel()
    }
  }

  #receiveOpening(message: BackendMessage): void {
    switch (message.name) {
      case 'authenticationCleartextPassword':
        this.#socket.write(serialize.password(this.#target.password))
        break
      case 'authenticationMD5Password':
      case 'authenticationSASL':
        this.#fail(new Error('the endpoint signs in with a cleartext password only'))
        break
      case 'backendKeyData':
        this.#backend = message as BackendKeyDataMessage
        break
      case 'error':
        this.#fail(message as DatabaseError)
        break
      case 'readyForQuery':
        this.#opening?.resolve()
        this.#opening = undefined
    }
  }

  #fail(error: Error): void {
    this.#opening?.reject(error)
    // The server's own last words, such as a FATAL error, say more than a closed socket.
    this.#pending?.reject(this.#pending.flight.error ?? error)
    this.#opening = undefined
    this.#pending = undefined
    this.#socket.destroy()
  }
}
