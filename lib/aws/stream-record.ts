import type { DynamoDBRecord } from 'aws-lambda';
import type { Version } from '../domain/vocabulary.ts';
import { isVersionItem, storedOf } from './version-item.ts';

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
