import type { Text } from '../text.ts'

/** Money: from the invoice to the VAT return. */
export const money = {
  invoicing_and_payments: {
    title: 'Factureren en afrekenen',
    steps: [
      [
        'Maak de factuur',
        `Maak hem vanaf de werkorder: alles wat nog niet gefactureerd was staat erop, min de aanbetalingen.
        Een verkoop zonder reparatie is een losse factuur. Het is een concept, dus pas gerust aan: regels,
        een korting, een opmerking voor de klant. Met prices_include_vat vul je winkelprijzen in.`,
      ],
      [
        'Maak hem definitief',
        `Dan krijgt het concept zijn nummer en gaan de artikelen uit de voorraad; vanaf dat moment verandert
        hij niet meer. Ontbreekt er iets wat wettelijk moet, zoals het adres van een bedrijf, dan wordt het
        met een lijstje geweigerd. Versturen maakt hem definitief én mailt hem, met een link naar de pagina
        van de klant.`,
      ],
      [
        'Betalen aan de balie',
        `Boek contant en pin meteen op de factuur, met cash of pin als betaalwijze. Een deel mag nu en de rest
        later; meer dan er openstaat wordt geweigerd. Rondt je zaak contant af, dan is de factuur voldaan
        met het bedrag op vijf cent.`,
      ],
      [
        'Laat de klant online betalen',
        `Is Mollie of Stripe gekoppeld, maak dan een betaallink voor wat nu openstaat. Heeft de klant betaald,
        dan staat de factuur vanzelf op betaald en krijg je bericht. Ook van een mislukte betaling hoor je,
        en de link kun je opnieuw vragen.`,
      ],
      [
        'Verbeter met een creditnota',
        `Een definitieve factuur wijzig je nooit. Maak een creditnota van de regels die fout waren en zeg of de
        artikelen terug in de voorraad komen (restock). Verreken hem met de factuur om het openstaande bedrag
        te verlagen. Was de hele factuur fout en heeft niemand betaald, annuleer hem dan: dat maakt de
        creditnota voor je.`,
      ],
      [
        'Geef geld terug',
        `Terugbetalen doe je op de betaling zelf. Een betaling via Mollie of Stripe gaat terug zoals hij kwam;
        contant, pin en bank geef je zelf terug en leg je hier vast. De factuur staat voor dat bedrag weer
        open. Maak er dus een creditnota bij als de klant het niet meer schuldig is.`,
      ],
    ],
  },
  reminders: {
    title: 'Aanmaningen en onbetaalde facturen',
    steps: [
      [
        'Wie moet nog betalen',
        `Begin met de ouderdomslijst (reports/aged-receivables): per klant wat er openstaat en hoe lang het te
        laat is. Samen is dat precies wat in de boekhouding onder debiteuren staat. Het rekeningoverzicht
        van een klant laat elke factuur en betaling zien, ook als pdf voor wie vraagt waar het over gaat.`,
      ],
      [
        'Stuur een herinnering',
        `Herinner vanaf de factuur. De klant krijgt een mail met de pdf en een nieuwe termijn; voor een brief
        per post krijg je de tekst. Eerst komt een vriendelijke herinnering en dan een tweede. Elke gaat één
        keer en blijft in de lijst staan, dus een collega ziet wat er al gezegd is.`,
      ],
      [
        'Laat het vanzelf gaan',
        `Met auto_reminders in de instellingen gaan beide vriendelijke herinneringen vanzelf, zoveel dagen na
        de vervaldag als jij opgeeft (reminder_days). Ze gaan alleen naar klanten met een e-mailadres, vanaf
        negen uur 's ochtends. Een beheerder zet dit aan.`,
      ],
      [
        'De laatste aanmaning',
        `Deze stuur je zelf, omdat hij kosten aankondigt of rekent. Voor een consument is het de brief met
        veertien dagen die de wet eist voordat je incassokosten mag vragen; het wettelijke bedrag wordt voor
        je berekend. Vul bij een brief per post de dag van bezorging in (delivered_on): vanaf dan loopt de
        termijn.`,
      ],
      [
        'Als er nooit betaald wordt',
        `Boek het openstaande bedrag af als je zeker weet dat het niet meer komt. Het wordt een verlies, en de
        btw komt terug in de aangifte van die dag. Betaalt de klant toch, draai de afboeking dan eerst
        terug: de factuur staat weer open, en de btw ook.`,
      ],
    ],
  },
  bank_and_bookkeeping: {
    title: 'Bank en boekhouding',
    steps: [
      [
        'De boekhouding houdt zichzelf bij',
        `Elke factuur, betaling, ontvangst van goederen en inkoopfactuur maakt zijn eigen boeking, in evenwicht
        en met een nummer zonder gaten. Met de hand boek je alleen wat geen document heeft, zoals lonen of
        afschrijving. Een boeking verandert nooit: wat fout was, draai je terug en boek je opnieuw.`,
      ],
      [
        'Lees het bankafschrift in',
        `Download CAMT.053 of MT940 bij je bank en lees het bestand in (bank-statements). Bestanden mogen
        overlappen: wat bekend is, wordt overgeslagen. Elke regel staat meteen in de boeken, op de
        vraagposten tot je zegt waar hij voor was. Doe je dit elke week, dan kost het een paar minuten.`,
      ],
      [
        'Koppel de regels',
        `Bij elke regel staan voorstellen met een score, op factuurnummer, bedrag en naam. Bevestig de zekere
        samen en doe de rest een voor een: een factuur, een leverancier, een eigen grootboekrekening, of
        meer tegelijk. Een vergissing maak je ongedaan met unmatch.`,
      ],
      [
        'Pinapparaat en betaaldiensten',
        `Wat met pin of via Mollie of Stripe betaald is, komt later op de bank, min kosten. Voer de uitbetaling
        in als afrekening (settlement), met het brutobedrag en de kosten. Wat onderweg was is dan vereffend,
        en de kosten staan geboekt met hun eigen btw.`,
      ],
      [
        'Betaal je leveranciers',
        `De crediteurenlijst laat zien wat je schuldig bent en wanneer het betaald moet zijn. Betaal bij je bank;
        koppel je de regel van het afschrift aan de inkoopfactuur, dan is de betaling geboekt. Een creditnota
        van een leverancier voer je in met bedragen onder nul.`,
      ],
      [
        'Bekijk het resultaat',
        `Winst en verlies, balans en proefbalans zijn er op elk moment, op het scherm, als pdf of als CSV. De
        vraagposten horen aan het eind van de maand leeg te zijn. Je accountant krijgt met de auditfile
        (audit-file) het hele jaar in één keer.`,
      ],
    ],
  },
  vat_return: {
    title: 'De btw-aangifte',
    steps: [
      [
        'Controleer eenmalig de instellingen',
        `In de instellingen staat of je per maand, kwartaal of jaar aangifte doet (vat_period), en of de btw
        verschuldigd is bij factureren of bij betaling (vat_basis). Valt de zaak onder de
        kleineondernemersregeling? Dan staat kor aan en reken je geen btw. Wijzig dit niet halverwege een
        tijdvak.`,
      ],
      [
        'Maak het tijdvak compleet',
        `Voer alle inkoopfacturen van het tijdvak in, maak de concepten die erbij horen definitief en koppel de
        bank. Een tijdvak opent vanzelf zodra er iets in geboekt wordt. De rubrieken zijn steeds te zien, dus
        je weet ruim voor het einde wat je moet betalen.`,
      ],
      [
        'Controleer de rubrieken',
        `Open het tijdvak (btw-periods) en lees eerst de waarschuwingen: een eerder tijdvak dat nog open is, een
        btw-nummer dat ontbreekt, privégebruik aan het eind van het jaar. Onder entries zie je per rubriek
        uit welke regels die bestaat. Leveringen aan bedrijven elders in de EU staan in de ICP-opgaaf.`,
      ],
      [
        'Doe aangifte en sluit af',
        `Neem de hele euro's van de rubrieken over op de site van de Belastingdienst, of geef het XBRL-bestand
        aan software die aangifte doet; Repair Angel verstuurt zelf niets. Sluit daarna het tijdvak. Vanaf dat
        moment kan er niets meer in geboekt worden, en blijven de cijfers zoals je ze hebt aangegeven.`,
      ],
      [
        'Wat te laat komt',
        `Een document van een gesloten tijdvak wordt in het open tijdvak geboekt en als te laat gemarkeerd.
        Correcties tot € 1.000 gaan mee in de volgende aangifte; voor meer doe je een suppletie, en dat staat
        dan bij het tijdvak. Is de btw betaald, koppel die bankregel dan aan de btw-rekening.`,
      ],
    ],
  },
} satisfies Record<string, Text>
