import { type Delivery, type DeliveryRow, evidenceLine } from './destination.ts';

/*
 * For vendors that keep a text beside a choice, and the same choice by whoever makes it: the text begins with what Heed
 * said, so that what others change later can be told from it.
 */

const MARK = 'Heed ';

/** A row's evidence in one line, with what Heed said of it. It holds no contact data. */
export const marked = (delivery: Delivery, row: DeliveryRow): string =>
  `${MARK}${row.state}; ${evidenceLine(delivery, row)}`;

/** Heed's own withdrawal, as it left it. */
export const isOurWithdrawal = (text: string): boolean => text.startsWith(`${MARK}withdrawn;`);

/** What Heed wrote, whatever became of it since. */
export const isOurs = (text: string): boolean => text.startsWith(MARK);
