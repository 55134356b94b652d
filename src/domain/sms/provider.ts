import type { Calling } from '../../context.ts'
import { type SmsProvider, twilio } from '../../integrations/twilio/client.ts'
import { baseUrl, type Connection, openConnection, waits } from '../integrations/connection.ts'

export interface ConnectedSmsProvider extends Connection {
  provider: SmsProvider
}

/** The shop's own account at Twilio; null when it has no credentials. */
export async function smsConnection(ctx: Calling): Promise<ConnectedSmsProvider | null> {
  const connection = await openConnection(ctx, 'twilio')
  const { account_sid, from_number, messaging_service_sid } = connection?.config ?? {}
  const { auth_token } = connection?.secrets ?? {}
  if (!connection || !account_sid || !auth_token) return null
  const account = { account_sid, auth_token, from_number, messaging_service_sid }
  const url = baseUrl(ctx.env.TWILIO_BASE_URL, 'https://api.twilio.com')
  return { ...connection, provider: twilio(url, account, waits(ctx.env)) }
}
