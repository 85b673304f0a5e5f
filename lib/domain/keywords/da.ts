import { type KeywordWords, list } from './words.ts';

export const danish: KeywordWords = {
  firm: list(
    `stop, stopp, stoppe, stopper, afmeld, afmelde, afmelder, afmelding, afmeld mig, frameld, framelde, framelding,
    meld fra, melde fra, melde mig fra, meld mig fra, meld mig af, ophør, hold op, opsig, opsige, opsigelse, opsiger`,
  ),
  likely: list(
    'slut, afslut, annuller, annullér, annullere, fjern, fjerne, slet, slette, tilbagekald, nok, færdig',
  ),
  bare: list('fra, af, væk'),
  demands: list(
    `fjern mig, slet mig, slet mit nummer, meld mig fra, meld mig af, afmeld mig, hold op med, lad mig være i fred,
    lad mig være, ikke flere beskeder, ikke flere sms, ikke flere smser, ingen flere beskeder, ingen flere sms,
    ingen beskeder, ingen reklamer, vil ikke have flere, vil ikke have beskeder, vil ikke have sms, vil ikke modtage,
    ønsker ikke at modtage, ønsker ikke flere, træk mit samtykke tilbage, trækker mit samtykke tilbage`,
  ),
  starts: list('start, start igen, tilmeld, tilmeld mig, tilmelding, begynd, genoptag'),
  helps: list('hjælp, hjaelp, hjalp, info, information, hjælp mig'),
  negations: list('ikke, aldrig, ik, ikk'),
  polite: list(
    `tak, mange tak, på forhånd tak, venligst, vær venlig, vær venlig at, vær så venlig, vær sød, vær sød at, hej, hejsa,
    goddag, god morgen, mvh, hilsen, venlig hilsen, undskyld, ok`,
  ),
  around: list(
    `jeg, mig, min, mit, mine, i, jer, jeres, du, dig, den, det, de, dem, denne, dette, disse, alt, alle, alting, at, fra,
    til, med, om, på, og, eller, nu, straks, samme, dag, altid, mere, flere, igen, bare, gerne, vil, ville,
    kan, kunne, skal, ønsker, hvordan, sms, smser, smserne, besked, beskeder, beskederne, tekst, reklame, reklamer,
    nyhedsbrev, nyhedsbreve, liste, listen, samtykke, abonnement, tilmelding, sende, sender, send, modtage, få, får, nej,
    ja, nummer, telefon, venligst, for, en, et, spam, så`,
  ),
};
