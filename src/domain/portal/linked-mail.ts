import { html, raw } from 'hono/html'
import type { Mail } from '../../integrations/mail-provider.ts'
import type { Locale } from '../sales/documents/texts.ts'

export const linkLabels = {
  quotation: { nl: 'Offerte bekijken en akkoord geven', en: 'View and accept the quotation' },
  invoice: { nl: 'Factuur bekijken', en: 'View the invoice' },
} satisfies Record<string, Record<Locale, string>>

const button =
  'display:inline-block;padding:12px 20px;border-radius:8px;background:#1d4ed8;color:#ffffff;font-weight:bold;text-decoration:none'

/**
 * A mail's text with the customer's link under it: as an address in the plain text, as a button in the
 * other form. Without a link the text alone.
 */
export function linkedMail(
  text: string,
  link: { label: string; url: string | null },
): Pick<Mail, 'text' | 'html'> {
  const { label, url } = link
  if (url === null) return { text }
  const paragraphs = text
    .split(/\n{2,}/)
    .map((paragraph) => html`<p style="white-space:pre-line">${paragraph}</p>\n`)
  return {
    text: `${text}\n\n${label}:\n${url}`,
    html: html`<div style="font-family:sans-serif;font-size:15px;line-height:1.5;max-width:600px">
${paragraphs}<p><a href="${url}" style="${raw(button)}">${label}</a></p>
</div>`.toString(),
  }
}
