import type { Text } from '../text.ts'

/** Parts: from the shelf to the bench, and from the supplier to the shelf. */
export const stock = {
  parts_and_stock: {
    title: 'Onderdelen en voorraad tellen',
    steps: [
      [
        'Wat is er',
        `De voorraadlijst laat per product zien hoeveel er ligt en hoeveel daarvan voor reparaties is
        gereserveerd; alleen de rest is vrij. Met below_min zie je wat besteld moet worden. Scan de
        barcode van een onderdeel om het te vinden. Diensten, zoals arbeid, hebben geen voorraad.`,
      ],
      [
        'Pak onderdelen met een picklijst',
        `Maak vanaf de werkorder een picklijst (pick-lists/from-work-order). Wat vrij is, ligt dan vast voor
        jouw reparatie en kan niemand anders pakken; wat ontbreekt, wordt vastgelegd zodra het binnenkomt.
        De lijst noemt van elk onderdeel het vak. Scan wat je pakt, of rond de lijst in één keer af.`,
      ],
      [
        'Geef terug wat je niet gebruikt',
        `Boek een ongebruikt onderdeel terug op de picklijst, ook als die al is afgerond. Het gaat terug naar
        het vak waar het vandaan kwam, tegen de waarde waarvoor het eruit ging. Leg het niet zomaar terug:
        dan klopt de voorraad niet, en de kostprijs van de reparatie ook niet.`,
      ],
      [
        'Bestel een onderdeel voor één reparatie',
        `Ligt het onderdeel niet op de plank? Zet een speciale bestelling op de werkorder. Die komt op een
        order voor de leverancier, en de werkorder gaat op wachten op onderdelen als de status dat toelaat.
        Is alles binnen, dan krijg je bericht en gaat de werkorder vanzelf verder.`,
      ],
      [
        'Opbergen en afboeken',
        `Wat binnenkomt, staat in het vak RECEIVING. De opberglijst (putaway) stelt een plek voor: het vaste
        vak van het product, of waar het meeste al ligt. Een zaak zonder vakken kan alles laten staan. Gaat
        een onderdeel stuk, boek het dan af met een voorraadcorrectie en geef de reden op.`,
      ],
      [
        'Tel een schap',
        `Begin een telling van een paar vakken of van een categorie. Met blind zie je niet wat er zou moeten
        liggen, en dat telt eerlijker. Voer in wat je vindt, ook wat niet op de lijst staat. De zaak kan
        open blijven: wat na het tellen van een vak verkocht wordt, verstoort de telling niet.`,
      ],
      [
        'Verwerk de telling',
        `Bekijk de verschillen en tel vreemde uitkomsten opnieuw voordat je verwerkt. Verwerken boekt ze als
        voorraadmutaties, één keer, op jouw naam. Regels die niemand geteld heeft blijven zoals ze zijn,
        tenzij je zegt dat ze er niet meer zijn (uncounted). Een mislukte telling annuleer je: die
        verandert niets.`,
      ],
    ],
  },
  purchasing_and_receiving: {
    title: 'Inkopen en ontvangen',
    steps: [
      [
        'Leveranciers en hun prijzen',
        `Voer elke leverancier in met e-mailadres, jouw klantnummer, de betaaltermijn en de levertijd in
        dagen. Geef per product op welke leverancier het heeft, onder welk artikelnummer en voor welke prijs
        (supplier-products). Dan hoef je bij een bestelling niets op te zoeken en is de verwachte dag
        ingevuld.`,
      ],
      [
        'Wat moet je bestellen',
        `Geef producten een minimum- en een maximumvoorraad. De bestelsuggesties
        (purchase-orders/suggestions) laten dan zien wat te weinig is, en houden rekening met wat voor
        reparaties is gereserveerd en wat al onderweg is. Maak er concepten van: één per leverancier. Wat op
        een concept staat, wordt niet nog eens voorgesteld.`,
      ],
      [
        'Controleer en verstuur',
        `Loop het concept na, en ook de speciale bestellingen waar monteurs om vroegen; die staan op eigen
        concepten. Bij versturen gaat de pdf naar de leverancier en ligt de bestelling vast. Mislukt de
        mail, dan blijft de bestelling staan en kun je hem opnieuw sturen. Bestelde je in een webwinkel,
        gebruik dan order in plaats van send.`,
      ],
      [
        'Ontvang de goederen',
        `Open de bestelling als het pakket er is en voer in wat er kwam (receiving/from-po), ook als het een
        deel is. Meer dan besteld wordt geweigerd boven het percentage uit de instellingen. Onderdelen waar
        een reparatie op wacht, worden daar meteen voor vastgelegd. Goederen zonder bestelling komen binnen
        met receiving/direct.`,
      ],
      [
        'Wat te laat is of teruggaat',
        `De lijst met verwachte goederen (purchase-orders/expected) laat per dag zien wat nog moet komen. Komt
        de rest niet meer? Sluit dan de bestelling, zodat het opnieuw wordt voorgesteld. Een ontvangst die
        niet klopte draai je in zijn geheel terug, zolang de goederen er nog zijn.`,
      ],
      [
        'Voer de factuur van de leverancier in',
        `Maak de inkoopfactuur vanuit de ontvangst: de regels staan er al, dus je vergelijkt alleen de bedragen
        en vult het factuurnummer van de leverancier in. Bij het boeken komt hij in de boekhouding, met het
        prijsverschil ten opzichte van de ontvangst. Onder purchase-invoices/unbilled staat welke facturen
        je nog moet krijgen.`,
      ],
    ],
  },
} satisfies Record<string, Text>
