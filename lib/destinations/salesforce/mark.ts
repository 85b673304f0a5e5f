import { type Delivery, type DeliveryRow, evidenceLine } from '../destination.ts';

const MARK = 'Heed ';

/** Where a row's consent came from. It begins with what Heed wrote, so that what others change later can be told from it. */
export const captureSource = (delivery: Delivery, row: DeliveryRow): string =>
  `${MARK}${row.state}; ${evidenceLine(delivery, row)}`.slice(0, 255);

/** Heed's own withdrawal, as it left it. */
export const isOurWithdrawal = (source: string): boolean => source.startsWith(`${MARK}withdrawn;`);

/** A row that Heed wrote, whatever became of it since. */
export const isOurs = (source: string): boolean => source.startsWith(MARK);
