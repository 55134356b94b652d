import { notFound, Refusal } from '../../refusal.ts'

/** What a link's token says: which link it is, and of which shop. */
export interface LinkClaims {
  link_id: number
  tenant_id: number
}

const key = (secret: string) => new TextEncoder().encode(secret)

/** The last part of a link's address, signed with HS256. `expires_at` in whole seconds. */
export async function signLink(
  secret: string,
  { link_id, tenant_id, expires_at }: LinkClaims & { expires_at: Date },
): Promise<string> {
  const { SignJWT } = await import('jose')
  return new SignJWT({ link: link_id, tenant: tenant_id })
    .setProtectedHeader({ alg: 'HS256' })
    .setExpirationTime(expires_at)
    .sign(key(secret))
}

/**
 * Reads what `signLink` wrote.
 *
 * @throws Refusal 404 for what we did not sign, 410 when its time is over
 */
export async function readLink(secret: string | undefined, token: string): Promise<LinkClaims> {
  if (!secret) throw notFound()
  const { errors, jwtVerify } = await import('jose')
  const { payload } = await jwtVerify<{ link: number; tenant: number }>(token, key(secret), {
    algorithms: ['HS256'],
    requiredClaims: ['exp', 'link', 'tenant'],
  }).catch((error: unknown) => {
    throw error instanceof errors.JWTExpired ? linkGone() : notFound()
  })
  return { link_id: payload.link, tenant_id: payload.tenant }
}

const linkGone = () => new Refusal(410, 'link_gone', 'This link has expired or was revoked.')
