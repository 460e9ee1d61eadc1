import { z } from 'zod';
import { defineRoute } from '../../http/route.ts';
import { MAX_CENTS } from '../../kernel/money.ts';
import { inventorySchema } from './catalog.contract.ts';
import { catalogProblems } from './catalog.problems.ts';

const count = z.int().min(0);

export const adminVariantSchema = z.object({
  id: z.uuid(),
  productId: z.uuid(),
  name: z.string(),
  sku: z.string().nullable(),
  priceCents: count,
  isActive: z.boolean(),
  isDefault: z.boolean(),
  sortOrder: count,
  inventory: inventorySchema,
});
export type AdminVariant = z.infer<typeof adminVariantSchema>;

/** What a product and its variants are edited by alike. */
export const offerFields = {
  name: z.string().trim().min(1, 'Must not be blank.').max(200),
  sku: z.string().trim().max(120).nullable(),
  priceCents: z
    .int('Must be a whole number of cents.')
    .min(0, 'Must be at least 0.')
    .max(MAX_CENTS, 'Is too high.'),
};

/** Far above any shelf, and low enough that sums over variants stay integers of the database. */
const MAX_STOCK = 1_000_000;
export const stock = z
  .int('Must be a whole number.')
  .min(0, 'Must be at least 0.')
  .max(MAX_STOCK, `Must be at most ${String(MAX_STOCK)}.`);

const productParams = z.object({ id: z.uuid() });
const variantParams = productParams.extend({ variantId: z.uuid() });

const variantFields = {
  ...offerFields,
  isActive: z.boolean(),
  isDefault: z.boolean(),
  sortOrder: z.int().min(0).max(1_000_000),
};

const variantProblems = [
  catalogProblems.PRODUCT_NOT_FOUND,
  catalogProblems.PRODUCT_HAS_NO_VARIANTS,
];

export const addVariantRoute = defineRoute({
  operationId: 'addVariant',
  method: 'post',
  path: '/api/v1/admin/products/:id/variants',
  summary: 'Add a variant with its stock',
  tag: 'Admin products',
  access: 'admin',
  params: productParams,
  body: z.object({
    ...variantFields,
    sku: variantFields.sku.optional(),
    isActive: variantFields.isActive.optional(),
    isDefault: variantFields.isDefault.optional(),
    sortOrder: variantFields.sortOrder.optional(),
    inventory: z.object({ onHand: stock, lowStockThreshold: stock.optional() }).optional(),
  }),
  replies: { 201: adminVariantSchema },
  problems: [
    ...variantProblems,
    catalogProblems.PRODUCT_VARIANT_DUPLICATE_NAME,
    catalogProblems.PRODUCT_VARIANT_DUPLICATE_SKU,
    catalogProblems.PRODUCT_VARIANT_INACTIVE,
  ],
});

export const changeVariantRoute = defineRoute({
  operationId: 'changeVariant',
  method: 'patch',
  path: '/api/v1/admin/products/:id/variants/:variantId',
  summary: 'Change a variant, make it the default, or move it',
  description:
    'What is left out stays. `isDefault: true` moves the default here; the default itself can be neither deactivated nor ' +
    'removed. Sort orders need not be unique.',
  tag: 'Admin products',
  access: 'admin',
  params: variantParams,
  body: z.object(variantFields).partial(),
  replies: { 200: adminVariantSchema },
  problems: [
    ...variantProblems,
    catalogProblems.PRODUCT_VARIANT_NOT_FOUND,
    catalogProblems.PRODUCT_VARIANT_DUPLICATE_NAME,
    catalogProblems.PRODUCT_VARIANT_DUPLICATE_SKU,
    catalogProblems.PRODUCT_VARIANT_DEFAULT_REQUIRED,
    catalogProblems.PRODUCT_VARIANT_INACTIVE,
  ],
});

export const removeVariantRoute = defineRoute({
  operationId: 'removeVariant',
  method: 'delete',
  path: '/api/v1/admin/products/:id/variants/:variantId',
  summary: 'Remove a variant that nobody ever ordered',
  tag: 'Admin products',
  access: 'admin',
  params: variantParams,
  replies: { 200: z.object({ id: z.uuid(), deleted: z.literal(true) }) },
  problems: [
    ...variantProblems,
    catalogProblems.PRODUCT_VARIANT_NOT_FOUND,
    catalogProblems.PRODUCT_VARIANT_DEFAULT_REQUIRED,
    catalogProblems.PRODUCT_VARIANT_HAS_ACTIVE_RESERVATIONS,
    catalogProblems.PRODUCT_VARIANT_HAS_HISTORY,
  ],
});
