import { gzipSync } from 'node:zlib';
import {
  at,
  canonical,
  type Key,
  manifestOf,
  type Parts,
  type Stored,
  sha256,
  signed,
} from '../test/verify/pack.ts';
import { leafHash, rootOf } from '../test/verify/rfc6962.ts';
import { type File, zip } from '../test/verify/zip.ts';

/** Versions in a piece of the pack, and in a checkpoint. */
const PIECE = 5_000;

const START = Date.parse(at(0));
/** Between one version and the next, ms. */
const STEP = 100;

const time = (place: number): string => new Date(START + place * STEP).toISOString();

const ENTRIES = 12;

/** A document of about three kilobytes, as that of a person with a dozen answers. */
function documentOf(
  subject: string,
  version: number,
  rest: { place: number; previous: string | null },
): string {
  const occurredAt = time(rest.place);
  const choices = Array.from({ length: ENTRIES }, (_, entry) => ({
    topic: `acme/topic-${entry}`,
    channel: 'email',
    ...{ state: (version + entry) % 2 === 0 ? 'granted' : 'withdrawn', speaker: 'person', occurredAt },
    change: sha256(`${subject}:${version}:${entry}`).slice(0, 22),
  }));
  const notice = { id: 'marketing', version: '3', language: 'en', sha256: sha256('notice') };
  const evidence = {
    source: 'preference-center',
    actor: { kind: 'subject' },
    method: 'form',
    occurredAt,
    notice,
  };
  const change = { choices: choices.slice(0, 1), preferences: [], identifiers: [], evidence };
  const kept = Object.fromEntries(choices.slice(0, 4).map((choice) => [choice.change, evidence]));
  const record = { choices, preferences: [], identifiers: [], evidence: kept };
  const { previous } = rest;
  return canonical({
    subject,
    version,
    recordedAt: occurredAt,
    previous,
    change,
    outcomes: [],
    changed: [],
    record,
  });
}

type Line = Pick<Stored, 'subject' | 'version' | 'recordedAt' | 'document' | 'digest'>;

/** Versions of many people in turn, in the order they were recorded. */
function* linesOf({ versions, people }: { versions: number; people: number }): Generator<Line> {
  const previous = new Map<string, string>();
  for (let place = 0; place < versions; place++) {
    const subject = `person-${String(place % people).padStart(6, '0')}`;
    const version = Math.floor(place / people) + 1;
    const document = documentOf(subject, version, { place, previous: previous.get(subject) ?? null });
    const digest = sha256(document);
    previous.set(subject, digest);
    yield { subject, version, recordedAt: time(place), document, digest };
  }
}

interface Piece {
  readonly files: readonly File[];
  readonly checkpoint: string;
  readonly proofs: readonly string[];
  readonly payload: string;
}

interface Chain {
  readonly number: number;
  readonly previous: string | null;
  readonly key: Key;
}

/** One piece of versions, and the checkpoint that holds just these. */
function pieceOf(lines: readonly Line[], { number, previous, key }: Chain): Piece {
  const leaves = lines.map(({ digest, recordedAt, subject, version }) =>
    leafHash(canonical({ digest, recordedAt, subject, version })),
  );
  const [from, to] = [time((number - 1) * PIECE), time(number * PIECE)];
  const root = rootOf(leaves).toString('hex');
  const size = leaves.length;
  const payload = canonical({
    ...{ format: 'heed-checkpoint/1', origin: 'heed', number, from, to, at: to, size, root, previous },
  });
  const texts = lines.map(({ digest, document, subject, version }) =>
    canonical({ digest, document, subject, version }),
  );
  const name = `versions-${String(number).padStart(6, '0')}.jsonl.gz`;
  return {
    files: [
      [name, gzipSync(`${texts.join('\n')}\n`)],
      [`leaves/${number}.bin`, Buffer.concat(leaves)],
    ],
    checkpoint: canonical({ number, jws: signed(payload, 'heed-checkpoint', key) }),
    proofs: lines.map(({ subject, version }, index) =>
      canonical({ checkpoint: number, index, subject, version }),
    ),
    payload,
  };
}

/** A pack of a period as Heed makes it in bulk, made without Heed. */
export function periodPack(size: { readonly versions: number; readonly people: number }, key: Key): Buffer {
  const pieces: Piece[] = [];
  let lines: Line[] = [];
  const close = (): void => {
    const last = pieces.at(-1)?.payload;
    const previous = last === undefined ? null : sha256(last);
    if (lines.length > 0) pieces.push(pieceOf(lines, { number: pieces.length + 1, previous, key }));
    lines = [];
  };
  for (const line of linesOf(size)) {
    lines.push(line);
    if (lines.length === PIECE) close();
  }
  close();
  const text = (all: readonly string[]): Buffer => Buffer.from(all.map((line) => `${line}\n`).join(''));
  const files: readonly File[] = [
    ...pieces.flatMap(({ files: own }) => own),
    ['checkpoints.jsonl', text(pieces.map(({ checkpoint }) => checkpoint))],
    ['proofs.jsonl', text(pieces.flatMap(({ proofs }) => proofs))],
  ];
  const head: Parts['head'] = {
    ...{ format: 'heed-evidence-pack/2', kind: 'period', createdAt: time(2 * size.versions) },
    ...{ from: time(0), to: time(size.versions), versions: size.versions },
  };
  const manifest = manifestOf(head, files);
  const seal = Buffer.from(signed(manifest, 'heed-manifest', key));
  return zip([...files, ['manifest.json', Buffer.from(manifest)], ['manifest.jws', seal]]);
}
