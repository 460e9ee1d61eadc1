import { z } from 'zod';
import { defineRoute } from '../../http/route.ts';
import { SHEET_COLUMNS } from './sheet-columns.ts';
import { sheetProblems } from './sheets.problems.ts';

const count = z.int().min(0);

export const importReportSchema = z.object({
  /** False: only checked. */
  isApplied: z.boolean(),
  rowCount: count,
  products: z.object({ created: count, changed: count, unchanged: count }),
  variants: z.object({ created: count, changed: count }),
  stock: z.object({ changed: count }),
  /** At most 500, by line. After an import: rows that were refused because the shop changed meanwhile. */
  faults: z.array(
    z.object({
      line: z.int().min(1),
      column: z.enum(SHEET_COLUMNS).nullable(),
      code: z.string().min(1),
      message: z.string().min(1),
    }),
  ),
  faultCount: count,
});
export type ImportReport = z.infer<typeof importReportSchema>;

const MAX_SHEET_BYTES = 5 * 1024 * 1024;

export const importProductsRoute = defineRoute({
  operationId: 'importProducts',
  method: 'post',
  path: '/api/v1/admin/products/import',
  summary: 'Check a CSV file of products, variants and stock, or import it',
  description:
    'Without `mode=apply` nothing is changed, and the answer says what would be and what is wrong with which row. With it, ' +
    'and if no row is wrong, the file is imported; at most 1,000 rows in one request. Rows are found by their SKU, so the ' +
    'same file twice changes nothing the second time. One file of 5 MiB at most, in the field `file`.',
  tag: 'Admin products',
  access: 'admin',
  upload: { fileFields: ['file'], maxFiles: 1, maxFileBytes: MAX_SHEET_BYTES },
  query: z.object({ mode: z.enum(['check', 'apply']).default('check') }),
  replies: { 200: importReportSchema },
  problems: Object.values(sheetProblems),
});

export const exportProductsRoute = defineRoute({
  operationId: 'exportProducts',
  method: 'get',
  path: '/api/v1/admin/products/export',
  summary: 'All products, variants and stock as CSV',
  description:
    'A row per variant, and one per kuji. Cells that a spreadsheet would run as a formula begin with an apostrophe, which an ' +
    'import takes away again.',
  tag: 'Admin products',
  access: 'admin',
  downloadType: 'text/csv; charset=utf-8',
  replies: {},
});
