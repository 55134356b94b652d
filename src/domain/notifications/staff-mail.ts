import type { Words } from './words.ts'

interface Addressee {
  name: string
  email: string
  shop: string
  /** `nl` or `en`. */
  locale: string
}

const texts = {
  nl: {
    greeting: (name: string) => `Dag ${name},`,
    why: 'U krijgt deze mail omdat u dat bij uw meldingen zo hebt ingesteld.',
    test: {
      title: 'Testmelding',
      body: 'Dit is een test. Als u dit leest, komen uw meldingen per mail aan.',
    },
  },
  en: {
    greeting: (name: string) => `Hello ${name},`,
    why: 'You get this mail because of the preferences of your notifications.',
    test: {
      title: 'Test notification',
      body: 'This is a test. If you read it, your notifications by mail arrive.',
    },
  },
}

const textsOf = (locale: string) => (locale === 'en' ? texts.en : texts.nl)

/** A notification as a mail to somebody of the shop; a payload of the reaction `mail`. */
export function staffMail({ name, email, shop, locale }: Addressee, { title, body }: Words) {
  const { greeting, why } = textsOf(locale)
  return {
    to: email,
    from_name: shop,
    subject: title,
    text: [greeting(name), title, body, why, shop].filter(Boolean).join('\n\n'),
  }
}

/** What a test says. */
export const testWords = (locale: string): Words => textsOf(locale).test
