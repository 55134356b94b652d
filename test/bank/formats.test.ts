import { expect, test } from 'vitest'
import { readStatements } from '../../src/domain/bank/read-statements.ts'
import { camt, mt940 } from './statements.ts'

const read = (text: string) => readStatements(new TextEncoder().encode(text))
const linesOf = async (text: string) =>
  (await read(text)).statements.flatMap((statement) => statement.lines)
const refusal = (text: string) =>
  read(text).then(
    () => 'none',
    (error: { code: string }) => error.code,
  )

const sheet = {
  iban: 'NL69INGB0123456789',
  lines: [
    { date: '2026-03-26', amount: 0.1, name: 'A & B', iban: 'NL44RABO0123456789', text: 'Dank je' },
    { date: '2026-03-27', amount: 0.2 },
    { date: '2026-03-27', amount: -1234567.89, name: 'Énergie', end_to_end_id: 'E/1' },
  ],
}

test.each(['02', '08'] as const)('reads CAMT.053 of version %s', async (version) => {
  expect(await read(camt([sheet], version))).toEqual({
    format: 'camt053',
    statements: [
      {
        account: 'NL69INGB0123456789',
        currency: 'EUR',
        statement_number: '1',
        from_date: '2026-03-26',
        to_date: '2026-03-27',
        opening_cents: 100000,
        closing_cents: -123356759,
        lines: [
          {
            booked_on: '2026-03-26',
            amount_cents: 10,
            counterparty_name: 'A & B',
            counterparty_iban: 'NL44RABO0123456789',
            description: 'Dank je',
            end_to_end_id: null,
            bank_reference: null,
          },
          expect.objectContaining({ amount_cents: 20, counterparty_name: null, description: '' }),
          expect.objectContaining({
            amount_cents: -123456789,
            counterparty_name: 'Énergie',
            end_to_end_id: 'E/1',
          }),
        ],
      },
    ],
  })
})

test('takes a batch apart where the file gives its amounts, and leaves out what is pending', async () => {
  const detail = (amount: string, name: string) =>
    `<TxDtls><Refs><EndToEndId>${name}</EndToEndId></Refs><AmtDtls><TxAmt><Amt Ccy="EUR">${amount}</Amt></TxAmt></AmtDtls>
      <RltdPties><Dbtr><Nm>${name}</Nm></Dbtr></RltdPties><RmtInf><Strd><CdtrRefInf><Ref>RF18539007547034</Ref></CdtrRefInf></Strd></RmtInf></TxDtls>`
  const entry = (status: string, amount: string, details: string) =>
    `<ns:Ntry><Amt Ccy="EUR">${amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>${status}</Sts><BookgDt><DtTm>2026-03-27T23:30:00+01:00</DtTm></BookgDt>
      <AcctSvcrRef>B1</AcctSvcrRef><NtryDtls>${details}</NtryDtls><AddtlNtryInf>Incasso</AddtlNtryInf></ns:Ntry>`
  const balance = (code: string, amount: string) =>
    `<Bal><Tp><CdOrPrtry><Cd>${code}</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">${amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-03-27</Dt></Dt></Bal>`
  const lines =
    await linesOf(`<ns:Document xmlns:ns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><ns:BkToCstmrStmt><ns:Stmt>
    <Id>1</Id><Acct><Id><IBAN>NL69INGB0123456789</IBAN></Id></Acct>${balance('PRCD', '0')}${balance('CLBD', '40.5')}
    ${entry('BOOK', '30.00000', detail('10', 'Een') + detail('20.00', 'Twee'))}
    ${entry('BOOK', '10.50', detail('1', 'Drie') + detail('2', 'Vier'))}
    ${entry('PDNG', '99.00', '')}</ns:Stmt></ns:BkToCstmrStmt></ns:Document>`)
  expect(lines).toEqual([
    {
      booked_on: '2026-03-27',
      amount_cents: 1000,
      counterparty_name: 'Een',
      counterparty_iban: null,
      description: 'RF18539007547034',
      end_to_end_id: 'Een',
      bank_reference: 'B1/1',
    },
    expect.objectContaining({ amount_cents: 2000, bank_reference: 'B1/2' }),
    // What does not add up stays one line.
    expect.objectContaining({
      amount_cents: 1050,
      counterparty_name: null,
      description: 'Incasso',
      bank_reference: 'B1',
    }),
  ])
})

const message = (account: string, lines: string[], closing: string, number = '1') =>
  [
    ':20:940A',
    `:25:${account}`,
    `:28C:${number}`,
    ':60F:C260101EUR100,00',
    ...lines,
    `:62F:${closing}`,
    '-',
  ].join('\r\n')

test('reads MT940 of ING', async () => {
  const { statements } = await read(mt940([sheet]))
  expect(statements).toEqual(
    (await read(camt([sheet]))).statements.map((one) => ({
      ...one,
      statement_number: '00000',
      lines: one.lines,
    })),
  )
})

