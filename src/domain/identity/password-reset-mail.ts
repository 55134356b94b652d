import type { Mail } from '../../integrations/mail-provider.ts'

interface Addressee {
  email: string
  name: string
  /** `nl` or `en`. */
  locale: string
  shop: string
}

const texts = {
  nl: {
    subject: 'Kies een nieuw wachtwoord',
    greeting: (name: string) => `Dag ${name},`,
    invitation: 'Via deze link kiest u een nieuw wachtwoord. Hij werkt een uur, en één keer.',
    button: 'Nieuw wachtwoord kiezen',
    otherwise: 'Hebt u hier niet om gevraagd? Dan hoeft u niets te doen; uw wachtwoord blijft.',
  },
  en: {
    subject: 'Choose a new password',
    greeting: (name: string) => `Hello ${name},`,
    invitation: 'With this link you choose a new password. It works for an hour, and once.',
    button: 'Choose a new password',
    otherwise: 'Did you not ask for this? Then there is nothing to do; your password stays.',
  },
}

/** The mail with the link to choose a new password, in the shop's language. */
export function passwordResetMail({ email, name, locale, shop }: Addressee, link: string): Mail {
  const t = locale === 'en' ? texts.en : texts.nl
  const paragraphs = [t.greeting(name), t.invitation, t.otherwise, shop]
  const [greeting, invitation, otherwise, signature] = paragraphs.map(escaped)
  return {
    to: email,
    from_name: shop,
    subject: t.subject,
    text: [t.greeting(name), t.invitation, link, t.otherwise, shop].join('\n\n'),
    html: [
      `<p>${greeting}</p>`,
      `<p>${invitation}</p>`,
      `<p><a href="${escaped(link)}">${t.button}</a></p>`,
      `<p>${otherwise}</p>`,
      `<p>${signature}</p>`,
    ].join('\n'),
  }
}

const escaped = (text: string) =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
