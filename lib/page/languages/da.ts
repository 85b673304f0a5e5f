import type { Messages } from '../messages.ts';

export const da: Messages = {
  page: {
    title: 'Det må vi fortælle dig om',
    intro:
      'Slå det til, som du gerne vil høre om, og vælg hvordan. Slå det fra, som du ikke vil have. Det gælder med det samme.',
    yours: 'Dine oplysninger: {list}',
    by: '{topic} via {channel}',
    everyChannel: 'Tilladt',
    save: 'Gem',
    saving: 'Gemmer …',
    stopAll: 'Stop det hele',
    stopBrand: 'Stop alt fra {brand}',
    stopped: 'Alt er stoppet.',
    interests: 'Dine interesser',
    last: 'Sidst ændret den {date}: {source}.',
    history: 'Din historik',
    notice: 'Det siger du ja til',
    language: 'Sprog',
    help: 'Hjælp',
    skip: 'Gå til dine valg',
    undo: 'Fortryd',
    retry: 'Prøv igen',
    offline: 'Der er ingen forbindelse. Intet er gemt endnu; dit valg bliver her, til det lykkes.',
    failed: 'Det lykkedes ikke, og intet er ændret. Prøv igen.',
    invalid: 'Linket virker ikke længere.',
    saved: { one: 'Gemt: {count} valg.', other: 'Gemt: {count} valg.' },
    savedOne: 'Gemt: {what}.',
    on: '{what} er slået til',
    off: '{what} er slået fra',
    unchanged: 'Der var ikke noget at ændre.',
    asked: {
      one: 'Ét valg er stoppet et andet sted, efter at du åbnede siden. Det forbliver slået fra, til du selv slår det til igen.',
      other:
        '{count} valg er stoppet et andet sted, efter at du åbnede siden. De forbliver slået fra, til du selv slår dem til igen.',
    },
    stoppedSince:
      'Stoppet den {date} ({source}), efter at du åbnede siden. Slå det til igen, hvis du gerne vil have det.',
    stoppedBy: 'Stoppet den {date}: {source}.',
    awaiting: 'Ikke slået til endnu: åbn beskeden fra os, og bekræft senest den {date}.',
    runsOut: 'Til og med den {date}.',
    signalHonoured:
      'Din browser sender et signal om at sige nej (Global Privacy Control). Det har vi rettet os efter: {topics}.',
    signalOverruled:
      'Din browser sender et signal om at sige nej (Global Privacy Control). Siden har du givet lov her: {topics}.',
    alsoUnsaved: 'Dine andre ændringer på siden er ikke gemt.',
  },
  history: {
    intro: 'Alt, hvad der er sagt om dine valg, det nyeste først.',
    back: 'Tilbage til dine valg',
    older: 'Ældre',
    asPage: 'Hent til at læse',
    asData: 'Hent som data (JSON)',
    empty: 'Der er ikke registreret noget endnu.',
    shown: 'Vist dengang: {notice}',
  },
  channels: { email: 'E-mail', sms: 'Sms', phone: 'Telefon', push: 'App', post: 'Brev' },
  byChannel: {
    email: 'e-mail',
    sms: 'sms',
    phone: 'telefon',
    push: 'besked i appen',
    post: 'brev',
  },
  identifiers: { email: 'E-mail', phone: 'Telefon' },
  unsubscribe: {
    title: 'Vil du stoppe »{topic}« via {channel}?',
    text: 'Så kontakter {brand} dig ikke længere om det via {channel}. Alt andet bliver, som det er.',
    button: 'Afmeld',
    doneTitle: 'Du er afmeldt',
    done: '{brand} kontakter dig ikke længere om »{topic}« via {channel}. En besked, der allerede er på vej, kan stadig nå frem.',
    back: 'Var det en fejl? Åbn linket til dine valg i en af vores beskeder, og slå det til igen.',
  },
  component: {
    loading: 'Henter dine valg …',
    offline: 'Der er ingen forbindelse, så dine valg kan ikke vises.',
  },
  kept: {
    title: 'Teksten, der blev vist',
    version: 'Gemt som {name}.',
    proof: 'SHA-256 af præcis denne tekst:',
    alone: 'Kun teksten',
  },
  deadLink: {
    title: 'Linket virker ikke',
    invalid:
      'Måske mangler der en del af det: kopiér hele linket fra beskeden, eller åbn det derfra. Intet er ændret.',
    expired: 'Det er for gammelt. Intet er ændret. Brug linket fra en nyere besked.',
  },
  failed: {
    title: 'Der gik noget galt hos os',
    text: 'Intet af det, du ser, er gået tabt. Prøv igen om et øjeblik.',
  },
};
