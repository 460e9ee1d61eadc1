import { parse, CsvError } from 'csv-parse';
import { Readable } from 'node:stream';
import { setImmediate as letOthersRun } from 'node:timers/promises';
import { z } from 'zod';
import { Problem } from '../../../kernel/problems.ts';
import { SHEET_COLUMNS, type SheetColumn } from '../sheet-columns.ts';
import { sheetProblems } from '../sheets.problems.ts';
import { unescapeCell } from './escape-cell.ts';

/** The cells of one row that are not blank. */
export type RawRow = { line: number; cells: ReadonlyMap<SheetColumn, string> };

const CHUNK_BYTES = 64 * 1024;
const DELIMITERS = [',', ';', '\t'] as const;

/** One of these must be there, or no row can be found again. */
const FINDING_COLUMNS: readonly SheetColumn[] = ['sku', 'product_slug'];

const entrySchema = z.object({
  record: z.array(z.string()),
  info: z.object({ lines: z.int() }),
});

/**
 * The rows of a CSV file: UTF-8, separated by commas, semicolons or tabs, with the names of the columns in its first line.
 * Rows without any content are left out.
 *
 * @throws Problem SHEET_UNREADABLE, SHEET_TOO_LONG
 */
export async function readSheet(bytes: Buffer, maxRows: number): Promise<RawRow[]> {
  assertUtf8(bytes);
  const parser = Readable.from(slices(bytes)).pipe(
    parse({
      bom: true,
      delimiter: findDelimiter(bytes),
      info: true,
      relax_column_count: true,
      max_record_size: 200_000,
    }),
  );
  const rows: RawRow[] = [];
  let columns: SheetColumn[] | null = null;
  let linesBefore = 0;
  try {
    for await (const entry of parser) {
      const { record, info } = entrySchema.parse(entry);
      const line = linesBefore + 1;
      linesBefore = info.lines;
      if (columns === null) {
        columns = readHeader(record);
        continue;
      }
      const cells = readCells(columns, record, line);
      if (cells.size === 0) continue;
      if (rows.length === maxRows) throw tooLong(maxRows);
      rows.push({ line, cells });
    }
  } catch (error) {
    if (error instanceof CsvError) throw unreadable(`It cannot be read: ${error.message}`, error);
    throw error;
  }
  if (columns === null) throw unreadable('It is empty.');
  return rows;
}

/** A large file is read in pieces, and requests are answered in between. */
async function* slices(bytes: Buffer): AsyncGenerator<Buffer> {
  for (let start = 0; start < bytes.length; start += CHUNK_BYTES) {
    yield bytes.subarray(start, start + CHUNK_BYTES);
    await letOthersRun();
  }
}

function assertUtf8(bytes: Buffer): void {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw unreadable('It is not UTF-8 text. Save it as “CSV UTF-8”.', cause);
  }
}

/** Spreadsheets of countries with decimal commas write semicolons. No column's name has one of the three. */
function findDelimiter(bytes: Buffer): string {
  const header =
    bytes
      .subarray(0, 2_000)
      .toString('utf8')
      .split(/[\r\n]/, 1)[0] ?? '';
  return DELIMITERS.find((delimiter) => header.includes(delimiter)) ?? ',';
}

function readHeader(record: readonly string[]): SheetColumn[] {
  const names = record.map((name) => name.trim().toLowerCase());
  const columns = names.flatMap((name) => SHEET_COLUMNS.filter((column) => column === name));
  const unknown = names.filter((name) => !columns.some((column) => column === name));
  if (unknown.length > 0) {
    throw unreadable(`Its first line has unknown columns: ${unknown.join(', ').slice(0, 200)}.`);
  }
  if (new Set(columns).size < columns.length) throw unreadable('A column comes twice.');
  if (!FINDING_COLUMNS.some((column) => columns.includes(column))) {
    throw unreadable(`It needs one of the columns ${FINDING_COLUMNS.join(', ')}.`);
  }
  return columns;
}

function readCells(
  columns: readonly SheetColumn[],
  record: readonly string[],
  line: number,
): Map<SheetColumn, string> {
  if (record.slice(columns.length).some((text) => text.trim() !== '')) {
    throw unreadable(`Line ${String(line)} has more cells than there are columns.`);
  }
  const cells = new Map<SheetColumn, string>();
  for (const [index, column] of columns.entries()) {
    const text = unescapeCell((record[index] ?? '').trim());
    if (text !== '') cells.set(column, text);
  }
  return cells;
}

function unreadable(message: string, cause?: unknown): Problem {
  return new Problem(sheetProblems.SHEET_UNREADABLE, { message, cause });
}

function tooLong(maxRows: number): Problem {
  return new Problem(sheetProblems.SHEET_TOO_LONG, {
    message: `This file has more than ${String(maxRows)} rows.`,
  });
}
