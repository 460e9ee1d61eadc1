import { sql } from 'drizzle-orm';
import {
  boolean,
  customType,
  index,
  integer,
  json,
  smallint,
  text,
  uuid,
  varchar,
} from 'drizzle-orm/pg-core';
import { byteOrderedText, instant, popbox } from './columns.ts';
import { products } from './catalog.ts';

const tsvector = customType<{ data: string }>({ dataType: () => 'tsvector' });

/**
 * What a product is found by; apart from the product, so that the rows which every list reads stay narrow. Kept in
 * the transaction that changes a name, description, SKU, tag or status.
 */
export const productSearch = popbox
  .table(
    'product_search',
    {
      productId: uuid('product_id')
        .primaryKey()
        .references(() => products.id, { onDelete: 'cascade' }),
      /** Words, stems and pairs of letters of name (A), tags and SKUs (B), description (C). */
      document: tsvector('document').notNull(),
      /** The name's words as search compares them: without case, accents and signs. */
      plainName: byteOrderedText('plain_name').notNull(),
      isActive: boolean('is_active').notNull(),
      createdAt: instant('created_at').notNull(),
      /** Of the code that split the texts; documents of an older one are made anew. */
      version: smallint('version').notNull(),
    },
    (t) => [
      // Without a list of pending entries, which every search would have to read through.
      index('product_search_document').using('gin', t.document).with({ fastupdate: false }),
      index('product_search_name').on(t.plainName),
      index('product_search_newest')
        .on(t.createdAt.desc(), t.productId.desc())
        .where(sql`is_active`),
      index('product_search_version').on(t.version),
    ],
  )
  .enableRLS();

/**
 * What the storefront shows of a product, gathered from all tables of the catalogue but the stock: to put it together for
 * each reader cost five times what reading it does. Written by triggers at the commit of whatever changes a product, its
 * variants, images or memberships, or renames a collection or tag, so that no writer can forget it.
 */
export const storefrontProducts = popbox
  .table('storefront_products', {
    productId: uuid('product_id')
      .primaryKey()
      .references(() => products.id, { onDelete: 'cascade' }),
    isActive: boolean('is_active').notNull(),
    isKuji: boolean('is_kuji').notNull(),
    /** Active ones: stock of the others sells nothing. */
    variantIds: uuid('variant_ids').array().notNull(),
    /** `ShownCard` and `ShownPage` of the catalog module. Not jsonb, which is written out anew at each reading. */
    card: json('card').notNull(),
    /** What the product's page shows besides its card. */
    page: json('page').notNull(),
  })
  .enableRLS();

/** Every word of a name or tag once: what a misspelt word is compared with. Words that went out of use may stay. */
export const searchWords = popbox
  .table('search_words', { word: byteOrderedText('word').primaryKey() }, (t) => [
    index('search_words_similar')
      .using('gin', t.word.op('gin_trgm_ops'))
      .with({ fastupdate: false }),
  ])
  .enableRLS();

/**
 * What other modules' tables say about a product's stock, for showing only: catalog may not know those modules, and
 * a decision to sell never reads a view of catalog.
 */
export const catalogStock = popbox
  .view('catalog_stock', {
    productId: uuid('product_id').notNull(),
    variantId: uuid('variant_id'),
    onHand: integer('on_hand').notNull(),
    reserved: integer('reserved').notNull(),
    lowStockThreshold: integer('low_stock_threshold').notNull(),
  })
  .existing();

/** Prizes of the box that a kuji product shows now; `remainingQuantity` counts opened tickets only. */
export const catalogKujiPrizes = popbox
  .view('catalog_kuji_prizes', {
    productId: uuid('product_id').notNull(),
    setId: uuid('set_id').notNull(),
    id: uuid('id').notNull(),
    prizeCode: varchar('prize_code').notNull(),
    prizeTier: varchar('prize_tier').notNull(),
    name: varchar('name').notNull(),
    description: text('description'),
    imageUrl: varchar('image_url'),
    initialQuantity: integer('initial_quantity').notNull(),
    remainingQuantity: integer('remaining_quantity').notNull(),
    sortOrder: integer('sort_order').notNull(),
  })
  .existing();

/** The box that a kuji product shows now, with how many of its sold tickets nobody has opened. */
export const catalogKujiBoxes = popbox
  .view('catalog_kuji_boxes', {
    productId: uuid('product_id').notNull(),
    setId: uuid('set_id').notNull(),
    soldUnopened: integer('sold_unopened').notNull(),
  })
  .existing();

/** Prizes of a kuji product's newest box, the one that the shop edits: it may be in preparation behind the shown one. */
export const catalogNewestBoxPrizes = popbox
  .view('catalog_newest_box_prizes', {
    productId: uuid('product_id').notNull(),
    id: uuid('id').notNull(),
    prizeCode: varchar('prize_code').notNull(),
    prizeTier: varchar('prize_tier').notNull(),
    name: varchar('name').notNull(),
    description: text('description'),
    imageUrl: varchar('image_url'),
    initialQuantity: integer('initial_quantity').notNull(),
    remainingQuantity: integer('remaining_quantity').notNull(),
    sortOrder: integer('sort_order').notNull(),
  })
  .existing();
