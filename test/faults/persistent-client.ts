import { setTimeout as sleep } from 'node:timers/promises'
import { type Answer, Client } from '../harness/client.ts'

/** A client as it should be: repeats with the same Idempotency-Key what it got no answer to. */
export class PersistentClient {
  readonly #client: Client

  constructor(url: string, token: string) {
    this.#client = new Client(url, token)
  }

  get = (path: string) => this.#insist(() => this.#client.get(path))

  post(path: string, body?: unknown) {
    const headers = { 'Idempotency-Key': crypto.randomUUID() }
    return this.#insist(() => this.#client.post(path, body, headers))
  }

  async #insist(ask: () => Promise<Answer>): Promise<Answer> {
    for (let tries = 1; ; tries++) {
      const answer = await ask().catch((error: unknown) => error as Error)
      const isFinal = !(answer instanceof Error) && answer.status < 500 && answer.status !== 409
      if (isFinal) return answer
      if (tries > 400) throw new Error('no answer', { cause: answer })
      await sleep(50)
    }
  }
}
