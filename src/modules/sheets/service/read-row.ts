import { z } from 'zod';
import { MAX_PURCHASE_LIMIT } from '../../catalog/index.ts';
import {
  LIST_SEPARATOR,
  NONE,
  SHEET_COLUMNS,
  type RowFault,
  type SheetColumn,
} from '../sheet-columns.ts';
import type { RawRow } from './read-sheet.ts';

const MAX_STOCK = 1_000_000;

const count = z
  .string()
  .regex(/^\d{1,7}$/, 'Must be a whole number.')
  .transform(Number)
  .refine((value) => value <= MAX_STOCK, `Must be at most ${String(MAX_STOCK)}.`);
const yesOrNo = z
  .string()
  .toLowerCase()
  .pipe(z.enum(['yes', 'no', 'true', 'false', '1', '0'], 'Must be yes or no.'))
  .transform((text) => ['yes', 'true', '1'].includes(text));
const slugs = z.string().transform((text) =>
  text === NONE
    ? []
    : text
        .split(LIST_SEPARATOR)
        .map((slug) => slug.trim())
        .filter((slug) => slug !== ''),
);
const limit = z
  .string()
  .regex(/^(none|\d{1,4})$/, 'Must be a whole number, or none.')
  .transform((given) => (given === NONE ? null : Number(given)))
  .refine(
    (value) => value === null || (value >= 1 && value <= MAX_PURCHASE_LIMIT),
    `Must be 1 to ${String(MAX_PURCHASE_LIMIT)}, or none.`,
  );
const text = (max: number) => z.string().max(max, `Must have at most ${String(max)} characters.`);

const cellSchemas = {
  sku: text(120),
  product_slug: text(220),
  product_name: text(200),
  product_type: z.enum(['standard', 'kuji'], 'Must be standard or kuji.'),
  status: z.enum(['draft', 'active', 'archived'], 'Must be draft, active or archived.'),
  description: text(20_000),
  collections: slugs,
  tags: slugs,
  purchase_limit: limit,
  variant_name: text(200),
  price_cad: z
    .string()
    .regex(/^\d{1,7}(\.\d{1,2})?$/, 'Must be an amount in dollars like 24.99.')
    .transform(readCents),
  is_active: yesOrNo,
  is_default: yesOrNo,
  on_hand: count,
  on_hand_seen: count,
  low_stock_threshold: count,
} as const satisfies Record<SheetColumn, z.ZodType>;

type Cells = { [C in SheetColumn]?: z.output<(typeof cellSchemas)[C]> };

/** A row whose cells were read one by one; blank ones are missing. */
export type SheetRow = Cells & { line: number };

/** Dollars as text to cents, without a fraction in between. */
function readCents(amount: string): number {
  const [dollars = '0', cents = ''] = amount.split('.');
  return Number(dollars) * 100 + Number(cents.padEnd(2, '0'));
}

/** Reads the cells of a row; what cannot be read is missing and told. */
export function readRow(raw: RawRow): { row: SheetRow; faults: RowFault[] } {
  const faults: RowFault[] = [];
  const cells: Cells = {};
  for (const column of SHEET_COLUMNS) {
    const given = raw.cells.get(column);
    if (given === undefined) continue;
    const fault = readCell(cells, column, given);
    if (fault !== null) {
      faults.push({ line: raw.line, column, code: 'INVALID_VALUE', message: fault });
    }
  }
  return { row: { line: raw.line, ...cells }, faults };
}

/** Puts the cell's value into `cells`, or tells what is wrong with it. */
function readCell(cells: Cells, column: SheetColumn, given: string): string | null {
  if (given.includes('\0')) return 'Must be text without NUL characters.';
  const schema: z.ZodType<Cells[SheetColumn]> = cellSchemas[column];
  const parsed = schema.safeParse(given);
  if (!parsed.success) return parsed.error.issues[0]?.message ?? 'Is not valid.';
  Object.assign(cells, { [column]: parsed.data });
  return null;
}
