import { createHmac, randomBytes } from 'node:crypto'
import type { Env } from '../../env.ts'
import { openSecrets, sealSecrets } from '../integrations/secrets.ts'

/** A key as both sides keep it: `whsec_` and the base64 of 256 random bits. */
export const newKey = () => `whsec_${randomBytes(32).toString('base64')}`

const ownerOf = (tenant_id: number) => `webhook_endpoints of ${tenant_id}`

/** What signs the messages of an endpoint: `previous` too until `previous_until` of the endpoint. */
export type SigningKeys = { current: string; previous?: string }

export const sealKeys = (env: Env, tenant_id: number, keys: SigningKeys) =>
  sealSecrets(env, keys, ownerOf(tenant_id))

export const openKeys = async (env: Env, tenant_id: number, sealed: string) =>
  (await openSecrets(env, sealed, ownerOf(tenant_id))) as SigningKeys

/** What signs a message of an endpoint now. */
export async function keysOf(
  env: Env,
  endpoint: { tenant_id: number; secrets: string; signs_twice: boolean },
): Promise<string[]> {
  const { current, previous } = await openKeys(env, endpoint.tenant_id, endpoint.secrets)
  return previous !== undefined && endpoint.signs_twice ? [current, previous] : [current]
}

/**
 * `webhook-signature` of a message (Standard Webhooks 1.0.0): one signature per key.
 *
 * @param timestamp_s `webhook-timestamp`, seconds since 1970
 */
export function signatureOf(
  keys: readonly string[],
  message: { id: string; timestamp_s: number; body: string },
): string {
  const signed = `${message.id}.${message.timestamp_s}.${message.body}`
  return keys
    .map((key) => {
      const secret = Buffer.from(key.replace(/^whsec_/, ''), 'base64')
      return `v1,${createHmac('sha256', secret).update(signed).digest('base64')}`
    })
    .join(' ')
}
