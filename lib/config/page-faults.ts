import { OWN_SOURCE } from '../domain/own-source.ts';
import { lackingIn, type Text } from '../domain/text.ts';
import { covers } from '../domain/topic.ts';
import { type Completed, noticeName } from './completed.ts';
import { lackingRights } from './wanted-rights.ts';

type Centre = NonNullable<Completed['preferenceCentre']>;

/** What would make the customer's pages lie, fall silent or fail. */
export function pageFaults(config: Completed): readonly string[] {
  const { preferenceCentre: centre } = config;
  const anyway = [...offerFaults(config), ...confirmationFaults(config), ...labelFaults(config)];
  if (!centre) return anyway;
  return [
    ...anyway,
    ...noticeFaults(config, centre),
    ...textsOf(config).flatMap(([name, text]) => wordFaults(name, { text, ...centre })),
    ...languageKeyFaults(config, centre),
    ...signalFaults(config, centre),
    ...addressFaults(centre),
    ...lackingRights(config, {
      ...{ by: 'preferenceCentre', source: OWN_SOURCE, actor: 'subject' },
      ...{ topics: ['*'], channels: ['*'], states: ['granted', 'withdrawn'] },
      preferences: Object.keys(config.preferenceKeys),
      otherwise: 'the pages offer it',
    }),
  ];
}

const noticeFaults = ({ notices }: Completed, { notice, languages }: Centre): readonly string[] =>
  languages
    .map((language) => noticeName({ ...notice, language }))
    .filter((name) => !Object.hasOwn(notices, name))
    .map((name) => `preferenceCentre.notice: no notice ${name} is kept`);

/** All words that the pages show, by where they are declared. */
function textsOf({
  brands,
  topics,
  preferenceKeys,
  sources,
}: Completed): readonly (readonly [string, Text])[] {
  const titles = Object.entries({ brands, topics, preferenceKeys, sources }).flatMap(([part, all]) =>
    Object.entries(all).map(([id, { title }]) => [`${part}.${id}.title`, title] as const),
  );
  const descriptions = Object.entries(topics).flatMap(([id, { description }]) =>
    description === undefined ? [] : [[`topics.${id}.description`, description] as const],
  );
  const labels = Object.entries(preferenceKeys).flatMap(([key, { labels = {} }]) =>
    Object.entries(labels).map(([value, text]) => [`preferenceKeys.${key}.labels.${value}`, text] as const),
  );
  return [...titles, ...descriptions, ...labels];
}

function wordFaults(name: string, { text, languages }: Pick<Centre, 'languages'> & { readonly text: Text }) {
  const lacking = lackingIn(text, languages);
  return lacking.length === 0
    ? []
    : [`${name}: no words in ${lacking.join(', ')}, which preferenceCentre.languages offers`];
}

function languageKeyFaults(
  { preferenceKeys }: Completed,
  { languageKey, languages }: Centre,
): readonly string[] {
  if (languageKey === undefined) return [];
  const key = Object.hasOwn(preferenceKeys, languageKey) ? preferenceKeys[languageKey] : undefined;
  if (!key) return [`preferenceCentre.languageKey: no preference ${languageKey} is declared`];
  return key.values
    .filter((value) => !languages.some((language) => language === value))
    .map((value) => `preferenceKeys.${languageKey}: ${value} is not in preferenceCentre.languages`);
}

const signalFaults = ({ topics }: Completed, { signal }: Centre): readonly string[] =>
  signal
    .filter((pattern) => !Object.keys(topics).some((topic) => covers(pattern, topic)))
    .map((pattern) => `preferenceCentre.signal: no topic ${pattern} is declared`);

function addressFaults({ origins, help }: Centre): readonly string[] {
  const { protocol } = new URL(help ?? 'https://help.example');
  return [
    ...origins
      .filter((origin) => !isSafe(origin))
      .map(
        (origin) => `preferenceCentre.origins: ${origin} must begin with https: the token is in what is sent`,
      ),
    ...(['https:', 'http:', 'mailto:', 'tel:'].includes(protocol)
      ? []
      : [`preferenceCentre.help: ${protocol} is no address of a page or mailbox`]),
  ];
}

/** What is sent cannot be read on the way. A developer's own machine has no certificate. */
function isSafe(origin: string): boolean {
  const { protocol, hostname } = new URL(origin);
  return (
    protocol === 'https:' || (protocol === 'http:' && /^(localhost|127\.0\.0\.1|\[::1\])$/.test(hostname))
  );
}

function offerFaults({ topics, channels }: Completed): readonly string[] {
  return Object.entries(topics).flatMap(([id, { offeredOn = [], doubleOptIn }]) => [
    ...offeredOn
      .filter((channel) => channel !== '*' && !channels.includes(channel))
      .map((channel) => `topics.${id}.offeredOn: no channel ${channel} is declared`),
    ...(offeredOn.includes('*') && offeredOn.length > 1
      ? [`topics.${id}.offeredOn: * is all channels at once and stands alone`]
      : []),
    ...(doubleOptIn?.channels ?? [])
      .filter((channel) => !channels.includes(channel))
      .map((channel) => `topics.${id}.doubleOptIn: no channel ${channel} is declared`),
  ]);
}

const labelFaults = ({ preferenceKeys }: Completed): readonly string[] =>
  Object.entries(preferenceKeys).flatMap(([key, { labels = {}, values }]) =>
    Object.keys(labels)
      .filter((value) => !values.includes(value))
      .map((value) => `preferenceKeys.${key}.labels: no value ${value} is declared`),
  );

/** Confirmations go by e-mail, and the link in them leads to a page. */
function confirmationFaults({ topics, identifiers, confirmations, preferenceCentre }: Completed) {
  const reached = Object.values(identifiers).some(({ type }) => type === 'email');
  const asking = Object.keys(topics).filter((id) => topics[id]?.doubleOptIn?.channels.includes('email'));
  return [
    ...asking
      .filter(() => !reached)
      .map((id) => `topics.${id}.doubleOptIn: no identifier of type email is declared to send it to`),
    ...(confirmations && !preferenceCentre
      ? ['confirmations: declare preferenceCentre: the link in the message leads to one of its pages']
      : []),
  ];
}
