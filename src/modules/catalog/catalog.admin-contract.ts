import { z } from 'zod';
import { PRODUCT_STATUSES, PRODUCT_TYPES } from '../../db/schema/catalog.ts';
import { cursorQuery, limitQuery } from '../../http/pagination.ts';
import { defineRoute } from '../../http/route.ts';
import { CURRENCY } from '../../kernel/money.ts';
import {
  collectionRefSchema,
  inventorySchema,
  kujiPrizeSchema,
  productImageSchema,
  tagSchema,
} from './catalog.contract.ts';
import { catalogProblems } from './catalog.problems.ts';
import { adminVariantSchema, offerFields, stock } from './catalog.variants-contract.ts';
import { ADMIN_PRODUCT_SORTS } from './service/read-admin-cursor.ts';

const count = z.int().min(0);
const instant = z.iso.datetime({ precision: 3 });

/** Without a place in a list of variants, because a sum is no row. */
export const primaryImageSchema = z.object({
  storageKey: z.string(),
  altText: z.string().nullable(),
  url: z.url(),
});

const adminProductFields = {
  id: z.uuid(),
  name: z.string(),
  slug: z.string(),
  productType: z.enum(PRODUCT_TYPES),
  status: z.enum(PRODUCT_STATUSES),
  priceCents: count,
  currency: z.literal(CURRENCY),
  /** Of a standard product: its default variant's. */
  sku: z.string().nullable(),
  /** Inactive ones included. */
  collections: z.array(collectionRefSchema),
  /** The sum over the variants. */
  inventory: inventorySchema.nullable(),
  tags: z.array(tagSchema),
  updatedAt: instant,
};

export const adminProductItemSchema = z.object({
  ...adminProductFields,
  primaryImage: primaryImageSchema.nullable(),
});
export type AdminProductItem = z.infer<typeof adminProductItemSchema>;

export const adminProductSchema = z.object({
  ...adminProductFields,
  description: z.string().nullable(),
  images: z.array(productImageSchema),
  /** Of the newest box, which is the one that can be edited. */
  kujiPrizes: z.array(kujiPrizeSchema),
  /** Inactive ones included. */
  variants: z.array(adminVariantSchema),
  /** Units for one person, over all variants and orders; null: no limit. */
  purchaseLimit: z.int().min(1).nullable(),
  /** Sent back with an edit, it makes sure that nobody else's edit is overwritten. */
  version: z.int(),
  createdAt: instant,
});
export type AdminProduct = z.infer<typeof adminProductSchema>;

/** `all` is what the dashboard sends for "do not filter". */
const orAll = <S extends z.ZodType>(schema: S) =>
  z.union([z.literal('all').transform(() => undefined), schema]).optional();

const MAX_WORDS = 10;
const words = z
  .string()
  .max(200, 'Must have at most 200 characters.')
  .optional()
  .transform((text) => (text ?? '').split(/\s+/u).filter((word) => word !== ''))
  .pipe(z.array(z.string()).max(MAX_WORDS, `Must have at most ${String(MAX_WORDS)} words.`));

export const listAdminProductsRoute = defineRoute({
  operationId: 'listAdminProducts',
  method: 'get',
  path: '/api/v1/admin/products',
  summary: 'All products, in any state',
  description:
    'Each word of `search` must be part of the name, the slug, a SKU or a tag; `%` and `_` are ordinary characters. ' +
    'Filters combine with AND; unknown ids give an empty list. A cursor that does not fit the sort is ignored.',
  tag: 'Admin products',
  access: 'admin',
  query: z.object({
    status: orAll(z.enum(PRODUCT_STATUSES)),
    productType: orAll(z.enum(PRODUCT_TYPES)),
    collectionId: orAll(z.uuid()),
    tagId: orAll(z.uuid()),
    excludeCollectionId: z.uuid().optional(),
    search: words,
    sort: z
      .enum(ADMIN_PRODUCT_SORTS)
      .optional()
      .transform((sort) => sort ?? 'updated_desc'),
    cursor: cursorQuery,
    limit: limitQuery({ fallback: 25, max: 100 }),
  }),
  replies: {
    200: z.object({
      items: z.array(adminProductItemSchema),
      nextCursor: z.string().nullable(),
      /** Over all pages. */
      totalCount: count,
    }),
  },
});
export type ListAdminProductsQuery = z.output<typeof listAdminProductsRoute.query>;

const ids = z.array(z.uuid()).max(100, 'Must have at most 100 entries.');

/** A person's share; whoever wants more of a thing than this is no shopper. */
export const MAX_PURCHASE_LIMIT = 1_000;
const purchaseLimit = z
  .int('Must be a whole number.')
  .min(1, 'Must be at least 1.')
  .max(MAX_PURCHASE_LIMIT, `Must be at most ${String(MAX_PURCHASE_LIMIT)}.`)
  .nullable();

const productFields = {
  ...offerFields,
  description: z.string().max(20_000).nullable(),
  status: z.enum(PRODUCT_STATUSES),
  currency: z.literal(CURRENCY),
  collectionIds: ids,
  tagIds: ids,
  purchaseLimit,
};

export const createProductRoute = defineRoute({
  operationId: 'createProduct',
  method: 'post',
  path: '/api/v1/admin/products',
  summary: 'Create a product',
  description:
    'The slug is made from the name. A standard product gets its default variant from price, SKU and stock at once; a kuji ' +
    'product starts without tickets, whatever is sent.',
  tag: 'Admin products',
  access: 'admin',
  body: z.object({
    ...productFields,
    productType: z.enum(PRODUCT_TYPES),
    description: productFields.description.optional(),
    currency: productFields.currency.optional(),
    sku: productFields.sku.optional(),
    tagIds: ids.optional(),
    purchaseLimit: purchaseLimit.optional(),
    lowStockThreshold: stock.optional(),
    onHand: stock.optional(),
  }),
  replies: { 201: adminProductSchema },
  problems: [catalogProblems.PRODUCT_VARIANT_DUPLICATE_SKU],
});

const productParams = z.object({ id: z.uuid() });

export const showAdminProductRoute = defineRoute({
  operationId: 'showAdminProduct',
  method: 'get',
  path: '/api/v1/admin/products/:id',
  summary: 'One product with everything that its form shows',
  tag: 'Admin products',
  access: 'admin',
  params: productParams,
  replies: { 200: adminProductSchema },
  problems: [catalogProblems.PRODUCT_NOT_FOUND],
});

export const changeProductRoute = defineRoute({
  operationId: 'changeProduct',
  method: 'patch',
  path: '/api/v1/admin/products/:id',
  summary: 'Change a product',
  description:
    'What is left out stays. `collectionIds` and `tagIds` are complete lists; a kept membership keeps its place in the ' +
    "collection, a new one goes to the end. Price and SKU of a standard product are its default variant's; a kuji's price " +
    'is fixed once a ticket of the box on sale is held or sold. A new name keeps the slug; a new `slug` leaves the old one answering. With `version` ' +
    "the edit is refused if the product was edited since. The type never changes, and stock is the variants' own.",
  tag: 'Admin products',
  access: 'admin',
  params: productParams,
  body: z
    .object({
      ...productFields,
      productType: z.enum(PRODUCT_TYPES),
      slug: z.string().max(220),
      version: z.int(),
    })
    .partial(),
  replies: { 200: adminProductSchema },
  problems: [
    catalogProblems.PRODUCT_NOT_FOUND,
    catalogProblems.PRODUCT_CHANGED,
    catalogProblems.PRODUCT_SLUG_TAKEN,
    catalogProblems.PRODUCT_VARIANT_DUPLICATE_SKU,
  ],
});
