import { ProviderError, type ProviderFailure } from '../exchange.ts'
import type { SmtpServer } from './client.ts'

/** A mail server that did not take a mail, and why in a sentence without its own words: they repeat addresses. */
export class MailFailure extends ProviderError {
  override readonly code: string = 'mail_failed'
}

/** What nodemailer and our socket say of a failure. */
interface Told {
  code?: string
  responseCode?: number
  command?: string
  name?: string
}

/** What came of a try, by nodemailer's code and the server's answer. */
export function failureOf(error: unknown, server: SmtpServer): MailFailure {
  const told = error as Told
  const answer = told.responseCode ? ` (${told.responseCode})` : ''
  const [failure, sentence] = judged(told, server)
  return new MailFailure(failure, `${sentence}${answer}`)
}

function judged(told: Told, { port, encryption }: SmtpServer): [ProviderFailure, string] {
  const { code = '', responseCode = 0, command = '', name } = told
  if (name === 'AbortError' || name === 'TimeoutError' || code === 'ETIMEDOUT')
    return ['no_answer', 'SMTP server did not answer in time']
  if (code === 'EREFUSED') return ['no_answer', `SMTP connection refused on port ${port}`]
  if (code === 'ENOTFOUND') return ['no_answer', 'SMTP server was not found']
  if (code === 'ETLS') {
    // Sent no certificate that holds, or offers no TLS where the shop wants it: the same tomorrow.
    return ['refused', `SMTP server offers no TLS that can be trusted on port ${port}`]
  }
  // 4xx: not now (RFC 5321 4.2.1).
  if (responseCode >= 400 && responseCode < 500)
    return ['no_answer', `SMTP server cannot ${deed(command)} now`]
  if (code === 'EAUTH') return ['unauthorized', 'SMTP login failed: wrong username or password']
  if (code === 'EENVELOPE' && command === 'RCPT TO')
    return ['refused', 'SMTP server refused the recipient']
  if (code === 'EENVELOPE' && command === 'MAIL FROM')
    return ['refused', 'SMTP server refused the sender']
  if (code === 'EENVELOPE' && command === 'API')
    return ['refused', 'The mail has no valid sender or recipient']
  if (responseCode >= 500) return ['refused', 'SMTP server refused the mail']
  if (['ECONNECTION', 'ESOCKET', 'ECONNRESET'].includes(code)) {
    // workerd calls a socket secure before it has seen the certificate, and then closes it without a word.
    const or = encryption === 'tls' ? ', or has no certificate that can be trusted' : ''
    return ['no_answer', `SMTP server closed the connection early${or}`]
  }
  if (code === 'EPROTOCOL') return ['no_answer', 'SMTP server gave an answer that makes no sense']
  return ['no_answer', 'The mail could not be sent']
}

const deed = (command: string) => (command.startsWith('AUTH') ? 'check the login' : 'take the mail')
