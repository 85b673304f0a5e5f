/** A stored version that is not what its digest says, or no version at all. Nothing in it can be relied on. */
export class BrokenVersionError extends Error {
  override readonly name = 'BrokenVersionError';
  readonly subject: string;
  readonly version: number;
  /** The digest it is stored with, if it has one. */
  readonly digest: string | null;

  constructor(subject: string, version: number, digest: string | null) {
    super(`${subject}:${version} does not match its digest`);
    this.subject = subject;
    this.version = version;
    this.digest = digest;
  }
}

/** A read whose version may be broken: then the error comes as a value. Whatever else goes wrong is thrown. */
export async function orBroken<T>(read: Promise<T>): Promise<T | BrokenVersionError> {
  try {
    return await read;
  } catch (error) {
    if (error instanceof BrokenVersionError) return error;
    throw error;
  }
}

/** The same for whoever takes a broken version for none. */
export async function reliable<T>(read: Promise<T>): Promise<T | undefined> {
  const found = await orBroken(read);
  return found instanceof BrokenVersionError ? undefined : found;
}
