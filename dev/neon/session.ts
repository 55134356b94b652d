import type { Socket } from 'node:net'
import sasl, { type SaslSession } from 'pg/lib/crypto/sasl.js'
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
import { openServerSocket, type ServerAddress } from './server-socket.ts'

/** Who to be, and where. */
export interface Target extends ServerAddress {
  user: string
  password: string
  database: string
}

interface Pending {
  flight: Flight
  resolve(results: StatementResult[]): void
  reject(error: unknown): void
}

type SaslMessage =
  | { name: 'authenticationSASL'; mechanisms: string[] }
  | { name: 'authenticationSASLContinue' | 'authenticationSASLFinal'; data: string }

/** One PostgreSQL connection, for one request at a time. */
export class Session {
  readonly #socket: Socket
  readonly #target: Target
  readonly #prepared = new PreparedStatements()
  #opening: { resolve(): void; reject(error: unknown): void } | undefined
  #pending: Pending | undefined
  #cancelling: Promise<void> | undefined
  #backend: BackendKeyDataMessage | undefined
  #scram: SaslSession | undefined
  /** Transaction status at the last ReadyForQuery: I(dle), T(ransaction) or E(rror). */
  #status = 'I'

  /**
   * Connects and signs in, with a cleartext password, SCRAM or none.
   *
   * @throws DatabaseError when the server refuses us, or a network error
   */
  static async connect(target: Target): Promise<Session> {
    const session = new Session(target, await openServerSocket(target))
    await new Promise<void>((resolve, reject) => {
      session.#opening = { resolve, reject }
    })
    return session
  }

  private constructor(target: Target, socket: Socket) {
    this.#target = target
    this.#socket = socket
    const { user, database } = target
    socket.write(serialize.startup({ user, database }))
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
    this.#cancelling ??= openServerSocket(this.#target)
      .then((socket) => {
        socket.write(serialize.cancel(backend.processID, backend.secretKey))
        socket.resume()
        return new Promise<void>((resolve) => {
          socket.once('error', () => resolve())
          socket.once('close', () => resolve())
        })
      })
      .catch(() => {})
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
        this.#fail(new Error('the endpoint signs in with SCRAM or a cleartext password, not MD5'))
        break
      case 'authenticationSASL':
      case 'authenticationSASLContinue':
      case 'authenticationSASLFinal':
        this.#proveBySasl(message as BackendMessage & SaslMessage).catch((error) =>
          this.#fail(error),
        )
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

  async #proveBySasl(message: SaslMessage): Promise<void> {
    const { password } = this.#target
    if (message.name === 'authenticationSASL') {
      this.#scram = sasl.startSession(message.mechanisms, this.#socket)
      const { mechanism, response } = this.#scram
      this.#socket.write(serialize.sendSASLInitialResponseMessage(mechanism, response))
    } else if (this.#scram && message.name === 'authenticationSASLContinue') {
      await sasl.continueSession(this.#scram, password, message.data, this.#socket)
      this.#socket.write(serialize.sendSCRAMClientFinalMessage(this.#scram.response))
    } else if (this.#scram && message.name === 'authenticationSASLFinal') {
      sasl.finalizeSession(this.#scram, message.data)
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
