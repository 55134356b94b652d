import type { Text } from '../text.ts'

/** Where everybody begins, and the work at the counter and the bench. */
export const counter = {
  getting_started: {
    title: 'Aan de slag',
    steps: [
      [
        'Welkom',
        `In Repair Angel staat je hele reparatiebedrijf bij elkaar: klanten en hun toestellen, werkorders,
        voorraad, offertes, facturen en de boekhouding. Wat je één keer invoert, is er voor iedereen, in
        elke vestiging. Wat je mag zien en doen hangt af van je rol; wordt iets geweigerd dat je voor je
        werk nodig hebt, vraag het dan aan je beheerder. Vink elke stap af als je hem gelezen hebt.`,
      ],
      [
        'Het overzicht van de dag',
        `Begin de dag met twee borden. De werkorders per status laten zien wat wacht, wat gerepareerd wordt
        en wat opgehaald kan worden; kies jezelf als monteur om alleen je eigen werk te zien (assigned_to).
        Op het takenbord (tasks/kanban) staat alles wat geen reparatie is. Managers, boekhouders en
        beheerders hebben ook de pagina /bi met omzet, doorlooptijd en openstaande bedragen.`,
      ],
      [
        'Alles terugvinden',
        `Lijsten hebben een zoekveld (q). Een klant vind je op naam, telefoon of e-mail, een toestel op
        serienummer, IMEI of kenteken, een werkorder op ticketnummer of toestel. Het begin van een woord is
        genoeg, en hoofdletters, accenten en streepjes maken niet uit: AB-12-CD vind je ook als ab12cd.`,
      ],
      [
        'Je taken',
        `Een taak is voor wat niet vergeten mag worden: een klant terugbellen, een onderdeel retour sturen,
        de werkplek opruimen. Geef hem een dag en iemand die het doet, en koppel de werkorder waar hij bij
        hoort. Sleep hem van open naar bezig naar klaar; de volgorde die jij kiest, ziet iedereen. Op de
        ochtend van de dag zelf krijgt degene die hem moet doen bericht.`,
      ],
      [
        'Meldingen en je account',
        `Je krijgt bericht van wat jou aangaat, zoals een werkorder die aan jou is toegewezen of een
        onderdeel dat binnen is. Bij je voorkeuren kies je per gebeurtenis of je dat in de app wilt, per
        e-mail, als pushbericht of helemaal niet. Verander nu het wachtwoord dat je gekregen hebt, in je
        account. Doe daarna de uitleg voor je eigen rol.`,
      ],
    ],
  },
  creating_a_work_order: {
    title: 'Een werkorder maken',
    steps: [
      [
        'Zoek de klant en het toestel',
        `Een werkorder hoort altijd bij een klant, dus zoek die eerst op. De balie voert nieuwe klanten en
        toestellen in. Staat het toestel al bij de klant, kies het dan: zijn geschiedenis laat elke eerdere
        reparatie zien. Schrijf anders merk en model op de werkorder zelf.`,
      ],
      [
        'Beschrijf het probleem',
        `Schrijf in problem_description op wat de klant zegt, in diens eigen woorden, en wat je zelf ziet:
        krassen, een kromme behuizing, sporen van water. Wees precies over wanneer het gebeurt, want
        misschien maakt een collega dit toestel open. Zet een pincode nooit in een notitie die de klant op
        zijn pagina leest.`,
      ],
      [
        'Plan het in',
        `Kies de prioriteit (normal, high of urgent), de monteur en de dag waarop het klaar moet zijn
        (expected_ready_at). De monteur krijgt bericht. Werkt je bedrijf met servicetermijnen, dan lopen de
        termijnen voor de eerste reactie en voor de reparatie vanzelf, alleen tijdens openingsuren.`,
      ],
      [
        'Label erop en foto’s erbij',
        `Print het label en plak het op het toestel: daarop staat het ticketnummer als code om te scannen,
        en niets over de klant. Voeg foto’s toe van de staat waarin het toestel binnenkwam. Daarmee is
        later duidelijk of die kras er al zat.`,
      ],
      [
        'Houd de status bij',
        `Een nieuwe werkorder gaat naar diagnose en dan naar reparatie, en wacht waar nodig op akkoord of op
        onderdelen. Vanuit elke status kun je alleen naar de statussen die je bedrijf toestaat
        (allowed_next). Zolang een werkorder wacht, staat de klok van de servicetermijn stil. Wijzig de
        status dus op het moment zelf, en niet aan het eind van de dag.`,
      ],
      [
        'Noteer onderdelen, arbeid en notities',
        `Voeg een regel toe voor elk onderdeel, gekozen uit de producten, en een voor de arbeid; dat wordt
        straks gefactureerd. Notities zijn intern, tenzij je dat uitzet: dan leest de klant ze op de pagina
        van de reparatie. De tijdlijn laat zien wie wat wanneer deed, en niemand kan die veranderen.`,
      ],
      [
        'Rond de reparatie af',
        `Test het toestel en zet de status op klaar, dan weet de balie dat het opgehaald kan worden. Bij het
        meegeven wordt de status afgerond; vanaf die dag telt de garantie. De balie maakt van jouw regels de
        factuur. Een regel die gefactureerd is, kan niet meer veranderen.`,
      ],
    ],
  },
  intake_at_the_counter: {
    title: 'Intake aan de balie',
    steps: [
      [
        'Eerst zoeken, dan toevoegen',
        `Vraag naar het telefoonnummer en zoek daarop voordat je een nieuwe klant maakt. Staat iemand er
        twee keer in, dan staat in elk de helft van de geschiedenis. Voor een nieuwe klant is een voornaam
        genoeg om te beginnen; vul telefoon en e-mail aan, want die zijn nodig voor offertes, facturen en
        berichten.`,
      ],
      [
        'Zakelijke klanten',
        `Maak eerst het bedrijf (companies), met btw-nummer, adres en betaaltermijn, en dan de contactpersoon
        als klant bij dat bedrijf. Op de factuur staan de gegevens van het bedrijf, en de betaaltermijn bepaalt
        de vervaldag. Controleer een btw-nummer met validate-vat: het antwoord van de belastingdienst
        wordt als bewijs bewaard.`,
      ],
      [
        'Leg het toestel vast',
        `Vul soort, merk en model in, en wat het uniek maakt: serienummer, IMEI, kenteken of
        chassisnummer. Het toestel blijft bij de klant staan. De volgende keer kies je het zo, en zie je wat
        er eerder aan gedaan is.`,
      ],
      [
        'Maak de werkorder',
        `Kies klant en toestel, schrijf de klacht op en spreek een dag af. Zeg wat de diagnose mag kosten
        voordat de klant weggaat. Vraag voor een duur onderdeel een aanbetaling op de werkorder: dat is een
        eigen factuur, en de eindfactuur trekt hem af.`,
      ],
      [
        'Geef de klant een link',
        `Met een link (customers/{id}/links) volgt de klant de reparatie op een pagina van jouw zaak, zonder
        account. Daar staan het probleem, de status en de notities die niet intern zijn. Je ziet het adres
        één keer; geef het dus meteen door. Je kunt een link op elk moment intrekken.`,
      ],
      [
        'Een toestel dat terugkomt',
        `Zoek de eerdere werkorder op en dien daarop een garantieclaim in (warranty/claims), met wat er nu
        aan de hand is. De regeling van die dag wordt vanzelf nagekeken; een claim die te laat is, wordt met
        de reden geweigerd. Bij goedkeuring is er een nieuwe werkorder zonder prijs. Bij afwijzing hoort de
        klant waarom.`,
      ],
    ],
  },
  quotations_and_approval: {
    title: 'Offertes en het akkoord van de klant',
    steps: [
      [
        'Maak de offerte',
        `Begin vanaf de werkorder, zodat beide gekoppeld blijven, en voeg een regel toe voor elk onderdeel en
        voor de arbeid. Kies waar het kan een product: prijs en btw zijn dan ingevuld. Geef een dag op tot
        wanneer de offerte geldt (valid_until). De notities op een offerte leest de klant.`,
      ],
      [
        'Verstuur hem',
        `Bij het versturen gaat de pdf per mail naar de klant, met een link naar een pagina om te antwoorden.
        Kan de mail niet weg, dan verandert er niets en zie je waarom. Na het versturen kun je alleen de
        notities nog wijzigen; maak een nieuwe offerte als de prijs anders wordt.`,
      ],
      [
        'De klant beslist',
        `Op de pagina gaat de klant met naam akkoord, of wijst met een reden af, en jij krijgt meteen bericht.
        Belt de klant, leg het dan zelf vast met accept of reject. Na de laatste geldige dag verloopt de
        offerte vanzelf. Zet de werkorder op wachten op akkoord tot er antwoord is.`,
      ],
      [
        'Vraag een aanbetaling',
        `Vraag bij een grote reparatie op de offerte een deel vooraf (deposit). Dat is een echte
        factuur, die meteen definitief is, omdat de btw verschuldigd is als het geld binnenkomt. Op de
        eindfactuur staat de aanbetaling in mindering.`,
      ],
      [
        'Maak er werk of een factuur van',
        `Zet de offerte om in een werkorder als de reparatie nog moet gebeuren: de regels gaan mee. Zet hem om
        in een factuur als er niets te repareren valt, zoals bij een verkoop. Met allebei is de
        offerte ook geaccepteerd, en elk kan maar één keer.`,
      ],
    ],
  },
} satisfies Record<string, Text>
