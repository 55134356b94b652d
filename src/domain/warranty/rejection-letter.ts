/** What a customer is told of a claim that was rejected. */
export interface Rejection {
  customer: string
  shop: string
  locale: string
  ticket_no: string
  claim: { description: string }
  reason: string
}

/** The mail to the customer, in the language of the shop's documents. */
export function rejectionLetter({ customer, shop, locale, ticket_no, claim, reason }: Rejection) {
  if (locale === 'en') {
    return {
      subject: `Your warranty claim on ${ticket_no}`,
      text: letter(
        `Dear ${customer},`,
        `You reported a defect after our repair ${ticket_no}:`,
        claim.description,
        'We looked into it and cannot repair it under warranty. The reason:',
        reason,
        'If you have a question about it, just reply to this e-mail.',
        `Kind regards,\n${shop}`,
      ),
    }
  }
  return {
    subject: `Uw garantieclaim op ${ticket_no}`,
    text: letter(
      `Beste ${customer},`,
      `U meldde een gebrek na onze reparatie ${ticket_no}:`,
      claim.description,
      'Wij hebben het bekeken en kunnen het niet onder garantie herstellen. De reden:',
      reason,
      'Heeft u hier een vraag over? Beantwoord dan gerust deze e-mail.',
      `Met vriendelijke groet,\n${shop}`,
    ),
  }
}

const letter = (...paragraphs: string[]) => paragraphs.join('\n\n')
