import type { Messages } from '../messages.ts';

export const de: Messages = {
  page: {
    title: 'Was wir Ihnen mitteilen dürfen',
    intro:
      'Schalten Sie ein, wovon Sie hören möchten, und auf welchem Weg. Schalten Sie aus, was Sie nicht möchten. Es gilt sofort.',
    yours: 'Ihre Angaben: {list}',
    by: '{topic} per {channel}',
    everyChannel: 'Erlaubt',
    save: 'Speichern',
    saving: 'Wird gespeichert …',
    stopAll: 'Alles beenden',
    stopBrand: 'Alles von {brand} beenden',
    stopped: 'Alles ist beendet.',
    interests: 'Ihre Interessen',
    last: 'Zuletzt geändert am {date}: {source}.',
    history: 'Ihr Verlauf',
    notice: 'Wozu Sie Ja sagen',
    language: 'Sprache',
    help: 'Hilfe',
    skip: 'Direkt zu Ihrer Auswahl',
    undo: 'Rückgängig machen',
    retry: 'Noch einmal versuchen',
    offline: 'Keine Verbindung. Es wurde noch nichts gespeichert; Ihre Auswahl bleibt hier erhalten.',
    failed: 'Das hat nicht geklappt, und es wurde nichts geändert. Bitte versuchen Sie es noch einmal.',
    invalid: 'Dieser Link funktioniert nicht mehr.',
    saved: { one: 'Gespeichert: {count} Änderung.', other: 'Gespeichert: {count} Änderungen.' },
    savedOne: 'Gespeichert: {what}.',
    on: '{what} ist eingeschaltet',
    off: '{what} ist ausgeschaltet',
    unchanged: 'Es gab nichts zu ändern.',
    asked: {
      one: 'Eine Einstellung wurde an anderer Stelle ausgeschaltet, nachdem Sie diese Seite geöffnet haben. Sie bleibt aus, bis Sie sie wieder einschalten.',
      other:
        '{count} Einstellungen wurden an anderer Stelle ausgeschaltet, nachdem Sie diese Seite geöffnet haben. Sie bleiben aus, bis Sie sie wieder einschalten.',
    },
    stoppedSince:
      'Beendet am {date} ({source}), nachdem Sie diese Seite geöffnet haben. Schalten Sie es wieder ein, wenn Sie es möchten.',
    stoppedBy: 'Beendet am {date}: {source}.',
    awaiting: 'Noch nicht an: Bitte öffnen Sie unsere Nachricht und bestätigen Sie bis zum {date}.',
    runsOut: 'Bis {date}.',
    signalHonoured:
      'Ihr Browser sendet ein Widerspruchssignal (Global Privacy Control). Wir haben es beachtet: {topics}.',
    signalOverruled:
      'Ihr Browser sendet ein Widerspruchssignal (Global Privacy Control). Seitdem haben Sie hier erlaubt: {topics}.',
    alsoUnsaved: 'Ihre anderen Änderungen auf dieser Seite wurden nicht gespeichert.',
  },
  history: {
    intro: 'Alles, was zu Ihrer Auswahl gesagt wurde, das Neueste zuerst.',
    back: 'Zurück zu Ihrer Auswahl',
    older: 'Ältere',
    asPage: 'Zum Lesen herunterladen',
    asData: 'Als Daten herunterladen (JSON)',
    empty: 'Es ist noch nichts verzeichnet.',
    shown: 'Damals angezeigt: {notice}',
  },
  channels: { email: 'E-Mail', sms: 'SMS', phone: 'Telefon', push: 'App', post: 'Brief' },
  byChannel: {
    email: 'E-Mail',
    sms: 'SMS',
    phone: 'Telefon',
    push: 'App-Mitteilung',
    post: 'Brief',
  },
  identifiers: { email: 'E-Mail', phone: 'Telefon' },
  unsubscribe: {
    title: '„{topic}“ per {channel} abbestellen?',
    text: '{brand} wendet sich dann in dieser Sache nicht mehr per {channel} an Sie. Alles andere bleibt, wie es ist.',
    button: 'Abbestellen',
    doneTitle: 'Sie sind abgemeldet',
    done: '{brand} wendet sich wegen „{topic}“ nicht mehr per {channel} an Sie. Eine Nachricht, die schon unterwegs ist, kann Sie noch erreichen.',
    back: 'War das ein Versehen? Öffnen Sie den Link zu Ihren Einstellungen in einer unserer Nachrichten und schalten Sie es wieder ein.',
  },
  component: {
    loading: 'Ihre Auswahl wird geladen …',
    offline: 'Es besteht keine Verbindung; Ihre Auswahl kann nicht angezeigt werden.',
  },
  kept: {
    title: 'Der Text, der gezeigt wurde',
    version: 'Aufbewahrt als {name}.',
    proof: 'SHA-256 genau dieses Textes:',
    alone: 'Nur der Text',
  },
  deadLink: {
    title: 'Dieser Link funktioniert nicht',
    invalid:
      'Vielleicht fehlt ein Teil davon: Kopieren Sie den ganzen Link aus der Nachricht oder öffnen Sie ihn von dort. Es wurde nichts geändert.',
    expired:
      'Er ist zu alt. Es wurde nichts geändert. Bitte nehmen Sie den Link aus einer neueren Nachricht.',
  },
  failed: {
    title: 'Bei uns ist etwas schiefgegangen',
    text: 'Nichts von dem, was Sie sehen, ist verloren. Bitte versuchen Sie es gleich noch einmal.',
  },
};
