/** Was über Konferenzen und ihre Plätze gesagt wird. */

/** @type {typeof import("../en/catalogue.js").default} */
export default {
  "home.title": "Konferenzen",
  "home.heading": "Gute Vorträge. Gute Leute. Ein Platz mit Ihrem Namen.",
  "home.lead": "Wählen Sie eine Konferenz, nehmen Sie Plätze und sagen Sie, wer wo sitzt.",
  "home.none": "Zurzeit ist keine Konferenz zur Anmeldung offen",
  "home.none.text": "Schauen Sie bald wieder herein: Neue erscheinen hier, sobald sie veröffentlicht sind.",
  "home.none.create": "Oder veranstalten Sie selbst eine",
  "notFound.title": "Diese Seite gibt es nicht",
  "notFound.text": "Vielleicht ist die Adresse falsch geschrieben, oder die Seite ist umgezogen.",

  "conference.when": "Wann",
  "conference.where": "Wo",
  "conference.twitter": "Was man über {search} sagt",
  "conference.unknown": "Diese Konferenz gibt es nicht",
  "conference.unknown.text": "Vielleicht ist sie noch nicht veröffentlicht, oder die Adresse ist unvollständig.",
  "conference.unknown.all": "Alle Konferenzen",

  "steps.label": "Ihr Weg zum Platz",
  "steps.seats": "Plätze",
  "steps.details": "Angaben",
  "steps.payment": "Zahlung",
  "steps.done": "Fertig",

  "seats.heading": "Wählen Sie Ihre Plätze",
  "seats.form": "Plätze",
  "seats.none": "Es gibt noch keine Plätze zu buchen.",
  "seats.free": "Kostenlos",
  "seats.soldOut": "Ausverkauft",
  "seats.left": { one: "{count} Platz frei", other: "{count} Plätze frei" },
  "seats.fewLeft": { one: "Nur noch {count} Platz frei", other: "Nur noch {count} Plätze frei" },
  "seats.total": "Summe",
  "seats.continue": "Weiter",
  "seats.change": "Meine Plätze ändern",
  "seats.chooseOne": "Wählen Sie mindestens einen Platz.",
  "seats.busy": "Ihre Plätze werden angefragt …",
  "seats.safe": "Es wurde nichts berechnet. Wenn Sie es noch einmal versuchen, bleibt es dieselbe Bestellung.",
  "seats.short": "{name}: Sie wollten {wanted}, frei sind {left}.",
  "seats.nothingLeft": "Alle Plätze sind vergeben",
  "seats.nothingLeft.text":
    "Plätze, die andere gerade halten, können innerhalb einer halben Stunde frei werden. Schauen Sie dann noch einmal.",
  "seats.underWay": "Sie haben eine offene Bestellung",
  "seats.underWay.text": "Wenn Sie hier die Plätze ändern, ändert das diese Bestellung; es entsteht keine zweite.",
  "seats.underWay.continue": "Weiter zur Kasse",
  "stepper.less": "Einer weniger: {name}",
  "stepper.more": "Einer mehr: {name}",
};
