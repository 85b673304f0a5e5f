import type { PackFacts } from './manifest.ts';

/** Words that go with every pack, for whoever opens it first. */
export const readmeOf = (facts: PackFacts): string => `Evidence pack of Heed
Begun ${facts.createdAt}

${aboutOf(facts)}

To check it you need no access to Heed, only the public key it signs with, which you should have got some other way than
with this file:

  npx heed verify <this file> --key <public key>

It says that the pack is valid, or names the first thing in it that is not. The form of the pack is written down in
docs/evidence-packs.md of Heed, so that anybody can write another program that checks it.

${facts.kind === 'subject' ? SUBJECT : ''}versions.jsonl      what was stored, byte by byte, with digests; addresses and the like in it are ciphertext
checkpoints.jsonl   signed roots of the trees that hold the versions
proofs.jsonl        where each version lies in its tree
${facts.kind === 'subject' ? COUNTS : facts.source === undefined ? EDGES : ''}keys.json           public keys that Heed says it signs with; believe those you brought
manifest.json       every file with its SHA-256; manifest.jws is its signature

A file whose name ends in .gz is gzipped. Files in pieces (-000001, -000002 …) are read as one.
`;

const aboutOf = (facts: PackFacts): string =>
  facts.kind === 'subject'
    ? `Of one person, who goes by the id ${facts.subject} here: all there is, ${facts.versions} versions.`
    : `Of what was recorded from ${facts.from} up to, not including, ${facts.to}${
        facts.source === undefined ? '' : ` by the source ${facts.source}`
      }: ${facts.versions} versions. People go by opaque ids; nothing in it that is readable names them.`;

const COUNTS = `counts.jsonl        how many versions a checkpoint counts of this person, where it does: none was left out
`;

const EDGES = `leaves/, edges.jsonl the leaves of these trees, and those next to the period: nothing in between was left out
`;

/** Not all of them are in every pack: one made in bulk has none. */
const SUBJECT = `index.html          everything to read and to print, where it is there
record.json         the record as it was when the pack was made
history.json        every version with its evidence and what became of each choice
deliveries.json     which systems were told, and what they answered
recipients.json     who they are
notices/            the texts that were shown, as far as Heed keeps them
consent-record.json, consent-receipts.json   ISO/IEC TS 27560:2023
kantara-receipts.json                        Kantara Consent Receipt 1.1.0
erasure.jws         the signed certificate, where the person was erased
`;
