import { stringify } from 'csv-stringify/sync';
import { escapeCell } from './escape-cell.ts';

/** Spreadsheets take a file without it for their own old character set. */
const BYTE_ORDER_MARK = '\uFEFF';

/** What a file begins with. */
export function writeHeader(columns: readonly string[]): string {
  return BYTE_ORDER_MARK + stringify([[...columns]], { record_delimiter: 'windows' });
}

/** Rows of a file, in which no cell is one that a spreadsheet would run. */
export function writeRows(rows: readonly (readonly string[])[]): string {
  return stringify(
    rows.map((cells) => cells.map(escapeCell)),
    { record_delimiter: 'windows' },
  );
}

/** An amount as people type it: 4999 is "49.99". */
export function toDollars(cents: number): string {
  return `${String(Math.trunc(cents / 100))}.${String(cents % 100).padStart(2, '0')}`;
}
