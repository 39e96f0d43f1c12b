/** What can go wrong, in German. Loaded after the first sight; until then, the server's own words do. */
import type en from './en.problems'

const de: typeof en = {
  problem: {
    'too-many-events': 'Bis dahin ist zu viel geschehen, um den Stand von damals zu zeigen.',
    'week-not-over': 'Diese Woche ist noch nicht vorbei.',
    incomplete: 'Manches, was geschah, ist noch nicht mitgezählt. Nichts ist verloren.',
    unreachable: 'Der Server ist nicht erreichbar. Prüfe deine Verbindung.',
    'not-stored':
      'Dieser Browser lässt die Änderung nicht aufheben. Schaffe Platz oder verlasse das private Fenster.',
    'address-taken': 'Zu dieser Adresse gibt es schon ein Konto. Melde dich an oder nimm eine andere.',
    'body-timeout': 'Die Verbindung ist gerade zu langsam. Versuch es noch einmal.',
    'command-id-expired':
      'Diese Änderung hat über 90 Tage gewartet; niemand weiß, ob sie angekommen ist. Sieh nach, wie es jetzt steht, und gib sie noch einmal ein.',
    'command-id-reused':
      'Diese Änderung war von einer anderen nicht zu unterscheiden. Versuch es noch einmal.',
    'cross-site':
      'Die Anfrage schien nicht aus dieser App zu kommen. Öffne Momentum unter seiner eigenen Adresse.',
    'cursor-gone': 'Der Dienst wurde aus einer Sicherung wiederhergestellt. Lade neu, um den Stand zu sehen.',
    'idempotency-key-invalid':
      'Die Uhr dieses Geräts geht wohl falsch. Stell sie und versuch es noch einmal.',
    'idempotency-key-missing': 'Die Anfrage war unvollständig. Lade neu und versuch es noch einmal.',
    internal: 'Bei uns ist etwas schiefgegangen.',
    'invalid-input': 'Manches davon kann so nicht angenommen werden.',
    'malformed-json': 'Die Anfrage war nicht lesbar. Lade neu und versuch es noch einmal.',
    'malformed-request': 'Die Anfrage war nicht lesbar. Lade neu und versuch es noch einmal.',
    'method-not-allowed': 'Der Server kann das nicht. Lade neu, um die neueste Version zu bekommen.',
    misdirected: 'Momentum steht nur für diesen Rechner bereit. Öffne es als localhost.',
    'not-found': 'Das gibt es nicht, oder es gehört nicht dir.',
    'not-signed-in': 'Bitte melde dich an.',
    'not-yet-shown': 'Es ist gespeichert und gleich zu sehen.',
    overloaded: 'Der Server hat gerade viel zu tun. Versuch es gleich noch einmal.',
    'payload-too-large': 'Das ist zu viel auf einmal.',
    'registration-closed': 'Neue Konten legt hier nur der Betreiber an.',
    'session-ended': 'Deine Sitzung ist zu Ende. Bitte melde dich noch einmal an.',
    timeout: 'Der Server hat zu lange gebraucht.',
    'unreadable-event':
      'Das hängt an etwas, das eine andere Version von Momentum geschrieben hat. Nichts ist verloren: sobald diese wieder läuft, ist es zu sehen.',
    'too-many-invitations':
      'Mehr offene Einladungen kann der Arbeitsbereich nicht haben. Zieh erst welche zurück.',
    'too-many-requests': 'Das war etwas oft. Bitte warte einen Augenblick.',
    unavailable: 'Der Dienst ist für einen Augenblick nicht da.',
    'unknown-route': 'Der Server kennt das nicht. Lade neu, um die neueste Version zu bekommen.',
    'unsupported-media-type': 'Die Anfrage war nicht lesbar. Lade neu und versuch es noch einmal.',
    'uri-too-long': 'Die Filter sind zu lang.',
    'version-conflict':
      'Es wurde inzwischen anderswo geändert. Sieh dir beides an und speichere dann noch einmal.',
    'wrong-credentials': 'Kein Konto hat diese Adresse mit diesem Passwort.',
    'id-taken': 'Das gibt es schon.',
    'not-allowed': 'Deine Rolle erlaubt das nicht.',
    'goal-archived': 'Das Ziel ist archiviert. Stell es erst wieder her.',
    'goal-not-archived': 'Das Ziel ist nicht archiviert.',
    'goal-completed': 'Das Ziel ist schon erreicht.',
    'goal-not-completed': 'Das Ziel ist nicht als erreicht markiert.',
    'log-withdrawn': 'Der Eintrag wurde entfernt. Hol ihn erst zurück.',
    'log-not-withdrawn': 'Der Eintrag ist nicht entfernt.',
    'day-not-begun': 'Dieser Tag hat in deinem Kalender noch nicht begonnen.',
    'range-reversed': 'Der Zeitraum endet, bevor er beginnt.',
    'too-many-pauses': 'Es gibt schon zu viele Pausen.',
    'too-many-changes': 'Öfter lässt sich das nicht ändern.',
    'already-member': 'Diese Person gehört schon dazu.',
    'too-many-members': 'Mehr Mitglieder kann der Arbeitsbereich nicht haben.',
    'last-owner': 'Erst muss noch jemand die Rolle „Besitz“ haben.',
    'own-workspace': 'Es ist der eigene Arbeitsbereich dieser Person; sie behält die Rolle „Besitz“.',
    'changed-since': 'Es wurde seitdem noch einmal geändert und lässt sich nicht für sich zurücknehmen.',
    'undone-already': 'Das ist schon zurückgenommen.',
    'not-undoable': 'Das lässt sich nicht zurücknehmen.',
    'text-erased': 'Was da vorher stand, hat gelöscht, wer es geschrieben hatte.',
    'unknown-zone': 'Der Server kennt diese Zeitzone nicht.',
  },
  field: {
    missing: 'Das wird gebraucht.',
    invalid: 'Das kann so nicht angenommen werden.',
    'no-day': 'Gib ein ganzes Datum an, mit einem Jahr von 1900 bis 2200.',
    'wrong-type': 'Das kann so nicht angenommen werden.',
    'too-early': 'Da gibt es noch nichts zu sehen: Dein Konto begann erst danach.',
    'too-short': 'Das ist zu kurz.',
    'too-long': 'Das ist zu lang.',
    'too-large': 'Das ist zu viel.',
    'too-small': 'Das ist zu wenig.',
    'too-common': 'Dieses Passwort benutzen zu viele.',
    'same-as-address': 'Das ist deine E-Mail-Adresse.',
    wrong: 'Das ist nicht dein bisheriges Passwort.',
  },
}

export default de
