import { z } from 'zod';
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
