import type { Text } from '../text.ts'

/** The house: messages, people, settings and figures. */
export const house = {
  messages_and_telephone: {
    title: 'Berichten en telefoon',
    steps: [
      [
        'Mail in gesprekken',
        `Elke mail aan een klant staat in een gesprek (email/threads), samen met de antwoorden. Stuur hem vanaf
        de werkorder, factuur of offerte waar hij over gaat, en voeg de bestanden toe. Kon een mail niet
        bezorgd worden, dan staat hij daar als mislukt en stuur je hem opnieuw met resend.`,
      ],
      [
        'Sjablonen schelen typen',
        `Maak sjablonen voor wat je elke dag schrijft: klaar om op te halen, onderdeel vertraagd, zo maak je een
        back-up. Velden als {{customer_name}} worden per klant ingevuld. Bekijk het voorbeeld voordat je een
        nieuw sjabloon voor het eerst gebruikt.`,
      ],
      [
        'Sms',
        `Een sms wordt binnen enkele minuten gelezen, dus gebruik hem voor ‘je toestel is klaar’. Meer dan 160
        tekens kost meer dan één bericht. In het logboek zie je wat bezorgd is en wat klanten antwoordden.
        Een bericht aan veel klanten slaat over wie het niet wil (sms_opt_out).`,
      ],
      [
        'Bellen',
        `Is 3CX gekoppeld, dan zie je wie er in de wachtrij staat en welke klant belt, en bel je vanaf het scherm
        (3cx/call). Eerst gaat je eigen toestel over. Gesprekken staan bij de klant van wie het nummer is, dus
        je kunt opzoeken wanneer iemand gebeld heeft.`,
      ],
      [
        'Niets blijft liggen',
        `Loop op een vast moment van de dag de ongelezen gesprekken en de gemiste oproepen na. Moet er later iets
        gebeuren, maak dan een taak met een dag en een naam. Voor de rest kun je op de meldingen vertrouwen:
        kies daar welke je als pushbericht wilt.`,
      ],
    ],
  },
  staff_and_leave: {
    title: 'Personeel en verlof',
    steps: [
      [
        'Medewerkers en accounts',
        `Een medewerker is iemand die in de zaak werkt; met een account log je in. Een monteur zonder computer
        heeft geen account nodig en kan toch werk krijgen. Koppel de twee als ze er allebei zijn, dan komen
        meldingen bij de juiste persoon. Een beheerder maakt de accounts.`,
      ],
      [
        'Vestiging en werkdagen',
        `Geef elke medewerker een vestiging, een eerste dag en de dagen waarop hij of zij werkt. Verlof telt
        alleen op werkdagen, en wie drie dagen per week werkt heeft recht op drie vijfde. Gaat iemand weg, vul
        dan de laatste dag in (ended_on) in plaats van te verwijderen: reparaties houden hun monteur.`,
      ],
      [
        'Soorten verlof',
        `Stel de verlofsoorten in: hoeveel dagen per jaar, of ze betaald zijn en tot wanneer dagen van vorig jaar
        nog op mogen. Wie in de loop van het jaar begint, krijgt een deel. Het saldo per persoon en jaar laat
        zien wat het recht is, wat opgenomen en aangevraagd is en wat overblijft.`,
      ],
      [
        'Behandel aanvragen',
        `Aanvragen van je mensen wachten op goedkeuring; je krijgt er bericht van. Weekenden en feestdagen tellen
        niet mee, en halve dagen kunnen ook. Aanvragen die overlappen of boven het saldo gaan, worden
        geweigerd. Geef een reden als je afwijst. Je eigen aanvraag keurt iemand anders goed.`,
      ],
      [
        'Zie wie er is',
        `De teamkalender laat per dag zien wie vrij is, desgewenst per vestiging. Met een agendalink zie je dat
        ook in je eigen agenda; behandel die link als een wachtwoord en trek hem in als hij is uitgelekt. Kijk
        erop voordat je een klant een dag belooft.`,
      ],
    ],
  },
  settings_and_automation: {
    title: 'Instellingen en automatisering',
    steps: [
      [
        'Je zaak op papier',
        `Vul vóór de eerste factuur de instellingen in: naam, adres, btw- en KvK-nummer, IBAN en logo. Ze staan op
        elk document, en zonder voldoet een factuur niet aan de wet. Stel ook de taal, de betaaltermijn en de
        openingstijden in; servicetermijnen tellen in die uren.`,
      ],
      [
        'Mensen en rollen',
        `Maak voor iedereen een eigen account, nooit een om te delen: in de geschiedenis staat wie wat deed. Kies
        de rol die bij het werk past; GET /roles laat zien wat elke rol mag. Een nieuwe rol geldt meteen. Zet
        een account uit op de dag dat iemand weggaat: dat beëindigt de sessies en maakt een plaats in je
        licentie vrij.`,
      ],
      [
        'Statussen en servicetermijnen',
        `Geef de statussen de woorden van je zaak, voeg eigen statussen toe en zeg van welke je naar welke mag. De
        soort zegt wat ze betekenen: open, wachtend, klaar of geannuleerd. Met een servicetermijn beloof je uren
        tot de eerste reactie en tot het einde van de reparatie, en word je gewaarschuwd voordat je te laat
        bent.`,
      ],
      [
        'Koppel diensten',
        `Koppel wat je gebruikt: Mollie of Stripe voor betalingen, een maildienst, Twilio voor sms, 3CX, UPS of
        DHL, Moneybird of SnelStart. Test vraagt meteen aan de dienst of de sleutels kloppen. Sleutels worden
        versleuteld bewaard en nooit meer helemaal getoond.`,
      ],
      [
        'Je eerste regel',
        `Een regel doet wat iemand zou vergeten: als een werkorder klaar is, sms de klant; als er vijf dagen niets
        gebeurd is, laat het de manager weten. Kies een trigger, voorwaarden en acties (automation-rules).
        Probeer hem eerst met dry_run: er gebeurt niets, maar het logboek vertelt wat er gebeurd zou zijn.`,
      ],
      [
        'Leg je eigen werkwijze uit',
        `Voeg zelf uitleg toe over wat bijzonder is in jouw zaak, zoals de kas afsluiten of ’s ochtends openen,
        voor één rol of voor iedereen. Ook deze teksten mag je aanpassen. Per ongeluk een standaarduitleg
        verwijderd? Opnieuw vullen (seed) brengt hem terug en laat de rest met rust.`,
      ],
    ],
  },
  business_intelligence: {
    title: 'De cijfers lezen',
    steps: [
      [
        'Omzet',
        `Open /bi en kies een periode, en een vestiging als je er meer hebt. Omzet is wat er gefactureerd is,
        zonder btw en min creditnota's, per dag. De groei vergelijkt met de periode ervoor, die evenveel dagen
        heeft. Een dag zonder verkoop telt als nul, dus het gemiddelde klopt.`,
      ],
      [
        'Werkorders',
        `Zie hoeveel er binnenkwamen, hoeveel er afgerond zijn en hoeveel uur een reparatie gemiddeld duurt. Veel
        in wachten op onderdelen? Kijk dan naar de minimumvoorraad. Veel in wachten op akkoord? Bel die
        klanten. Wat de klant merkt, is de gemiddelde doorlooptijd.`,
      ],
      [
        'Monteurs',
        `Per monteur zie je de afgeronde reparaties, de gemiddelde tijd en de omzet. Vergelijk met beleid: wie de
        moeilijke printplaten doet, rondt er minder af. Gebruik het om te zien wie hulp of scholing nodig heeft
        en om de week te plannen, niet als ranglijst.`,
      ],
      [
        'Klanten en onderdelen',
        `Nieuwe en terugkerende klanten laten zien of mensen terugkomen. De onderdelenlijst toont wat je het meest
        gebruikt, en dus wat nooit op mag raken. De voorraadwaarde is wat er tegen inkoopprijs op de plank ligt:
        geld dat je niet anders kunt besteden.`,
      ],
      [
        'Openstaand en exporteren',
        `Openstaande en te late bedragen zijn met btw, want dat is wat klanten je schuldig zijn. Loopt het
        gemiddelde aantal dagen tot betaling op, stuur dan eerder een herinnering. Elk rapport is te exporteren
        als CSV (bi/export), voor een spreadsheet of je accountant.`,
      ],
    ],
  },
} satisfies Record<string, Text>
