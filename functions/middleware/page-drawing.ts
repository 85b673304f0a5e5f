import type { HttpEvent } from '../../lib/http/message.ts';
import type { AssetNames } from '../../lib/page/assets.ts';
import type { Centre } from '../../lib/page/centre.ts';
import { centrePage } from '../../lib/page/centre-page.ts';
import { faultWords } from '../../lib/page/status.ts';
import type { Looked, Sent } from './centre.ts';
import { addressIn, languageLinks } from './page-address.ts';

export interface DrawingApp {
  readonly centre: Centre;
  readonly assets: AssetNames;
}

type Status = NonNullable<Parameters<typeof centrePage>[0]['status']>;

export type Drawing = (Looked | Sent) & { readonly status?: Status };

/** The page, with what is wrong beside its fields. */
export const drawn = ({ centre, assets }: DrawingApp, event: HttpEvent, drawing: Drawing): Promise<string> =>
  centrePage({
    ...{ assets, voice: drawing.voice, model: drawing.model, help: centre.settings.help },
    ...{ address: addressIn(event), languages: languageLinks(centre, drawing.voice) },
    ...(drawing.status && { status: drawing.status }),
    ...('saved' in drawing && {
      errors: faultWords(drawing, drawing.saved.faults),
      asked: drawing.saved.asked,
    }),
  });

/** Not everything could be stored. */
export const refusedStatus = ({ voice }: Sent): Status => ({
  kind: 'error',
  text: voice.say(voice.messages.errors.some),
});
