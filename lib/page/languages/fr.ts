import type { Messages } from '../messages.ts';

export const fr: Messages = {
  page: {
    title: 'Ce dont nous pouvons vous parler',
    intro:
      'Activez ce que vous souhaitez recevoir et choisissez comment. Désactivez ce que vous ne voulez pas. C’est pris en compte aussitôt.',
    yours: 'Vos coordonnées : {list}',
    by: '{topic} par {channel}',
    everyChannel: 'Autorisé',
    save: 'Enregistrer',
    saving: 'Enregistrement…',
    stopAll: 'Tout arrêter',
    stopBrand: 'Tout arrêter de la part de {brand}',
    stopped: 'Tout est arrêté.',
    interests: 'Vos centres d’intérêt',
    last: 'Dernière modification le {date} : {source}.',
    history: 'Votre historique',
    notice: 'Ce que vous acceptez',
    language: 'Langue',
    help: 'Aide',
    skip: 'Aller à vos choix',
    undo: 'Annuler',
    retry: 'Réessayer',
    offline: 'Pas de connexion. Rien n’est encore enregistré ; votre choix est conservé ici.',
    failed: 'Cela n’a pas fonctionné et rien n’a changé. Veuillez réessayer.',
    invalid: 'Ce lien ne fonctionne plus.',
    saved: {
      one: 'Enregistré : {count} choix.',
      many: 'Enregistré : {count} de choix.',
      other: 'Enregistré : {count} choix.',
    },
    savedOne: 'Enregistré : {what}.',
    on: '{what} : activé',
    off: '{what} : désactivé',
    unchanged: 'Il n’y avait rien à changer.',
    asked: {
      one: 'Un choix a été arrêté ailleurs depuis que vous avez ouvert cette page. Il reste désactivé jusqu’à ce que vous le réactiviez.',
      many: '{count} de vos choix ont été arrêtés ailleurs depuis que vous avez ouvert cette page. Ils restent désactivés jusqu’à ce que vous les réactiviez.',
      other:
        '{count} choix ont été arrêtés ailleurs depuis que vous avez ouvert cette page. Ils restent désactivés jusqu’à ce que vous les réactiviez.',
    },
    stoppedSince:
      'Arrêté le {date} ({source}), après que vous avez ouvert cette page. Réactivez-le si vous le souhaitez.',
    stoppedBy: 'Arrêté le {date} : {source}.',
    awaiting: 'Pas encore actif : ouvrez le message que nous vous avons envoyé et confirmez avant le {date}.',
    runsOut: 'Jusqu’au {date}.',
    signalHonoured:
      'Votre navigateur envoie un signal d’opposition (Global Privacy Control). Nous l’avons respecté : {topics}.',
    signalOverruled:
      'Votre navigateur envoie un signal d’opposition (Global Privacy Control). Depuis, vous avez autorisé ici : {topics}.',
    alsoUnsaved: 'Vos autres modifications sur cette page n’ont pas été enregistrées.',
  },
  history: {
    intro: 'Tout ce qui a été dit au sujet de vos choix, du plus récent au plus ancien.',
    back: 'Revenir à vos choix',
    older: 'Plus anciens',
    asPage: 'Télécharger pour lire',
    asData: 'Télécharger les données (JSON)',
    empty: 'Rien n’a encore été enregistré.',
    shown: 'Texte affiché alors : {notice}',
  },
  channels: { email: 'E-mail', sms: 'SMS', phone: 'Téléphone', push: 'Application', post: 'Courrier' },
  byChannel: {
    email: 'e-mail',
    sms: 'SMS',
    phone: 'téléphone',
    push: 'notification de l’application',
    post: 'courrier',
  },
  identifiers: { email: 'E-mail', phone: 'Téléphone' },
  unsubscribe: {
    title: 'Ne plus recevoir « {topic} » par {channel} ?',
    text: '{brand} ne vous contactera plus à ce sujet par {channel}. Tout le reste demeure inchangé.',
    button: 'Me désabonner',
    doneTitle: 'Votre désabonnement est enregistré',
    done: '{brand} ne vous contacte plus par {channel} au sujet de « {topic} ». Un message déjà en route peut encore vous parvenir.',
    back: 'C’était une erreur ? Ouvrez le lien vers vos choix dans l’un de nos messages et réactivez-le.',
  },
  component: {
    loading: 'Chargement de vos choix…',
    offline: 'Pas de connexion : vos choix ne peuvent pas être affichés.',
  },
  kept: {
    title: 'Le texte qui a été affiché',
    version: 'Conservé sous {name}.',
    proof: 'SHA-256 de ce texte exact :',
    alone: 'Le texte seul',
  },
  deadLink: {
    title: 'Ce lien ne fonctionne pas',
    invalid:
      'Il en manque peut-être une partie : copiez le lien entier depuis le message, ou ouvrez-le depuis celui-ci. Rien n’a changé.',
    expired: 'Il est trop ancien. Rien n’a changé. Utilisez le lien d’un message plus récent.',
  },
  failed: {
    title: 'Un problème est survenu de notre côté',
    text: 'Rien de ce que vous voyez n’est perdu. Veuillez réessayer dans un instant.',
  },
};
