import { sql } from 'drizzle-orm';
import {
  boolean,
  check,
  index,
  integer,
  primaryKey,
  text,
  unique,
  uniqueIndex,
  uuid,
  varchar,
} from 'drizzle-orm/pg-core';
import {
  byteOrderedText,
  cents,
  createdAt,
  id,
  instant,
  oneOf,
  popbox,
  updatedAt,
} from './columns.ts';

export const PRODUCT_TYPES = ['standard', 'kuji'] as const;
export type ProductType = (typeof PRODUCT_TYPES)[number];
export const PRODUCT_STATUSES = ['draft', 'active', 'archived'] as const;
export type ProductStatus = (typeof PRODUCT_STATUSES)[number];
export const TAG_TYPES = ['brand', 'series', 'category'] as const;
export type TagType = (typeof TAG_TYPES)[number];

export const products = popbox
  .table(
    'products',
    {
      id: id(),
      name: varchar('name', { length: 200 }).notNull(),
      /** Sort key of the name sorts, so that "art book" stands before "Zine" in every database. */
      nameKey: byteOrderedText('name_key').generatedAlwaysAs(sql`lower(name)`),
      slug: varchar('slug', { length: 220 }).notNull(),
      description: text('description'),
      /** Never changes: stock of a standard product is not a number of tickets. */
      productType: varchar('product_type', { length: 16, enum: PRODUCT_TYPES }).notNull(),
      status: varchar('status', { length: 16, enum: PRODUCT_STATUSES }).notNull().default('draft'),
      /** Standard: the default variant's price. Kuji: the ticket price. */
      priceCents: cents('price_cents'),
      /** Over active variants, sold-out ones included; kept in the transaction that changes a variant. */
      minPriceCents: cents('min_price_cents'),
      maxPriceCents: cents('max_price_cents'),
      currency: varchar('currency', { length: 3 }).notNull().default('CAD'),
      sku: varchar('sku', { length: 120 }),
      /** Units that one person may buy, over all variants and orders; null: as many as there are. */
      purchaseLimit: integer('purchase_limit'),
      /** Demand, refreshed by a job; see analytics. */
      trendingScore: integer('trending_score').notNull().default(0),
      /** Counts the edits of the product's own form, so that a form opened before another's edit is told. */
      version: integer('version').notNull().default(1),
      createdAt: createdAt(),
      updatedAt: updatedAt(),
    },
    (t) => [
      uniqueIndex('products_slug').on(t.slug),
      uniqueIndex('products_sku').on(t.sku),
      index('products_newest')
        .on(t.createdAt.desc(), t.id.desc())
        .where(sql`status = 'active'`),
      index('products_price_asc')
        .on(t.minPriceCents, t.id.desc())
        .where(sql`status = 'active'`),
      index('products_price_desc')
        .on(t.minPriceCents.desc(), t.id.desc())
        .where(sql`status = 'active'`),
      index('products_name_asc')
        .on(t.nameKey, t.id.desc())
        .where(sql`status = 'active'`),
      index('products_name_desc')
        .on(t.nameKey.desc(), t.id.desc())
        .where(sql`status = 'active'`),
      index('products_trending')
        .on(t.trendingScore.desc(), t.createdAt.desc(), t.id.desc())
        .where(sql`status = 'active'`),
      // Boxes are few among many products, so a list of them is read from here and sorted.
      index('products_active_boxes')
        .on(t.createdAt.desc(), t.id.desc())
        .where(sql`status = 'active' AND product_type = 'kuji'`),
      // The dashboard lists all products; its ties fall with the column, so one index is read both ways.
      index('products_by_created').on(t.createdAt, t.id),
      index('products_by_updated').on(t.updatedAt, t.id),
      index('products_by_price').on(t.priceCents, t.id),
      index('products_by_name').on(t.nameKey, t.id),
      index('products_text_parts').using(
        'gin',
        sql`name gin_trgm_ops`,
        sql`slug gin_trgm_ops`,
        sql`sku gin_trgm_ops`,
      ),
      check('products_type', oneOf('product_type', PRODUCT_TYPES)),
      check('products_status', oneOf('status', PRODUCT_STATUSES)),
      // The default variant is always active, so its price lies within the range.
      check(
        'products_prices',
        sql`min_price_cents >= 0 AND price_cents BETWEEN min_price_cents AND max_price_cents`,
      ),
      check('products_purchase_limit', sql`purchase_limit BETWEEN 1 AND 1000`),
      check('products_currency', sql`currency = 'CAD'`),
      check('products_texts', sql`btrim(name) <> '' AND slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'`),
    ],
  )
  .enableRLS();

