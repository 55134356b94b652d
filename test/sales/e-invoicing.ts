/** A seller and a buyer that every profile accepts, as an invoice keeps them. */
export const repairShop = {
  name: 'Reparatiehuis B.V.',
  company: 'Reparatiehuis B.V.',
  address: 'Kerkstraat 12',
  postal_code: '1017 GC',
  city: 'Amsterdam',
  country: 'NL',
  email: 'info@reparatiehuis.example',
  phone: '020 123 45 67',
  vat_number: 'NL001234567B01',
  kvk_number: '12345678',
  iban: 'NL91ABNA0417164300',
  bic: 'ABNANL2A',
}

export const business = {
  name: 'Anna Jansen',
  company: 'Jansen Advies B.V.',
  address: 'Dorpsweg 7',
  postal_code: '3512 JE',
  city: 'Utrecht',
  country: 'NL',
  email: null,
  vat_number: 'NL009876543B02',
  kvk_number: '87654321',
}

export const belgian = {
  ...business,
  company: 'Peeters BV',
  address: 'Meir 1',
  postal_code: '2000',
  city: 'Antwerpen',
  country: 'BE',
  vat_number: 'BE0403170701',
  kvk_number: null,
}

/** In no register, and without a VAT number. */
export const consumer = { ...business, company: null, vat_number: null, kvk_number: null }
