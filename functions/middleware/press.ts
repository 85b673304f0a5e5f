import { bytesOf, type HttpEvent, sizeOf } from '../../lib/http/message.ts';
import { ONE_CLICK } from '../../lib/http/one-click.ts';
import { PAGE_BUTTON } from '../../lib/page/unsubscribe-page.ts';

/** How a link was pressed, and what its answer is for. */
export interface Press {
  readonly method: 'one-click' | 'form' | 'link';
  /** A person waits for it and can read. */
  readonly wantsPage: boolean;
}

/** What a mail program or our own page sends takes a fraction of this; more is not looked at, bytes. */
const MOST = 16 * 1024;

/**
 * Reads what was posted to a link. Nothing is refused: programs are known to leave the body out, or to send it without
 * its type (https://github.com/Amunak/thunderbird-list-unsubscribe-addon/issues/8,
 * https://github.com/Notifuse/notifuse/issues/362), and a stop does not depend on it.
 */
export async function readPress(event: HttpEvent): Promise<Press> {
  const fields = await fieldsOf(event);
  if (fields?.get(ONE_CLICK.name) === ONE_CLICK.value) return { method: 'one-click', wantsPage: false };
  if (fields?.get(PAGE_BUTTON.name) === PAGE_BUTTON.value) return { method: 'form', wantsPage: true };
  return { method: 'link', wantsPage: /\btext\/html\b/.test(event.headers['accept'] ?? '') };
}

type Fields = Pick<FormData, 'get'>;

async function fieldsOf(event: HttpEvent): Promise<Fields | undefined> {
  if (sizeOf(event) > MOST) return undefined;
  const type = event.headers['content-type'] ?? '';
  const bytes = bytesOf(event);
  if (!/^multipart\/form-data\b/i.test(type)) return new URLSearchParams(bytes.toString().trim());
  try {
    return await new Response(new Uint8Array(bytes), { headers: { 'content-type': type } }).formData();
  } catch {
    return undefined;
  }
}
