import * as z from 'zod';

const Group = z.int().positive();
const Field = z
  .string()
  .regex(/^C_[A-Za-z0-9_]{1,100}$/, 'an internal name of a contact field, such as C_News1');

const allDistinct = (values: readonly unknown[]): boolean => new Set(values).size === values.length;

/** Which pod the instance is on, which e-mail groups stand for which topics, and how far Heed goes. */
export const Settings = z
  .strictObject({
    baseUrl: z
      .url({ protocol: /^https$/ })
      .regex(/[^/]$/, 'without a slash at its end')
      .describe(
        'Address of your instance, as https://login.eloqua.com/id names it under urls.base: https://secure.p03.eloqua.com.',
      ),
    groups: z
      .record(z.string(), Group)
      .refine((ids) => allDistinct(Object.values(ids)), 'two topics share an e-mail group')
      .describe('Topic → id of the e-mail group that stands for it; each topic has its own.'),
    otherGroups: z
      .array(Group)
      .default([])
      .describe('E-mail groups no topic maps, from which whoever stops everything is unsubscribed as well.'),
    globalStop: z
      .boolean()
      .default(false)
      .describe(
        'Whoever stops everything at once is unsubscribed globally. A later grant then subscribes them globally again, also where Eloqua itself had unsubscribed them.',
      ),
    create: z
      .boolean()
      .default(false)
      .describe(
        'Add a contact for a grant of somebody Eloqua does not know. New contacts have whatever status your instance gives them in groups nobody asked about.',
      ),
    evidence: z
      .record(z.string(), Field)
      .refine((fields) => allDistinct(Object.values(fields)), 'two topics share a field for their evidence')
      .default({})
      .describe(
        'Topic → contact field (large text) for when and how the choice was made, its legal basis and notice. Written along with grants where `create` is on.',
      ),
    optOutTopics: z
      .array(z.string())
      .min(1)
      .optional()
      .describe('Topics that an unsubscribe at Eloqua withdraws; left out, all that are mapped.'),
  })
  .refine(
    ({ groups, otherGroups }) => allDistinct([...Object.values(groups), ...otherGroups]),
    'a group in otherGroups is listed twice, or stands for a topic already',
  )
  .refine(
    ({ create, evidence }) => create || Object.keys(evidence).length === 0,
    'evidence is written by imports, which add contacts: turn create on, or leave evidence out',
  );
export type Settings = z.output<typeof Settings>;
