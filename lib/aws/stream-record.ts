import type { DynamoDBRecord } from 'aws-lambda';
import { sha256 } from '../domain/digest.ts';
import { Subject } from '../domain/subject.ts';
import type { Version } from '../domain/vocabulary.ts';
import { type Image, textIn } from './item.ts';
import { isVersionItem, storedOf, versionKey } from './version-item.ts';

/** The version that a stream record brings: undefined for another kind of item, `unreadable` for a broken one. */
export function versionIn(record: DynamoDBRecord): Version | 'unreadable' | undefined {
  const image = record.dynamodb?.NewImage;
  if (record.eventName !== 'INSERT' || !image || !isVersionItem(image)) return undefined;
  try {
    return storedOf(image).version;
  } catch {
    return 'unreadable';
  }
}

/** That an item of a version was changed after it was written, which Heed itself never does. */
export interface ChangedVersion {
  readonly how: 'modified' | 'removed';
  /** `subject:version`; of a key that Heed cannot have written, which may be anything, only its SHA-256. */
  readonly of: string;
}

/** What a stream record says was changed or taken away of what is never to be; nothing of what the item held. */
export function changedIn({ eventName, dynamodb }: DynamoDBRecord): ChangedVersion | undefined {
  const keys = dynamodb?.Keys;
  if (!keys || !isVersionItem(keys) || (eventName !== 'MODIFY' && eventName !== 'REMOVE')) return undefined;
  return { how: eventName === 'MODIFY' ? 'modified' : 'removed', of: namedBy(keys) };
}

/** Which version a record is about. */
export const namedIn = ({ dynamodb }: DynamoDBRecord): string => namedBy(dynamodb?.Keys ?? {});

function namedBy(keys: Image): string {
  const [pk = '', sk = ''] = [textIn(keys, 'pk'), textIn(keys, 'sk')];
  const subject = Subject.safeParse(pk.replace(/^S#/, ''));
  const version = Number(sk.replace(/^V#/, ''));
  const key = subject.success && version > 0 ? versionKey(subject.data, version) : {};
  const isSound = textIn(key, 'pk') === pk && textIn(key, 'sk') === sk;
  return subject.success && isSound ? `${subject.data}:${version}` : sha256(`${pk} ${sk}`);
}
