/** In Dutch, the labels that a shop starts with; its own are shown as it wrote them. */
export const dutchLabels: Readonly<Record<string, string>> = {
  New: 'Aangemeld',
  Diagnosis: 'Onderzoek',
  'Waiting for approval': 'Wacht op akkoord',
  'Waiting for parts': 'Wacht op onderdelen',
  'In Repair': 'In reparatie',
  Ready: 'Klaar',
  Completed: 'Afgerond',
  Cancelled: 'Geannuleerd',
}
