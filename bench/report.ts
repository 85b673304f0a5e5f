import * as z from 'zod';

/** What a part measured: tables of raw numbers, and which of its aims it met. */
export const Report = z.object({
  tables: z.array(
    z.object({
      title: z.string(),
      rows: z.array(z.record(z.string(), z.union([z.string(), z.number()]))),
    }),
  ),
  aims: z.array(z.object({ aim: z.string(), measured: z.string(), met: z.boolean() })),
});
export type Report = z.output<typeof Report>;
export type Aim = Report['aims'][number];

/** Three figures: the machine gives no more. */
export const short = (value: string | number): string => {
  if (typeof value === 'string') return value;
  return Math.abs(value) >= 1000 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));
};

/** An aim that every one of some figures has to reach. */
export const atLeast = (aim: string, least: number, figures: Readonly<Record<string, number>>): Aim => ({
  aim,
  measured: inWords(figures),
  met: Object.values(figures).every((figure) => figure >= least),
});

export const atMost = (aim: string, most: number, figures: Readonly<Record<string, number>>): Aim => ({
  aim,
  measured: inWords(figures),
  met: Object.values(figures).every((figure) => figure <= most),
});

const inWords = (figures: Readonly<Record<string, number>>): string =>
  Object.entries(figures)
    .map(([name, figure]) => `${name} ${short(figure)}`)
    .join(', ');
