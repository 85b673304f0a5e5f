import { type KeywordWords, list } from './words.ts';

export const french: KeywordWords = {
  firm: list(
    `stop, stopper, stoppez, arrêt, arrêts, arret, arrêter, arrêtez, arrête, arrett, désabonner, désabonnement, désabonnez,
    désabonne, se désabonner, me désabonner, désinscrire, désinscription, désinscrivez, désinscris, résilier, résiliation,
    résilie, révoquer, révoque, révocation, opposition, stop sms, cesser, cessez`,
  ),
  likely: list(
    `fin, annuler, annulez, annule, annulation, quitter, terminer, supprimer, supprimez, retirer, retirez, retrait, assez,
    effacer, effacez`,
  ),
  bare: list('basta, sortir, off'),
  demands: list(
    `désabonnez moi, désinscrivez moi, me désabonner, me désinscrire, retirez moi, supprimez moi, enlevez moi,
    ne veux plus, ne souhaite plus, plus de messages, plus de message, plus de sms, plus de pub, plus de publicité, plus aucun message, plus recevoir,
    ne plus recevoir, ne m envoyez plus, m envoyez plus, ne me contactez plus, me contactez plus, arrêtez de m envoyer,
    laissez moi tranquille, supprimez mon numéro, retirez mon numéro, retire mon consentement,
    retirer mon consentement`,
  ),
  starts: list('start, commencer, démarrer, reprendre, réabonner, abonner, inscrire'),
  helps: list('aide, info, infos, information, informations, aidez moi'),
  negations: list('ne pas, n, ne, pas, jamais, je ne veux pas'),
  polite: list(
    `s il vous plaît, s il te plaît, svp, stp, merci, merci beaucoup, merci d avance, bonjour, bonsoir, salut, cordialement,
    veuillez, pardon, désolé, d accord, ok`,
  ),
  around: list(
    `je, j, me, m, moi, mon, ma, mes, nous, vous, vos, votre, tu, te, toi, ton, le, la, les, l, un, une, des, de, du, d, ce,
    cet, cette, ces, ça, c, tout, tous, toutes, toute, à, au, aux, avec, et, ou, en, maintenant, aujourd, hui,
    immédiatement, suite, plus, encore, juste, veux, voudrais, souhaite, peux, pouvez, peut, comment, sms,
    message, messages, texto, textos, pub, pubs, publicité, newsletter, newsletters, liste, consentement, abonnement,
    envoyer, envoyez, recevoir, non, oui, numéro, téléphone, spam, aux`,
  ),
};
