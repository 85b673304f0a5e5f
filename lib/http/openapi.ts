import * as z from 'zod';
import { Subject } from '../domain/subject.ts';
import { type Answer, type Operation, operations } from './operations.ts';
import { type ProblemType, problems } from './problem.ts';
import { ProblemAnswer } from './schemas.ts';

/** A route of the API, as the registry of functions declares it. */
export interface Route {
  readonly name: string;
  readonly method: 'GET' | 'POST';
  readonly path: string;
}

export interface Described {
  readonly routes: readonly Route[];
  /** Where the API is reached; relative where it is not known. */
  readonly url?: string;
}

/** The OpenAPI 3.1 description of the API, from the schemas that check its requests. Throws for a route nobody described. */
export function openapiOf({ routes, url = '/' }: Described) {
  const paths: Record<string, Record<string, object>> = {};
  for (const route of routes) {
    const operation = operations[route.name];
    if (!operation) throw new Error(`lib/http/operations.ts says nothing about ${route.name}`);
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: described(route, operation) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Heed',
      version: '1',
      description: 'Takes, keeps, answers and carries what people permit and prefer.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url }],
    paths,
    components: {
      schemas: { Problem: schemaOf(ProblemAnswer, 'output') },
      securitySchemes: { token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
    },
  };
}

function described({ name, path }: Route, operation: Operation) {
  const { title, text, scope, ownToken, orSigned, body } = operation;
  const who = [
    ...(scope === undefined ? [] : [`the scope \`${scope}\``]),
    ...(ownToken ? ['a person’s own token'] : []),
    ...(orSigned ? ['a signature'] : []),
  ].join(', or ');
  return {
    operationId: name,
    summary: title,
    description: who === '' ? text : `${text} Needs ${who}.`,
    security: who === '' ? [] : [{ token: [] }, ...(orSigned ? [{}] : [])],
    parameters: parametersOf(path, operation),
    ...(body && {
      requestBody: {
        required: true,
        content: { 'application/json': { schema: schemaOf(body.schema, 'input'), example: body.example } },
      },
    }),
    responses: { ...answersOf(operation.answers), ...problemsOf(path, operation) },
  };
}

const text = { type: 'string' };

function parametersOf(path: string, { query, headers = {} }: Operation): readonly object[] {
  const inPath = [...path.matchAll(/\{([a-z]+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: name === 'subject' ? schemaOf(Subject, 'input') : text,
  }));
  const inQuery = Object.entries(query?.shape ?? {}).map(([name, schema]) => ({
    name,
    in: 'query',
    required: !z.safeParse(schema, undefined).success,
    schema: schemaOf(schema, 'input'),
  }));
  const inHeaders = Object.entries(headers).map(([name, description]) => ({
    name,
    in: 'header',
    required: false,
    description,
    schema: text,
  }));
  return [...inPath, ...inQuery, ...inHeaders];
}

const answersOf = (answers: readonly Answer[]) =>
  Object.fromEntries(
    answers.map(({ status, title, schema, type = 'application/json', example, headers = {} }) => [
      status,
      {
        description: title,
        headers: Object.fromEntries(
          Object.entries(headers).map(([name, description]) => [name, { description, schema: text }]),
        ),
        content: { [type]: { schema: schemaOf(schema, 'output'), ...(example && { example }) } },
      },
    ]),
  );

const TOKEN_PROBLEMS = ['missing-token', 'invalid-token', 'wrong-purpose'] as const;

/** Problems of a kind share a status: each status lists its types. */
function problemsOf(path: string, { problems: own, scope, ownToken }: Operation) {
  const types: readonly ProblemType[] = [
    ...own,
    ...(scope === undefined && !ownToken ? [] : TOKEN_PROBLEMS),
    ...(scope === undefined ? [] : (['insufficient-scope'] as const)),
    ...(path.includes('{subject}') ? (['invalid-subject', 'wrong-subject'] as const) : []),
    'unexpected',
    'busy',
  ];
  const statuses = new Set(types.map((type) => problems[type].status));
  return Object.fromEntries(
    [...statuses].map((status) => [
      status,
      problemResponse(types.filter((type) => problems[type].status === status)),
    ]),
  );
}

const problemResponse = (types: readonly ProblemType[]) => ({
  description: types.map((type) => `${problems[type].title} (\`/problems/${type}\`)`).join('; '),
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
});

function schemaOf(schema: z.core.$ZodType, io: 'input' | 'output') {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return rest;
}