export const variants = popbox
  .table(
    'variants',
    {
      id: id(),
      productId: uuid('product_id')
        .notNull()
        .references(() => products.id, { onDelete: 'restrict' }),
      name: varchar('name', { length: 200 }).notNull(),
      sku: varchar('sku', { length: 120 }),
      priceCents: cents('price_cents'),
      isActive: boolean('is_active').notNull().default(true),
      isDefault: boolean('is_default').notNull().default(false),
      sortOrder: integer('sort_order').notNull().default(0),
      /** Deleted for everybody; the row stays, because the ledger of its stock refers to it. */
      removedAt: instant('removed_at'),
      createdAt: createdAt(),
      updatedAt: updatedAt(),
    },
    (t) => [
      // What foreign keys refer to that name a variant together with its product.
      unique('variants_of_product').on(t.productId, t.id),
      uniqueIndex('variants_name')
        .on(t.productId, sql`lower(btrim(name))`)
        .where(sql`removed_at IS NULL`),
      uniqueIndex('variants_sku').on(t.sku),
      index('variants_sku_parts').using('gin', sql`sku gin_trgm_ops`),
      uniqueIndex('variants_one_default')
        .on(t.productId)
        .where(sql`is_default`),
      check('variants_price', sql`price_cents >= 0`),
      check('variants_default_is_active', sql`is_active OR NOT is_default`),
      check('variants_sort_order', sql`sort_order >= 0`),
      check('variants_name_not_blank', sql`btrim(name) <> ''`),
      check('variants_removed', sql`removed_at IS NULL OR (NOT is_active AND sku IS NULL)`),
    ],
  )
  .enableRLS();

/**
 * Every address that a product ever had, the present one included, and so no other product's. Written by a trigger on
 * `products`, which no writer can forget.
 */
export const productSlugs = popbox
  .table(
    'product_slugs',
    {
      slug: varchar('slug', { length: 220 }).primaryKey(),
      productId: uuid('product_id')
        .notNull()
        .references(() => products.id, { onDelete: 'cascade' }),
      createdAt: createdAt(),
    },
    (t) => [index('product_slugs_product').on(t.productId)],
  )
  .enableRLS();

/**
 * The SKUs of products and variants together, which two unique indexes on two tables cannot keep apart. Written by
 * triggers on both.
 */
export const skus = popbox
  .table('skus', {
    sku: varchar('sku', { length: 120 }).primaryKey(),
    /** A product or a variant. */
    ownerId: uuid('owner_id').notNull(),
  })
  .enableRLS();

export const collections = popbox
  .table(
    'collections',
    {
      id: id(),
      name: varchar('name', { length: 160 }).notNull(),
      slug: varchar('slug', { length: 180 }).notNull(),
      description: text('description'),
      sortOrder: integer('sort_order').notNull(),
      isActive: boolean('is_active').notNull().default(true),
      createdAt: createdAt(),
      updatedAt: updatedAt(),
    },
    (t) => [
      uniqueIndex('collections_slug').on(t.slug),
      index('collections_order').on(t.sortOrder, t.id),
      check('collections_sort_order', sql`sort_order >= 0`),
      check('collections_texts', sql`btrim(name) <> '' AND slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'`),
    ],
  )
  .enableRLS();

/** Membership with a position *per collection*; the position only decides the collection's default order. */
export const productCollections = popbox
  .table(
    'product_collections',
    {
      productId: uuid('product_id')
        .notNull()
        .references(() => products.id, { onDelete: 'cascade' }),
      collectionId: uuid('collection_id')
        .notNull()
        .references(() => collections.id, { onDelete: 'restrict' }),
      position: integer('position').notNull(),
      /** Order of assignment to the product; cards list collections by it. */
      assignedOrder: integer('assigned_order').notNull().default(0),
    },
    (t) => [
      primaryKey({ name: 'product_collections_pk', columns: [t.productId, t.collectionId] }),
      index('product_collections_order').on(t.collectionId, t.position, t.productId.desc()),
      // Ids grow with time, so this lists a collection's newest products.
      index('product_collections_newest').on(t.collectionId, t.productId),
      check('product_collections_position', sql`position >= 0`),
    ],
  )
  .enableRLS();

export const tags = popbox
  .table(
    'tags',
    {
      id: id(),
      name: varchar('name', { length: 160 }).notNull(),
      slug: varchar('slug', { length: 180 }).notNull(),
      tagType: varchar('tag_type', { length: 64, enum: TAG_TYPES }).notNull(),
      createdAt: createdAt(),
      updatedAt: updatedAt(),
    },
    (t) => [
      uniqueIndex('tags_slug').on(t.slug),
      check('tags_type', oneOf('tag_type', TAG_TYPES)),
      check('tags_texts', sql`btrim(name) <> '' AND slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'`),
    ],
  )
  .enableRLS();

export const productTags = popbox
  .table(
    'product_tags',
    {
      productId: uuid('product_id')
        .notNull()
        .references(() => products.id, { onDelete: 'cascade' }),
      tagId: uuid('tag_id')
        .notNull()
        .references(() => tags.id, { onDelete: 'restrict' }),
    },
    (t) => [
      primaryKey({ name: 'product_tags_pk', columns: [t.productId, t.tagId] }),
      index('product_tags_tag').on(t.tagId, t.productId),
    ],
  )
  .enableRLS();

export const productImages = popbox
  .table(
    'product_images',
    {
      id: id(),
      productId: uuid('product_id')
        .notNull()
        .references(() => products.id, { onDelete: 'cascade' }),
      /** Random and never used again: images are cached for a month under it. */
      storageKey: varchar('storage_key', { length: 255 }).notNull(),
      altText: varchar('alt_text', { length: 255 }),
      sortOrder: integer('sort_order').notNull(),
      createdAt: createdAt(),
    },
    (t) => [
      uniqueIndex('product_images_storage_key').on(t.storageKey),
      index('product_images_order').on(t.productId, t.sortOrder, t.createdAt, t.id),
      check('product_images_sort_order', sql`sort_order >= 0`),
    ],
  )
  .enableRLS();
