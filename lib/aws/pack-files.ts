import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  NoSuchKey,
  NoSuchUpload,
  NotFound,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { PackFiles } from '../flow/packs/job.ts';
import { s3Client } from './archive.ts';
import { tuning } from './tuning.ts';

/** A part has megabytes, and takes longer than other requests. */
export const packsClient = (): S3Client =>
  s3Client({ requestHandler: { ...tuning().requestHandler, requestTimeout: 60_000 } });

/** An address is good for a quarter of an hour, seconds. */
const LINK_SECONDS = 15 * 60;

const keyOf = (id: string): string => `packs/${id}.zip`;
const restKey = (id: string, rest: string): string => `packs/${id}.rest-${rest}`;

/** Packs in a bucket that forgets them after a week, uploaded in parts. */
export const s3PackFiles = (client: S3Client, bucket: string): PackFiles => ({
  begin: async (id) => {
    const input = { Bucket: bucket, Key: keyOf(id), ContentType: 'application/zip' };
    const { UploadId } = await client.send(new CreateMultipartUploadCommand(input));
    if (UploadId === undefined) throw new Error('S3 began no upload');
    return UploadId;
  },
  part: async (id, { upload, number, bytes }) => {
    const target = { Bucket: bucket, Key: keyOf(id), UploadId: upload };
    const { ETag } = await client.send(
      new UploadPartCommand({ ...target, PartNumber: number, Body: bytes, ContentLength: bytes.length }),
    );
    if (ETag === undefined) throw new Error('S3 took no part');
    return ETag;
  },
  keep: async (id, rest, bytes) => {
    await client.send(new PutObjectCommand({ Bucket: bucket, Key: restKey(id, rest), Body: bytes }));
  },
  kept: async (id, rest) => {
    try {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: restKey(id, rest) }));
      return await Body?.transformToByteArray();
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      throw error;
    }
  },
  join: async (id, upload, tags) => {
    const target = { Bucket: bucket, Key: keyOf(id), UploadId: upload };
    const Parts = tags.map((ETag, i) => ({ ETag, PartNumber: i + 1 }));
    try {
      await client.send(new CompleteMultipartUploadCommand({ ...target, MultipartUpload: { Parts } }));
    } catch (error) {
      if (!(error instanceof NoSuchUpload) || !(await isThere(client, bucket, id))) throw error;
    }
  },
  link: async (id) => {
    if (!(await isThere(client, bucket, id))) return undefined;
    const name = `attachment; filename="evidence-pack-${id}.zip"`;
    const command = new GetObjectCommand({
      ...{ Bucket: bucket, Key: keyOf(id), ResponseContentDisposition: name },
    });
    return getSignedUrl(client, command, { expiresIn: LINK_SECONDS });
  },
});

async function isThere(client: S3Client, bucket: string, id: string): Promise<boolean> {
  try {
    await client.send(new HeadObjectCommand({ Bucket: bucket, Key: keyOf(id) }));
    return true;
  } catch (error) {
    if (error instanceof NotFound) return false;
    throw error;
  }
}
