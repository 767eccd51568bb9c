/** Was auf jeder Seite gesagt wird. */

/** @type {typeof import("../en/common.js").default} */
export default {
  "shell.title": "{page} · Contoso Conferences",
  "shell.skip": "Zum Inhalt springen",
  "shell.navigation": "Hauptnavigation",
  "shell.conferences": "Konferenzen",
  "shell.findOrder": "Bestellung",
  "shell.organizers": "Veranstalter",
  "shell.language": "Sprache",
  "shell.theme": "Farben",
  "shell.theme.auto": "Auto",
  "shell.theme.light": "Hell",
  "shell.theme.dark": "Dunkel",
  "shell.footer": "Contoso Conferences. Kein Platz wird zweimal verkauft.",
  "shell.footer.create": "Eine eigene Konferenz veranstalten",
  "shell.loading": "Wird geladen …",
  "shell.offline":
    "Sie sind offline. Was Sie eingegeben haben, bleibt hier; senden Sie es, wenn Sie wieder verbunden sind.",
  "shell.online": "Sie sind wieder verbunden.",

  "problem.retry": "Noch einmal versuchen",
  "problem.home": "Alle Konferenzen",
  "problem.offline.title": "Sie sind offline",
  "problem.offline.text":
    "Es wurde nichts gesendet. Stellen Sie eine Internetverbindung her und versuchen Sie es noch einmal.",
  "problem.network.title": "Wir waren nicht zu erreichen",
  "problem.network.text":
    "Die Verbindung brach ab, bevor eine Antwort kam. Prüfen Sie sie und versuchen Sie es noch einmal.",
  "problem.timeout.title": "Die Antwort dauert zu lange",
  "problem.timeout.text":
    "Vielleicht arbeiten wir noch daran. Warten Sie einen Moment und versuchen Sie es noch einmal.",
  "problem.renewed.title": "Diese Seite ließ sich nicht laden",
  "problem.renewed.text":
    "Die Website wurde wohl erneuert, seit Sie sie geöffnet haben. Versuchen Sie es noch einmal, um sie in ihrem neuen Stand zu laden.",
  "problem.401.title": "Sie sind nicht mehr angemeldet",
  "problem.401.text": "Es wurde nichts geändert. Versuchen Sie es noch einmal, um sich anzumelden.",
  "problem.404.title": "Das haben wir nicht gefunden",
  "problem.404.text":
    "Vielleicht gibt es das nicht mehr, oder die Adresse ist unvollständig. Prüfen Sie sie oder beginnen Sie bei den Konferenzen.",
  "problem.409.title": "Das ist nicht mehr möglich",
  "problem.409.text":
    "Inzwischen hat sich etwas geändert. Von dieser Anfrage wurde nichts ausgeführt; laden Sie die Seite neu, um den Stand zu sehen.",
  "problem.413.title": "Das ist zu viel Text",
  "problem.413.text": "Es wurde nichts gespeichert. Kürzen Sie Ihre Eingaben und senden Sie sie noch einmal.",
  "problem.422.title": "Etwas daran passt nicht",
  "problem.422.text": "Es wurde nichts gespeichert. Prüfen Sie Ihre Eingaben und senden Sie sie noch einmal.",
  "problem.429.title": "Zu viele Versuche",
  "problem.429.text": "Es wurde nichts geändert. Warten Sie etwa {minutes} Min. und versuchen Sie es noch einmal.",
  "problem.server.title": "Bei uns ist etwas schiefgegangen",
  "problem.server.text":
    "Es liegt nicht an Ihnen, und nichts Gespeichertes ist verloren. Warten Sie einen Moment und versuchen Sie es noch einmal.",
  "problem.refused.title": "Das wurde nicht angenommen",
  "problem.refused.text": "Es wurde nichts geändert. Laden Sie die Seite neu und versuchen Sie es noch einmal.",
  "problem.bug.title": "Diese Seite hat einen Fehler",
  "problem.bug.text":
    "Was Sie vorher gesendet haben, ist sicher. Laden Sie die Seite neu; hilft das nicht, kommen Sie später wieder.",
  "problem.seats-unavailable.title": "So viele Plätze sind nicht mehr frei",
  "problem.seats-unavailable.text":
    "Dadurch wurde nichts reserviert. Was noch zu haben ist, haben wir für Sie ausgewählt.",
  "problem.too-many-seats.title": "Das ist mehr, als eine Bestellung fasst",
  "problem.too-many-seats.text":
    "Dadurch wurde nichts reserviert. Wählen Sie höchstens 100 Plätze und die übrigen in einer weiteren Bestellung.",
  "problem.too-many-open-orders.title": "Sie haben zu viele unbezahlte Bestellungen",
  "problem.too-many-open-orders.text":
    "Dadurch wurde nichts reserviert. Bezahlen Sie eine davon oder warten Sie, bis die erste abläuft; Ihre Auswahl ist noch da. Auch Bestellungen anderer zählen, die denselben Internetanschluss benutzen.",
  "problem.order-expired.title": "Ihre Reservierung ist abgelaufen",
  "problem.order-expired.text":
    "Die Plätze wurden zurückgegeben, und nichts wurde berechnet. Wählen Sie erneut Plätze.",
  "problem.order-settled.title": "Diese Bestellung ist schon bestätigt",
  "problem.order-settled.text": "Es gibt nichts mehr zu tun. Laden Sie die Seite neu, um sie zu sehen.",
  "problem.reservation-pending.title": "Ihre Plätze werden noch reserviert",
  "problem.reservation-pending.text":
    "Es dauert länger als sonst. Ihre Bestellung ist sicher, und nichts wurde berechnet. Versuchen Sie es gleich noch einmal.",
  "problem.partially-reserved.title": "Es konnten nicht alle gewünschten Plätze reserviert werden.",
  "problem.partially-reserved.text": "Laden Sie die Seite neu, um aus den übrigen zu wählen.",
  "problem.registrant-missing.title": "Wir wissen noch nicht, wer sich anmeldet",
  "problem.registrant-missing.text": "Füllen Sie die Angaben aus und versuchen Sie es noch einmal.",
  "problem.too-many-payments.title": "Diese Bestellung wurde zu oft zu bezahlen versucht",
  "problem.too-many-payments.text":
    "Sie lässt sich nicht mehr bezahlen. Wählen Sie Plätze in einer neuen Bestellung; die von dieser werden frei, wenn sie abläuft.",
  "problem.order-open.title": "Diese Bestellung ist noch offen",
  "problem.order-open.text":
    "Es wurde nichts vergessen. Versuchen Sie es wieder, wenn die Bestellung bestätigt oder abgelaufen ist, spätestens in einer halben Stunde.",
  "problem.registrant-forgotten.title": "Die Namen dieser Bestellung wurden vergessen",
  "problem.registrant-forgotten.text":
    "Auf ihren Plätzen kann niemand mehr eingetragen werden. Es wurde nichts gespeichert.",
  "problem.payment-rejected.title": "Diese Zahlung wurde abgebrochen",
  "problem.payment-rejected.text":
    "Es wurde kein Geld abgebucht. Gehen Sie zur Bestellung zurück, um erneut zu zahlen.",
  "problem.payment-accepted.title": "Das ist schon bezahlt",
  "problem.payment-accepted.text": "Das Geld wurde einmal abgebucht. Gehen Sie zur Bestellung zurück, um sie zu sehen.",
  "problem.payment-signature.title": "Dieser Zahlungslink ist nicht gültig",
  "problem.payment-signature.text":
    "Es wurde kein Geld abgebucht. Gehen Sie zur Bestellung zurück und beginnen Sie die Zahlung neu.",
  "problem.slug-taken.title": "Diese Adresse ist vergeben",
  "problem.slug-taken.text": "Wählen Sie eine andere.",
  "problem.seat-type-published.title": "Das lässt sich nicht mehr löschen",
  "problem.seat-type-published.text":
    "Die Konferenz war veröffentlicht, also können solche Plätze verkauft sein. Setzen Sie die Zahl der Plätze stattdessen auf 0.",
  "problem.too-many-seat-types.title": "Diese Konferenz hat so viele Platzarten, wie sie haben kann",
  "problem.too-many-seat-types.text": "Ändern Sie stattdessen eine, die nicht mehr angeboten wird.",

  "field.optional": "(freiwillig)",
  "rule.filled": "Bitte füllen Sie das aus.",
  "rule.email": "Das ist keine E-Mail-Adresse wie ada@example.com.",
  "rule.accessCode": "Der Code hat sechs Buchstaben und Ziffern.",
  "rule.slug": "Nur Buchstaben ohne Akzente und Umlaute, Ziffern, - und _.",
  "rule.atLeast": "Bitte mindestens {least} Zeichen.",
  "rule.wholeNumber": "Bitte eine ganze Zahl von {low} bis {high}.",
  "rule.price": "Bitte einen Preis von 0 bis 50.000, etwa 199 oder 199,50.",
  "rule.endBeforeStart": "Das Ende kann nicht vor dem Anfang liegen.",
  "rule.refused": "Das wurde nicht angenommen. Bitte prüfen Sie es.",
  "person.firstName": "Vorname",
  "person.lastName": "Nachname",
  "person.email": "E-Mail-Adresse",
  "copy.copy": "Kopieren",
  "copy.copied": "Kopiert",
  "copy.selected": "Markiert; jetzt kopieren",
  "dialog.cancel": "Abbrechen",
  "leave.title": "Ohne Speichern verlassen?",
  "leave.text": "Was Sie eingegeben und nicht gespeichert haben, geht verloren.",
  "leave.yes": "Verlassen",
  "leave.no": "Bleiben",
  "tries.title": "Zu viele falsche Versuche",
  "tries.text": "Es wurde nichts geändert. Zum Schutz Ihrer Daten muss der nächste Versuch eine Weile warten.",
  "tries.next": "Der nächste Versuch ist möglich in",
  "tries.now": "Sie können es jetzt noch einmal versuchen.",
};
