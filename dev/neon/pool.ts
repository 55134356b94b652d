import { Session, type Target } from './session.ts'

const sessionLimit = 20
const idleTimeout_ms = 10_000

/** Connections of one user to one database, at most 20, the most recently used first. */
export class Pool {
  readonly #target: Target
  readonly #sessions = new Set<Session>()
  readonly #idle: Session[] = []
  readonly #waiting: (() => void)[] = []
  #count = 0

  constructor(target: Target) {
    this.#target = target
  }

  /** Lends a session to `work`; a session that broke meanwhile is not lent again. */
  async use<Result>(work: (session: Session) => Promise<Result>): Promise<Result> {
    const session = await this.#take()
    try {
      return await work(session)
    } finally {
      if (session.open) this.#idle.push(session)
      this.#waiting.shift()?.()
    }
  }

  close(): void {
    for (const session of this.#sessions) session.close()
  }

  async #take(): Promise<Session> {
    for (;;) {
      const session = this.#idle.pop()
      if (session?.open) return session
      if (session === undefined && this.#count < sessionLimit) return await this.#open()
      if (session === undefined) await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
  }

  async #open(): Promise<Session> {
    this.#count++
    const release = () => {
      this.#count--
      this.#waiting.shift()?.()
    }
    const session = await Session.connect(this.#target).catch((error) => {
      release()
      throw error
    })
    this.#sessions.add(session)
    session.onClose(() => {
      this.#sessions.delete(session)
      release()
    })
    session.onQuiet(idleTimeout_ms, () => {
      const place = this.#idle.indexOf(session)
      if (place < 0) return
      this.#idle.splice(place, 1)
      session.close()
    })
    return session
  }
}
