import type { PageChange, PageModel, SavedModel } from '../lib/page/model.ts';
import type { Loaded, Saved, Trouble } from './answers.ts';
import { isObject } from './objects.ts';
import { problemIn } from './problem.ts';
import { type Reply, request } from './request.ts';

/** Whose page it is, where it is had from, and in which language. */
export interface Address {
  /** Origin of Heed; empty on its own pages. */
  readonly base: string;
  readonly token: string;
  readonly language?: string;
}

/** Reads what a person has chosen. */
export async function load(address: Address): Promise<Loaded> {
  const reply = await request({ url: urlOf(address), token: address.token });
  const model = bodyOf(reply);
  return isPage(model) ? { kind: 'done', model } : troubleOf(reply);
}

/** Saves what she changed. Safe to repeat: the server compares it with the version it names. */
export async function save(address: Address & { readonly change: PageChange }): Promise<Saved> {
  const reply = await request({ url: urlOf(address), token: address.token, body: address.change });
  const saved = bodyOf(reply);
  return isSaved(saved) ? { kind: 'done', saved } : troubleOf(reply);
}

const urlOf = ({ base, language }: Address): string =>
  `${base}/v1/preferences${language === undefined ? '' : `?lang=${encodeURIComponent(language)}`}`;

const bodyOf = (reply: Reply): unknown =>
  reply.kind === 'answered' && reply.status >= 200 && reply.status < 300 ? reply.body : undefined;

const DEAD: readonly number[] = [401, 403, 404, 410];
/** Refused for the moment only. */
const LATER: readonly number[] = [408, 425, 429];

function troubleOf(reply: Reply): Trouble {
  if (reply.kind === 'offline') return reply;
  const { status, body } = reply;
  if (DEAD.includes(status)) return { kind: 'invalid' };
  if (status < 400 || status >= 500 || LATER.includes(status)) return { kind: 'failed' };
  return { kind: 'refused', ...problemIn(body) };
}

/** Enough to tell a model from an answer that something in between made up. */
const isPage = (value: unknown): value is PageModel =>
  isObject(value) &&
  typeof value['version'] === 'number' &&
  Array.isArray(value['brands']) &&
  isObject(value['notice']) &&
  isObject(value['words']);

const isSaved = (value: unknown): value is SavedModel =>
  isObject(value) &&
  isPage(value['page']) &&
  typeof value['status'] === 'string' &&
  typeof value['outcome'] === 'string' &&
  Array.isArray(value['asked']);
