import { ProviderError } from './exchange.ts'

/** A token that opens a provider's API for a while. */
export interface AccessToken {
  token: string
  expires_in_s: number
}

/** Where a client gets its token from; somebody else keeps it between two requests. */
export interface TokenSource {
  get(): Promise<string>
  /** A new one, because the provider refused this one. */
  renew(refused: string): Promise<string>
}

/**
 * Asks with an access token. One that is refused, because it was withdrawn or another one replaced it, is
 * renewed once: a request that was refused has done nothing.
 *
 * @throws ProviderError
 */
export async function withToken<T>(
  tokens: TokenSource,
  ask: (token: string) => Promise<T>,
): Promise<T> {
  const token = await tokens.get()
  try {
    return await ask(token)
  } catch (error) {
    if (!(error instanceof ProviderError) || error.failure !== 'unauthorized') throw error
    return ask(await tokens.renew(token))
  }
}
