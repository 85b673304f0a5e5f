import type { TemplateResult } from 'lit';
import { deliveryWords, wordOf } from '../../lib/page/staff-words.ts';
import type { Recipient } from './answers.ts';
import { table } from './pane.ts';
import { texts } from './texts.ts';
import { timeOf } from './times.ts';

const fact = ({ recipient }: Recipient, name: string): string => {
  const value = recipient?.[name];
  return typeof value === 'string' ? value : '–';
};

/** Recipients, with what is declared of each; when each was told, where the list is one person's. */
export const recipientsTable = (recipients: readonly Recipient[]): TemplateResult => {
  const { columns, empty } = texts.recipients;
  const told = recipients.some(({ firstToldAt }) => firstToldAt !== undefined);
  return table({
    ...{ caption: texts.titles.recipients, rows: recipients, empty },
    columns: [
      { title: columns.destination, names: true, cell: ({ destination, title }) => title ?? destination },
      { title: columns.name, cell: (one) => fact(one, 'name') },
      { title: columns.purpose, cell: (one) => fact(one, 'purpose') },
      { title: columns.role, cell: (one) => fact(one, 'role') },
      { title: columns.country, cell: (one) => fact(one, 'country') },
      { title: columns.contact, cell: (one) => fact(one, 'contact') },
      ...(told
        ? [
            { title: columns.first, cell: ({ firstToldAt }: Recipient) => timeOf(firstToldAt) },
            { title: columns.last, cell: ({ lastToldAt }: Recipient) => timeOf(lastToldAt) },
            {
              title: columns.outcome,
              cell: ({ outcome }: Recipient) => (outcome === undefined ? '–' : deliveryWords(outcome)),
            },
          ]
        : [{ title: columns.data, cell: ({ data = [] }: Recipient) => data.join(', ') || '–' }]),
      { title: columns.erases, cell: ({ erases = '–' }: Recipient) => wordOf(texts.rights.erases, erases) },
    ],
  });
};
