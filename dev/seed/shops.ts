import type { ShopDraft } from './shop.ts'

const week = { open: ['09:00-18:00'], saturday: ['10:00-17:00'] }

/** The shop that a newcomer looks around in. */
export const amsterdam: ShopDraft = {
  name: 'Reparatiehuis Amsterdam',
  staff: [
    { name: 'Anna de Wit', role: 'admin', job: 'Eigenaar', email: 'admin@example.com' },
    { name: 'Mark Jansen', role: 'manager', job: 'Bedrijfsleider', email: 'manager@example.com' },
    {
      name: 'Tim Bakker',
      role: 'technician',
      job: 'Monteur',
      email: 'technician@example.com',
      hourly_rate: 24.5,
    },
    { name: 'Farah Amrani', role: 'frontdesk', job: 'Balie', email: 'frontdesk@example.com' },
    { name: 'Bas Visser', role: 'accountant', job: 'Boekhouder', email: 'accountant@example.com' },
    { name: 'Lisa Mulder', role: 'technician', job: 'Monteur', hourly_rate: 23 },
    { name: 'Deniz Kaya', role: 'technician', job: 'Leerling', hourly_rate: 16 },
  ],
  settings: {
    address: 'Kinkerstraat 120',
    postal_code: '1053 ED',
    city: 'Amsterdam',
    email: 'info@reparatiehuis.example',
    phone: '020 123 4567',
    vat_number: 'NL123456789B01',
    kvk_number: '12345678',
    iban: 'NL91ABNA0417164300',
    bic: 'ABNANL2A',
    opening_hours: {
      mon: week.open,
      tue: week.open,
      wed: week.open,
      thu: week.open,
      fri: week.open,
      sat: week.saturday,
    },
    invoice_footer: 'Op reparaties geven wij drie maanden garantie.',
  },
  branches: [
    { name: 'Kinkerstraat', address: 'Kinkerstraat 120, Amsterdam', phone: '020 123 4567' },
    { name: 'Javastraat', address: 'Javastraat 44, Amsterdam', phone: '020 765 4321' },
  ],
}

/** Another shop: what is in it, nobody of the first one ever sees. */
export const utrecht: ShopDraft = {
  name: 'Fixpunt Utrecht',
  staff: [
    { name: 'Omar Bos', role: 'admin', job: 'Eigenaar', email: 'admin@other.example.com' },
    { name: 'Sara Dekker', role: 'technician', job: 'Monteur', hourly_rate: 22 },
  ],
  settings: { address: 'Twijnstraat 8', postal_code: '3511 ZL', city: 'Utrecht' },
  branches: [{ name: 'Twijnstraat', address: 'Twijnstraat 8, Utrecht', phone: '030 123 4567' }],
}

/** Those who run the service. */
export const platform: ShopDraft = {
  name: 'Repair Angel',
  staff: [{ name: 'Petra Smit', role: 'admin', job: 'Beheer', email: 'platform@example.com' }],
  settings: {},
  branches: [],
}
