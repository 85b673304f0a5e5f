import {
  GetObjectCommand,
  NoSuchKey,
  PutObjectCommand,
  S3Client,
  type S3ClientConfig,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import type { Archive } from '../audit-ports.ts';
import { tuning } from './tuning.ts';

export const s3Client = (overrides: S3ClientConfig = {}): S3Client =>
  new S3Client({ ...tuning(), ...overrides });

/** Files in a bucket whose own default retention (Object Lock) keeps whoever may write from deleting. */
export const s3Archive = (client: S3Client, bucket: string): Archive => ({
  put: async (name, bytes) => {
    try {
      await client.send(new PutObjectCommand({ Bucket: bucket, Key: name, Body: bytes, IfNoneMatch: '*' }));
      return true;
    } catch (error) {
      if (isThere(error)) return false;
      throw error;
    }
  },
  get: async (name) => {
    try {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: name }));
      return await Body?.transformToByteArray();
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      throw error;
    }
  },
});

/** Two that write at once are told 409 by S3: neither knows then who was first, so that is an error and comes again. */
const isThere = (error: unknown): boolean =>
  error instanceof S3ServiceException && error.$metadata.httpStatusCode === 412;