test('reads MT940 of Rabobank', async () => {
  const lines = await linesOf(
    message(
      'NL50RABO0123456789 EUR',
      [
        ':61:251231C000000000141,48N544EREF',
        'NL69INGB0123456789',
        ':86:/EREF/02-01-2026 22:10 1120000153447185/ORDP//NAME/J. de Vries e/o M. de',
        ' Vries/REMI/INV-2026-0001 dank/ISDT/2026-01-02',
        ':61:260102D000000000041,48N501NONREF',
        '0123456789',
        ':86:/BENM//NAME/Drukkerij/REMI/67494495',
      ],
      'C260102EUR000000000200,00',
    ),
  )
  expect(lines).toEqual([
    {
      booked_on: '2025-12-31',
      amount_cents: 14148,
      counterparty_name: 'J. de Vries e/o M. de Vries',
      counterparty_iban: 'NL69INGB0123456789',
      description: 'INV-2026-0001 dank',
      end_to_end_id: '02-01-2026 22:10 1120000153447185',
      bank_reference: null,
    },
    expect.objectContaining({
      amount_cents: -4148,
      counterparty_name: 'Drukkerij',
      counterparty_iban: null,
      description: '67494495',
      end_to_end_id: null,
    }),
  ])
})

test('reads MT940 of ABN AMRO, by code words, by labels and without either', async () => {
  const { statements } = await read(
    `ABNANL2A\r\n940\r\nABNANL2A\r\n${message(
      '123456789',
      [
        ':61:2601020102C10,N654NONREF',
        ':86:/TRTP/SEPA OVERBOEKING/IBAN/NL69INGB0123456789/BIC/INGBNL2A/NAME/',
        'J SMITH/REMI/FACTUUR INV-2026-0001/EREF/NOTPROVIDED',
        ':61:2512311231D2,50N426NONREF',
        ':86:SEPA INCASSO ALGEMEEN DOORLOPEND IBAN: NL44RABO0123456789        ',
        'BIC: RABONL2U                    NAAM: TELECOM N.V.              ',
        'OMSCHRIJVING: KLANT 12 PERIODE 1 KENMERK: 99887766',
        ':61:2601020102RC1,00N426NONREF',
        ':86:GIRO 428428 TERUGBOEKING',
        ':61:2601021231RD0,01N426NONREF',
      ],
      'C260102EUR106,51',
      '19321/1',
    )}`,
  )
  expect(statements).toMatchObject([
    { account: '123456789', statement_number: '19321/1', from_date: '2025-12-31' },
  ])
  expect(statements[0]?.lines).toMatchObject([
    {
      amount_cents: 1000,
      counterparty_name: 'J SMITH',
      counterparty_iban: 'NL69INGB0123456789',
      description: 'FACTUUR INV-2026-0001',
      end_to_end_id: null,
    },
    {
      amount_cents: -250,
      counterparty_name: 'TELECOM N.V.',
      counterparty_iban: 'NL44RABO0123456789',
      description: 'KLANT 12 PERIODE 1',
      end_to_end_id: '99887766',
    },
    { amount_cents: -100, counterparty_name: null, description: 'GIRO 428428 TERUGBOEKING' },
    // Booked in the year before the one of its value.
    { amount_cents: 1, booked_on: '2025-12-31', description: '' },
  ])
})

test('refuses what it cannot read, and sums that do not hold', async () => {
  const good = camt([sheet])
  const refusals: [string, string][] = [
    ['hello', 'unreadable_statement'],
    ['<html><body>Login</body></html>', 'unreadable_statement'],
    [good.slice(0, -20), 'unreadable_statement'],
    [good.replace('<Document', '<!DOCTYPE x [<!ENTITY a "b">]><Document'), 'unreadable_statement'],
    [good.replace('<Amt Ccy="EUR">0.10', '<Amt Ccy="EUR">0.105'), 'unreadable_statement'],
    [good.replace('<Amt Ccy="EUR">0.10', '<Amt Ccy="EUR">1e3'), 'unreadable_statement'],
    [good.replaceAll('2026-03-26', '2026-02-30'), 'unreadable_statement'],
    [good.replace('<IBAN>NL69INGB0123456789</IBAN>', ''), 'unreadable_statement'],
    [good.replace('CLBD', 'CLAV'), 'unreadable_statement'],
    [good.replace('<Amt Ccy="EUR">0.10', '<Amt Ccy="EUR">0.11'), 'statement_unbalanced'],
    [good.replaceAll('Ccy="EUR"', 'Ccy="USD"'), 'unsupported_currency'],
    [mt940([sheet]).replace('C0,10N', 'C0,11N'), 'statement_unbalanced'],
    [mt940([sheet]).replace(':62F:', ':62X:'), 'unreadable_statement'],
    [mt940([sheet]).replace('C0,10N', 'X0,10N'), 'unreadable_statement'],
    [
      mt940([sheet])
        .replaceAll(':60F:C260301EUR', ':60F:C260301USD')
        .replaceAll(/(:62F:.\d{6})EUR/g, '$1USD'),
      'unsupported_currency',
    ],
  ]
  for (const [text, code] of refusals) expect(await refusal(text), text.slice(0, 60)).toBe(code)
})

test('never throws anything but a refusal at broken bytes', async () => {
  for (const good of [camt([sheet]), mt940([sheet])]) {
    for (let at = 0; at < good.length; at += 37) {
      const broken = `${good.slice(0, at)}\u0000<${good.slice(at + 3)}`
      const code = await refusal(broken)
      expect(code, String(at)).toMatch(
        /^(none|unreadable_statement|statement_unbalanced|unsupported_currency)$/,
      )
    }
  }
})
