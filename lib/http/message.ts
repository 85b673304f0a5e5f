/** An HTTP request in payload format 2.0: what API Gateway and the local engine hand to a function. Header names are lower case. */
export interface HttpEvent {
  readonly routeKey: string;
  readonly rawPath: string;
  readonly rawQueryString: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly queryStringParameters?: Readonly<Record<string, string | undefined>> | undefined;
  /** Percent-decoded. */
  readonly pathParameters?: Readonly<Record<string, string | undefined>> | undefined;
  readonly body?: string | undefined;
  readonly isBase64Encoded: boolean;
}

export interface HttpResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The body is bytes, written in base64. */
  readonly isBase64Encoded?: boolean;
}

/** A JSON answer. It is about one person: nobody on the way may keep it. */
export const json = (
  statusCode: number,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): HttpResponse => ({
  statusCode,
  headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers },
  body: JSON.stringify(body),
});

/** A zip to be kept under a name. It too is about one person. */
export const zipped = (name: string, bytes: Buffer): HttpResponse => ({
  statusCode: 200,
  headers: {
    'content-type': 'application/zip',
    'content-disposition': `attachment; filename="${name}"`,
    'cache-control': 'no-store',
  },
  body: bytes.toString('base64'),
  isBase64Encoded: true,
});

/** `"12"`: the entity tag of a record's version. */
export const etag = (version: number): string => `"${version}"`;

/** The request's body as bytes; empty where there is none. */
export const bytesOf = ({ body = '', isBase64Encoded }: HttpEvent): Buffer =>
  Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');

/** Size of the request's body in bytes, without decoding it. */
export const sizeOf = ({ body = '', isBase64Encoded }: HttpEvent): number =>
  Buffer.byteLength(body, isBase64Encoded ? 'base64' : 'utf8');
