import { z } from 'zod';
import { PRODUCT_STATUSES, PRODUCT_TYPES, TAG_TYPES } from '../../db/schema/catalog.ts';
import { cursorQuery, limitQuery } from '../../http/pagination.ts';
import { defineRoute } from '../../http/route.ts';
import { CURRENCY } from '../../kernel/money.ts';
import { catalogProblems } from './catalog.problems.ts';

const count = z.int().min(0);
const cents = z.int().min(0);
const text = z.string().min(1);

export const collectionRefSchema = z.object({ id: z.uuid(), name: text, slug: text });
export type CollectionRef = z.infer<typeof collectionRefSchema>;

export const collectionSchema = collectionRefSchema.extend({
  description: z.string().nullable(),
  sortOrder: count,
  isActive: z.boolean(),
});
export type Collection = z.infer<typeof collectionSchema>;

export const tagSchema = z.object({
  id: z.uuid(),
  name: text,
  slug: text,
  tagType: z.enum(TAG_TYPES),
});
export type Tag = z.infer<typeof tagSchema>;

export const productImageSchema = z.object({
  id: z.uuid(),
  storageKey: text,
  altText: z.string().nullable(),
  sortOrder: count,
  url: z.url(),
});
export type ProductImage = z.infer<typeof productImageSchema>;

export const inventorySchema = z.object({
  onHand: count,
  reserved: count,
  available: count,
  lowStockThreshold: count,
});

export const kujiPrizeSchema = z.object({
  id: z.uuid(),
  prizeCode: text,
  prizeTier: text,
  name: text,
  description: z.string().nullable(),
  imageUrl: z.string().nullable(),
  initialQuantity: count,
  /** Falls when a ticket is opened, not when it is paid, so that nobody reads off an unopened result. */
  remainingQuantity: count,
  sortOrder: count,
});
export type KujiPrize = z.infer<typeof kujiPrizeSchema>;

export const storefrontVariantSchema = z.object({
  id: z.uuid(),
  name: text,
  priceCents: cents,
  sortOrder: count,
  isAvailable: z.boolean(),
});

export const productCardSchema = z.object({
  id: z.uuid(),
  name: text,
  slug: text,
  description: z.string().nullable(),
  updatedAt: z.iso.datetime({ precision: 3 }),
  productType: z.enum(PRODUCT_TYPES),
  status: z.enum(PRODUCT_STATUSES),
  /** Standard: the default variant's price. Kuji: one ticket's. */
  priceCents: cents,
  minPriceCents: cents,
  maxPriceCents: cents,
  hasPriceRange: z.boolean(),
  isSoldOut: z.boolean(),
  defaultVariantId: z.uuid().nullable(),
  hasVariantChoices: z.boolean(),
  currency: z.literal(CURRENCY),
  collections: z.array(collectionRefSchema),
  /** The primary image, or none. */
  images: z.array(productImageSchema),
  /** Kuji only; a standard product's stock is nobody's business but the shop's. */
  inventory: inventorySchema.nullable(),
  /** Kuji only, left out otherwise: the storefront fails on null. Without the Last One. */
  ticketSummary: z.object({ remainingTickets: count, totalTickets: count }).optional(),
});
export type ProductCard = z.infer<typeof productCardSchema>;

export const productSchema = productCardSchema.extend({
  sku: z.string().nullable(),
  tags: z.array(tagSchema),
  kujiPrizes: z.array(kujiPrizeSchema),
  variants: z.array(storefrontVariantSchema),
  priceRange: z.object({ minCents: cents, maxCents: cents, isRange: z.boolean() }),
  /** Kuji only: tickets sold and not opened yet. */
  soldUnopenedTickets: count.optional(),
  /** Units for one person, over all variants and orders; left out where there is no limit. */
  purchaseLimit: z.int().min(1).optional(),
  createdAt: z.iso.datetime({ precision: 3 }),
});
export type Product = z.infer<typeof productSchema>;

export const PRODUCT_SORTS = [
  'trending',
  'newest',
  'price_asc',
  'price_desc',
  'name_asc',
  'name_desc',
] as const;
export type ProductSort = (typeof PRODUCT_SORTS)[number];

/** The storefront never sends a limit. */
export const DEFAULT_PAGE_SIZE = 20;

const MAX_TAGS = 50;

/** `brand-a,series-b` as a list without blanks and repeats. */
const tagSlugs = z
  .string()
  .max(10_000)
  .transform((joined) => {
    const slugs = joined.split(',').map((slug) => slug.trim().toLowerCase());
    return [...new Set(slugs.filter((slug) => slug !== ''))];
  })
  .pipe(z.array(z.string()).max(MAX_TAGS, `Must name at most ${String(MAX_TAGS)} tags.`));

export const listProductsRoute = defineRoute({
  operationId: 'listProducts',
  method: 'get',
  path: '/api/v1/products',
  summary: 'Products on sale',
  description:
    'Filters combine with AND; several tags with OR within one tag type and AND between types. An unknown ' +
    'collection or tag gives an empty list. Without `sort` the newest come first, except in the collection ' +
    '`featured`, which has an order of its own. A cursor that does not fit is ignored.',
  isCached: true,
  tag: 'Catalogue',
  query: z.object({
    collection: z.string().max(200).optional(),
    tag: tagSlugs.optional(),
    type: z.enum(PRODUCT_TYPES).optional(),
    sort: z.enum(PRODUCT_SORTS).optional(),
    cursor: cursorQuery,
    limit: limitQuery({ fallback: DEFAULT_PAGE_SIZE, max: 50 }),
  }),
  replies: {
    200: z.object({ items: z.array(productCardSchema), nextCursor: z.string().nullable() }),
  },
});
export type ListProductsQuery = z.output<typeof listProductsRoute.query>;

export const showProductRoute = defineRoute({
  operationId: 'showProduct',
  method: 'get',
  path: '/api/v1/products/:slug',
  summary: 'One product with variants, prizes and images',
  isCached: true,
  tag: 'Catalogue',
  params: z.object({ slug: z.string() }),
  replies: { 200: productSchema },
  problems: [catalogProblems.PRODUCT_NOT_FOUND],
});

export const listCollectionsRoute = defineRoute({
  operationId: 'listCollections',
  method: 'get',
  path: '/api/v1/collections',
  summary: 'Active collections in the order of the shop',
  isCached: true,
  tag: 'Catalogue',
  replies: { 200: z.array(collectionSchema) },
});

export const listTagsRoute = defineRoute({
  operationId: 'listTags',
  method: 'get',
  path: '/api/v1/tags',
  summary: 'All tags by type, then name',
  isCached: true,
  tag: 'Catalogue',
  replies: { 200: z.array(tagSchema) },
});
