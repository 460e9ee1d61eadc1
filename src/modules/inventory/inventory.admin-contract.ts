import { z } from 'zod';
import { cursorQuery, limitQuery } from '../../http/pagination.ts';
import { defineRoute } from '../../http/route.ts';
import { catalogProblems } from '../catalog/index.ts';
import { inventoryProblems } from './inventory.problems.ts';

const count = z.int().min(0);
/** Far above any shelf, and low enough that sums over variants stay integers of the database. */
const MAX_STOCK = 1_000_000;
const stock = z
  .int('Must be a whole number.')
  .min(0, 'Must be at least 0.')
  .max(MAX_STOCK, `Must be at most ${String(MAX_STOCK)}.`);

export const setVariantStockRoute = defineRoute({
  operationId: 'setVariantStock',
  method: 'patch',
  path: '/api/v1/admin/products/:id/variants/:variantId/inventory',
  summary: 'Set the stock of a variant',
  description:
    'Absolute values. `expectedOnHand`, if sent, is what the form showed: the call is refused if a sale changed it since. ' +
    'The difference is recorded as a movement with the caller and `reason`.',
  tag: 'Admin products',
  access: 'admin',
  params: z.object({ id: z.uuid(), variantId: z.uuid() }),
  body: z.object({
    onHand: stock,
    lowStockThreshold: stock.optional(),
    expectedOnHand: stock.optional(),
    reason: z.string().trim().max(300, 'Must have at most 300 characters.').optional(),
  }),
  replies: {
    200: z.object({
      productVariantId: z.uuid(),
      onHand: count,
      reserved: count,
      lowStockThreshold: count,
    }),
  },
  problems: [
    catalogProblems.PRODUCT_NOT_FOUND,
    catalogProblems.PRODUCT_HAS_NO_VARIANTS,
    catalogProblems.PRODUCT_VARIANT_NOT_FOUND,
    inventoryProblems.STOCK_BELOW_RESERVED,
    inventoryProblems.STOCK_CHANGED,
  ],
});

const amount = z.int();

/** What is, what the ledger, holds and boxes say should be, and where they differ. */
const stockCheckSchema = z.object({
  inventoryId: z.uuid(),
  productId: z.uuid(),
  /** Null for the tickets of a kuji product. */
  productVariantId: z.uuid().nullable(),
  actual: z.object({ onHand: amount, reserved: amount }),
  expected: z.object({
    /** Sums of the ledger. */
    onHand: amount,
    reserved: amount,
    /** Sum of the live holds. */
    liveHolds: amount,
    /** Free numbers of an open box; null for anything else. */
    freeNumbers: amount.nullable(),
  }),
  movements: z.object({
    received: amount,
    restocked: amount,
    sold: amount,
    writtenOff: amount,
  }),
  /** Codes; none where all agrees. */
  differences: z.array(z.string()),
});
export type StockCheck = z.output<typeof stockCheckSchema>;

export const inventoryReportRoute = defineRoute({
  operationId: 'showInventoryReport',
  method: 'get',
  path: '/api/v1/admin/reports/inventory',
  summary: 'Stock as it is beside what it should be',
  description:
    'One item per stock row. `onlyDifferences=true` leaves out those that agree; `differenceCount` counts the rows that differ, ' +
    'on all pages. A cursor that does not fit is ignored.',
  tag: 'Admin reports',
  access: 'admin',
  query: z.object({
    onlyDifferences: z.enum(['true', 'false']).optional(),
    cursor: cursorQuery,
    limit: limitQuery({ fallback: 50, max: 200 }),
  }),
  replies: {
    200: z.object({
      items: z.array(stockCheckSchema),
      differenceCount: count,
      nextCursor: z.string().nullable(),
    }),
  },
});
export type InventoryReportQuery = z.output<typeof inventoryReportRoute.query>;
export type InventoryReport = z.output<(typeof inventoryReportRoute.replies)[200]>;
