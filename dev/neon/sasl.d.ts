/** The part of `pg` that knows SCRAM; it has no types of its own. */
declare module 'pg/lib/crypto/sasl.js' {
  export interface SaslSession {
    mechanism: string
    response: string
  }
  const sasl: {
    startSession(mechanisms: string[], stream: unknown): SaslSession
    continueSession(
      session: SaslSession,
      password: string,
      serverData: string,
      stream: unknown,
    ): Promise<void>
    finalizeSession(session: SaslSession, serverData: string): void
  }
  export default sasl
}
