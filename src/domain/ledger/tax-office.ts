/** Where VAT is paid, from that day on (Belastingdienst, Toelichting btw-aangifte 2026). */
const accounts = [{ since: '2026-05-01', iban: 'NL04RABO0200112244', name: 'Belastingdienst' }]

/** The tax office's account for what is to be paid by that day; undefined where it is not known here. */
export const taxOfficeAccount = (due_date: string) =>
  accounts.findLast(({ since }) => since <= due_date)
