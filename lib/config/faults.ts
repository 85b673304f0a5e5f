import { isOrigin } from '../domain/origin.ts';
import { covers, coversChannel } from '../domain/topic.ts';
import { brandOf, type Completed, completed, noticeName } from './completed.ts';
import { Declaration } from './declaration.ts';
import { keywordFaults } from './keyword-faults.ts';
import { pageFaults } from './page-faults.ts';
import { processingFaults } from './processing.ts';
import { recipientFaults } from './recipient.ts';

/** Everything that is wrong with a declaration, one line each. */
export function faultsIn(input: Declaration): readonly string[] {
  const parsed = Declaration.safeParse(input);
  if (parsed.success) return contradictions(completed(parsed.data));
  return parsed.error.issues.map(({ path, message }) =>
    path.length === 0 ? message : `${path.join('.')}: ${message}`,
  );
}

function contradictions(config: Completed): readonly string[] {
  return [
    ...topicFaults(config),
    ...processingFaults(config),
    ...preferenceFaults(config),
    ...sourceFaults(config),
    ...ownerFaults(config),
    ...clientFaults(config),
    ...evidenceFaults(config),
    ...publicUrlFaults(config),
    ...signInFaults(config),
    ...pageFaults(config),
    ...keywordFaults(config),
    ...recipientFaults(config),
  ];
}

function topicFaults({ topics, brands, purposes }: Completed): readonly string[] {
  return Object.entries(topics).flatMap(([topic, { purpose }]) => [
    ...(brandOf(topic) in brands ? [] : [`topics.${topic}: no brand ${brandOf(topic)} is declared`]),
    ...(purpose in purposes ? [] : [`topics.${topic}: no purpose ${purpose} is declared`]),
  ]);
}

function preferenceFaults({ topics, preferenceKeys }: Completed): readonly string[] {
  return Object.keys(preferenceKeys).flatMap((key) => {
    const topic = key.slice(0, key.lastIndexOf('.'));
    return topic.includes('/') && !(topic in topics)
      ? [`preferenceKeys.${key}: no topic ${topic} is declared`]
      : [];
  });
}

function sourceFaults({
  sources,
  topics,
  channels,
  preferenceKeys,
  identifiers,
}: Completed): readonly string[] {
  return Object.entries(sources).flatMap(([id, source]) => [
    ...[...source.topics, ...source.owns]
      .filter((pattern) => !Object.keys(topics).some((topic) => covers(pattern, topic)))
      .map((pattern) => `sources.${id}: no topic ${pattern} is declared`),
    ...source.channels
      .filter((pattern) => !channels.some((channel) => coversChannel(pattern, channel)))
      .map((channel) => `sources.${id}: no channel ${channel} is declared`),
    ...source.preferences
      .filter((key) => key !== '*' && !(key in preferenceKeys))
      .map((key) => `sources.${id}: no preference ${key} is declared`),
    ...source.identifiers
      .filter((kind) => kind !== '*' && !(kind in identifiers))
      .map((kind) => `sources.${id}: no identifier ${kind} is declared`),
  ]);
}

function ownerFaults({ sources, topics }: Completed): readonly string[] {
  return Object.keys(topics).flatMap((topic) => {
    const owners = Object.keys(sources).filter((id) =>
      sources[id]?.owns.some((pattern) => covers(pattern, topic)),
    );
    return owners.length > 1
      ? [`topics.${topic}: owned by ${owners.join(' and by ')}; a topic has one owner`]
      : [];
  });
}

function clientFaults({ issuers, sources }: Completed): readonly string[] {
  return issuers.flatMap(({ issuer, clients }) =>
    Object.entries(clients).flatMap(([client, { sources: claimed }]) =>
      claimed
        .filter((source) => !(source in sources))
        .map((source) => `issuers ${issuer}: client ${client} speaks for ${source}, which is not declared`),
    ),
  );
}

function evidenceFaults({ destinations, notices }: Completed): readonly string[] {
  return Object.entries(destinations).flatMap(([id, { grantEvidence }]) => {
    const name = grantEvidence && noticeName(grantEvidence.notice);
    return name && !Object.hasOwn(notices, name)
      ? [`destinations.${id}.grantEvidence: no notice ${name} is kept`]
      : [];
  });
}

/** What signs staff in but is not believed would let nobody do anything. */
function signInFaults({ audit: { signIn }, issuers }: Completed): readonly string[] {
  if (signIn === undefined) return [];
  const issuer = issuers.find((one) => one.issuer === signIn.issuer);
  if (!issuer) return [`audit.signIn: no issuer ${signIn.issuer} is declared`];
  return issuer.staff?.includes(signIn.clientId) === false
    ? [`audit.signIn: ${signIn.clientId} is not among the staff clients of ${signIn.issuer}`]
    : [];
}

/** Links and the addresses that vendors sign are made by putting a path behind it. */
const publicUrlFaults = ({ publicUrl }: Completed): readonly string[] =>
  publicUrl === undefined || (isOrigin(publicUrl) && publicUrl.startsWith('https:'))
    ? []
    : [`publicUrl: ${publicUrl} must be https and a domain alone, such as https://preferences.acme.example`];
