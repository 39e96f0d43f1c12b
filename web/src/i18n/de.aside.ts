/** The texts of signing in, of the first of the settings, and of empty lists, in German. */
import type en from './en.aside'

const aside: typeof en = {
  entering: {
    signInTitle: 'Willkommen zurück',
    invitedTitle: 'Du bist eingeladen',
    invited: 'Melde dich an, um die Einladung zu sehen. Neu hier? Dann leg zuerst ein Konto an.',
    noAccount: 'Neu hier?',
    forgotten: 'Passwort vergessen? Wer diese Installation betreibt, kann dir ein neues geben.',
    registerTitle: 'Fang mit einem Ziel an',
    registerHint: 'Ein Ort, um dranzubleiben und ehrlich zu sehen, wie es läuft.',
    closed: 'Konten legt hier an, wer Momentum betreibt. Bitte dort um eines.',
    haveAccount: 'Schon ein Konto?',
    tagline: 'Bleib an dem dran, was dir wichtig ist.',
  },
  nowhere: {
    title: 'Diese Seite gibt es nicht',
    text: 'Vielleicht ist die Adresse vertippt oder die Seite umgezogen.',
  },
  leaving: {
    expiredTitle: 'Bitte melde dich noch einmal an',
    expiredHint: 'Deine Sitzung ist zu Ende. Nichts von dem, was du geschrieben hast, ist verloren.',
    waits_one: '{{count}} Änderung wird gesendet, sobald du wieder da bist.',
    waits_other: '{{count}} Änderungen werden gesendet, sobald du wieder da bist.',
    otherAccount: 'Anderes Konto verwenden',
    signOut: 'Abmelden',
  },
  settings: {
    title: 'Einstellungen',
    profile: 'Profil',
    name: 'Name',
    nameHint: 'So nennen wir dich. Leer lassen für keinen Namen.',
    look: 'Aussehen und Sprache',
    theme: 'Farben',
    themeSystem: 'System',
    themeLight: 'Hell',
    themeDark: 'Dunkel',
    language: 'Sprache',
    saved: 'Gespeichert',
  },
  account: {
    signIn: 'Anmelden',
    register: 'Konto anlegen',
    email: 'E-Mail-Adresse',
    password: 'Passwort',
    passwordHint: 'Mindestens zehn Zeichen.',
    name: 'Wie sollen wir dich nennen?',
    zone: 'Zeitzone',
    showPassword: 'Passwort zeigen',
    hidePassword: 'Passwort verbergen',
  },
  noGoals: {
    activeText: 'Nenne etwas, woran du dranbleiben möchtest. Alles lässt sich später ändern.',
    completed: 'Noch nichts erreicht',
    completedText: 'Wenn du ein Ziel erreicht hast, ruht es hier.',
    archived: 'Nichts im Archiv',
    archivedText: 'Ziele, die du weglegst, behalten alle Einträge. Du findest sie hier.',
  },
  findGoal: {
    label: 'Ziel suchen',
    none: 'Hier ist kein solches Ziel',
    noneText: 'Versuche einen anderen Teil des Titels, oder sieh oben bei den anderen nach.',
  },
  updating: {
    text: 'Lade neu, um sie zu benutzen. Speichere vorher, was du schreibst.',
    later: 'Später',
  },
  firstGoal: {
    title: 'Woran möchtest du dranbleiben?',
    text: 'Nenne ein Ziel, das dir wichtig ist. Ein paar Minuten an den meisten Tagen bringen dich weit.',
    name: 'Titel',
    example: 'z. B. Klavier üben',
  },
}

export default aside
