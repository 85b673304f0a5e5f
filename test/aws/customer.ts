import { equal, match, ok } from 'node:assert/strict';
import * as z from 'zod';
import type { Api } from './api.ts';

const Minted = z.object({ tokens: z.array(z.looseObject({ token: z.string(), url: z.string() })) });

/** What the forms of the customer's page are made of, as a browser reads them. */
const fieldsIn = (html: string, name: string): readonly string[] =>
  [...html.matchAll(/<input\b[^>]*>/g)]
    .map(([tag]) => tag)
    .filter((tag) => tag.includes(`name="${name}"`))
    .map((tag) => /value="([^"]*)"/.exec(tag)?.[1] ?? '');

/** Mints a link for her through the API, and gives its path. */
export async function linkFor(api: Api, wanted: object): Promise<string> {
  const answer = await api.post('/v1/tokens', { tokens: [wanted] });
  equal(answer.status, 200, JSON.stringify(answer.body));
  const [minted] = Minted.parse(answer.body).tokens;
  ok(minted);
  return new URL(minted.url).pathname;
}

/** Opens her page, switches one control on, and saves, all without a script. */
export async function switchOn(api: Api, path: string, control: string): Promise<void> {
  const opened = await api.visit(path);
  equal(opened.status, 200);
  match(String(opened.headers['content-security-policy']), /default-src 'none'/);
  equal(opened.headers['cache-control'], 'no-store');
  const form = new URLSearchParams({ on: control, save: '' });
  for (const name of ['version', 'notice', 'shown'])
    for (const value of fieldsIn(opened.text, name)) form.append(name, value);
  const saved = await api.visit(path, form);
  equal(saved.status, 303, saved.text.slice(0, 500));
  const style = /<link rel="stylesheet" href="([^"]+)"/.exec(opened.text)?.[1] ?? '';
  equal((await api.visit(style)).status, 200);
}

/** One click in a mail program: looking changes nothing, posting stops this one list. */
export async function unsubscribe(api: Api, path: string): Promise<void> {
  equal((await api.visit(path)).status, 200);
  const left = await api.visit(path, new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }));
  equal(left.status, 200, left.text.slice(0, 500));
  ok(left.text.length < 200);
}
