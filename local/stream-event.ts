import type { AttributeValue, _Record as StreamedRecord } from '@aws-sdk/client-dynamodb-streams';
import type { DynamoDBRecord, AttributeValue as EventValue } from 'aws-lambda';
import { region } from './loopback.ts';

type Image = Readonly<Record<string, AttributeValue>>;

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

const toEventValue = (value: AttributeValue): EventValue => {
  if (value.M !== undefined) return { M: toEventImage(value.M) };
  if (value.L !== undefined) return { L: value.L.map(toEventValue) };
  if (value.B !== undefined) return { B: base64(value.B) };
  if (value.BS !== undefined) return { BS: value.BS.map(base64) };
  if (value.$unknown !== undefined)
    throw new Error(`A stream record holds a value of type ${value.$unknown[0]}`);
  return value;
};

const toEventImage = (image: Image): Record<string, EventValue> =>
  Object.fromEntries(Object.entries(image).map(([name, value]) => [name, toEventValue(value)]));

const imageOf = (image: Image | undefined) => (image === undefined ? undefined : toEventImage(image));

/** A record as `GetRecords` gives it, in the shape Lambda gives it: bytes as base64, time in seconds, with its stream. */
export const toStreamRecord = (record: StreamedRecord, streamArn: string): DynamoDBRecord => {
  const change = record.dynamodb ?? {};
  return {
    eventID: record.eventID,
    eventName: record.eventName,
    eventVersion: record.eventVersion,
    eventSource: 'aws:dynamodb',
    awsRegion: region,
    eventSourceARN: streamArn,
    dynamodb: {
      ApproximateCreationDateTime: (change.ApproximateCreationDateTime?.getTime() ?? 0) / 1_000,
      Keys: imageOf(change.Keys),
      NewImage: imageOf(change.NewImage),
      OldImage: imageOf(change.OldImage),
      SequenceNumber: change.SequenceNumber,
      SizeBytes: change.SizeBytes,
      StreamViewType: change.StreamViewType,
    },
  };
};

export const sequenceOf = (record: DynamoDBRecord | undefined): string =>
  record?.dynamodb?.SequenceNumber ?? '';
