import { type KeywordWords, list } from './words.ts';

export const german: KeywordWords = {
  firm: list(
    `stop, stopp, stoppen, stoppt, stoppe, abmelden, abmeldung, abmelde, abbestellen, abbestellung, abbestelle, austragen,
    austragung, widerruf, widerrufen, widerrufe, widerspruch, widerspreche, kündigen, kuendigen, kündigung, kündige,
    deabonnieren, aufhören, aufhoeren`,
  ),
  likely: list(
    `ende, beenden, schluss, schluß, abbrechen, abbruch, stornieren, storno, löschen, loeschen, lösche, entfernen, entferne,
    genug, halt, raus`,
  ),
  bare: list('aus, weg, fertig, ab'),
  demands: list(
    `melden sie mich ab, melde mich ab, meldet mich ab, mich abmelden, hören sie auf, hört auf, hör auf, hoeren sie auf,
    lassen sie mich in ruhe, lasst mich in ruhe, keine nachrichten mehr, keine sms mehr, keine weiteren nachrichten,
    keine weiteren sms, keine werbung, keine smsen mehr, nicht mehr schreiben, nicht mehr kontaktieren, nicht mehr kontaktiert,
    nichts mehr schicken, löschen sie mich, löschen sie meine nummer, entfernen sie mich, will keine, möchte keine,
    ziehe meine einwilligung zurück, einwilligung widerrufen`,
  ),
  starts: list('start, starten, anmelden, anmeldung, wieder anmelden, fortsetzen'),
  helps: list('hilfe, info, infos, information, helfen'),
  negations: list('nicht, niemals, nie, nich'),
  polite: list(
    `bitte, danke, dankeschön, vielen dank, herzlichen dank, besten dank, hallo, hi, guten tag, guten morgen, servus, moin,
    grüße, gruß, liebe grüße, viele grüße, lg, vg, mfg, entschuldigung, sehr geehrte, damen und herren, ok`,
  ),
  around: list(
    `ich, mich, mir, mein, meine, meiner, meinen, sie, ihr, ihre, ihren, euch, eure, du, der, die, das, den, dem, des, ein,
    eine, es, dies, diese, dieser, diesen, alles, alle, allen, von, vom, zu, zum, zur, mit, für, an, und, oder, jetzt,
    sofort, heute, ab, endlich, mal, mehr, wieder, nur, will, möchte, moechte, wollen, kann, können, könnt, soll, wünsche,
    wie, sms, smsen, nachricht, nachrichten, texte, text, werbung, werbe, newsletter, liste, verteiler, einwilligung,
    zustimmung, abo, abonnement, senden, sendet, schicken, schickt, schreiben, bekommen, erhalten, nein, ja, nummer,
    telefon, spam, damit, den`,
  ),
};
