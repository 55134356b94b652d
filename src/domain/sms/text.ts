import { creditsOf } from '../../lib/sms-credits.ts'
import { invalid } from '../../refusal.ts'
import { filledTemplate, type PlaceholderValues, templateText } from '../messages/placeholders.ts'

/** As much as Twilio takes. */
const longest = 1600
const mostCredits = 10

const isTooLong = (text: string) => text.length > longest || creditsOf(text) > mostCredits

export const tooLong = `may not take more than ${mostCredits} messages`

/** Text of a message, as it is written: with placeholders. */
export const smsText = () =>
  templateText(longest).refine((text) => !isTooLong(text), { error: tooLong })

/** The text as one customer gets it; null when that is too long, or empty. */
export function smsTextFor(text: string, values: PlaceholderValues): string | null {
  const filled = filledTemplate(text, values).trim()
  return filled === '' || isTooLong(filled) ? null : filled
}

/** Refusal of a text that a template makes for this customer. */
export const unsendable = (field: 'body' | 'template_id') =>
  invalid({ [field]: [`The ${field.replace('_', ' ')} field ${tooLong}.`] })
