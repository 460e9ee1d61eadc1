import { sql } from 'drizzle-orm';
import {
  bigint,
  check,
  foreignKey,
  index,
  integer,
  text,
  uniqueIndex,
  uuid,
  varchar,
} from 'drizzle-orm/pg-core';
import { products, variants } from './catalog.ts';
import { createdAt, id, instant, isListed, oneOf, popbox } from './columns.ts';
import { orderLines } from './orders.ts';

export const HOLD_STATES = ['live', 'converted', 'expired', 'released'] as const;
export type HoldState = (typeof HOLD_STATES)[number];

export const MOVEMENT_REASONS = [
  'received',
  'written_off',
  'held',
  'hold_expired',
  'hold_released',
  'sold',
  'restocked',
] as const;
export type MovementReason = (typeof MOVEMENT_REASONS)[number];

/** Each hold is ended by one of these, once. */
const HOLD_ENDINGS = ['sold', 'hold_expired', 'hold_released'] as const satisfies MovementReason[];

/**
 * Stock of one sellable thing: a variant, or all unsold tickets of a kuji product. Changed only by guarded
 * statements, each with its movement in the same transaction.
 */
export const inventory = popbox
  .table(
    'inventory',
    {
      id: id(),
      productId: uuid('product_id')
        .notNull()
        .references(() => products.id, { onDelete: 'restrict' }),
      /** Null for a kuji product, whose tickets have no variants. */
      variantId: uuid('variant_id'),
      onHand: integer('on_hand').notNull().default(0),
      reserved: integer('reserved').notNull().default(0),
      lowStockThreshold: integer('low_stock_threshold').notNull().default(0),
    },
    (t) => [
      foreignKey({
        name: 'inventory_variant_of_product_fk',
        columns: [t.productId, t.variantId],
        foreignColumns: [variants.productId, variants.id],
      }).onDelete('restrict'),
      uniqueIndex('inventory_variant').on(t.variantId),
      uniqueIndex('inventory_kuji_product')
        .on(t.productId)
        .where(sql`variant_id IS NULL`),
      index('inventory_product').on(t.productId),
      check('inventory_reserved_within_on_hand', sql`reserved BETWEEN 0 AND on_hand`),
      check('inventory_threshold', sql`low_stock_threshold >= 0`),
    ],
  )
  .enableRLS();

/**
 * What the shop has been told to be running low and has not been restocked since. A table of its own: a mark on the
 * inventory row would have to be written while shoppers wait for that row.
 */
export const lowStockAlerts = popbox
  .table('low_stock_alerts', {
    inventoryId: uuid('inventory_id')
      .primaryKey()
      .references(() => inventory.id, { onDelete: 'cascade' }),
    createdAt: createdAt(),
  })
  .enableRLS();

/** What is on sale and has fallen to its threshold; a threshold of 0 asks for no alert. */
export const inventoryLowStock = popbox
  .view('inventory_low_stock', {
    inventoryId: uuid('inventory_id').notNull(),
    productId: uuid('product_id').notNull(),
    productName: varchar('product_name').notNull(),
    variantName: varchar('variant_name'),
    onHand: integer('on_hand').notNull(),
    lowStockThreshold: integer('low_stock_threshold').notNull(),
  })
  .existing();

/** Stock set aside for one order line. A unit is payable only while its hold is live. */
export const holds = popbox
  .table(
    'holds',
    {
      id: id(),
      orderId: uuid('order_id').notNull(),
      orderLineId: uuid('order_line_id').notNull(),
      inventoryId: uuid('inventory_id')
        .notNull()
        .references(() => inventory.id, { onDelete: 'restrict' }),
      quantity: integer('quantity').notNull(),
      state: varchar('state', { length: 16, enum: HOLD_STATES }).notNull().default('live'),
      expiresAt: instant('expires_at').notNull(),
      endedAt: instant('ended_at'),
      createdAt: createdAt(),
    },
    (t) => [
      foreignKey({
        name: 'holds_line_of_order_fk',
        columns: [t.orderId, t.orderLineId],
        foreignColumns: [orderLines.orderId, orderLines.id],
      }).onDelete('restrict'),
      // One index over both states: what is sold cannot be held again either.
      uniqueIndex('holds_one_that_counts_per_line')
        .on(t.orderLineId)
        .where(sql`state IN ('live', 'converted')`),
      index('holds_order').on(t.orderId),
      index('holds_live_inventory')
        .on(t.inventoryId)
        .where(sql`state = 'live'`),
      check('holds_quantity', sql`quantity > 0`),
      check('holds_state', oneOf('state', HOLD_STATES)),
      check('holds_ended', sql`(state = 'live') = (ended_at IS NULL)`),
    ],
  )
  .enableRLS();

/** Why stock is what it is. Append-only; replaying the deltas of a row gives the row. */
export const inventoryMovements = popbox
  .table(
    'inventory_movements',
    {
      id: bigint('id', { mode: 'bigint' }).primaryKey().generatedAlwaysAsIdentity(),
      inventoryId: uuid('inventory_id')
        .notNull()
        .references(() => inventory.id, { onDelete: 'restrict' }),
      reason: varchar('reason', { length: 24, enum: MOVEMENT_REASONS }).notNull(),
      onHandDelta: integer('on_hand_delta').notNull(),
      reservedDelta: integer('reserved_delta').notNull(),
      holdId: uuid('hold_id').references(() => holds.id, { onDelete: 'restrict' }),
      actor: varchar('actor', { length: 120 }).notNull(),
      note: varchar('note', { length: 300 }),
      createdAt: createdAt(),
    },
    (t) => [
      index('inventory_movements_row').on(t.inventoryId, t.id),
      uniqueIndex('inventory_movements_held_once')
        .on(t.holdId)
        .where(sql`reason = 'held'`),
      uniqueIndex('inventory_movements_ended_once')
        .on(t.holdId)
        .where(oneOf('reason', HOLD_ENDINGS)),
      check('inventory_movements_reason', oneOf('reason', MOVEMENT_REASONS)),
      check(
        'inventory_movements_hold',
        sql`(${isListed(sql`reason`, ['held', ...HOLD_ENDINGS])}) = (hold_id IS NOT NULL)`,
      ),
      check(
        'inventory_movements_deltas',
        // Which way each moves, by its reason.
        sql`${isListed(
          sql`reason || ' ' || sign(on_hand_delta)::int || ' ' || sign(reserved_delta)::int`,
          [
            'received 1 0',
            'restocked 1 0',
            'written_off -1 0',
            'held 0 1',
            'hold_expired 0 -1',
            'hold_released 0 -1',
            'sold -1 -1',
          ],
        )} AND (reason <> 'sold' OR reserved_delta = on_hand_delta)`,
      ),
    ],
  )
  .enableRLS();

/** Stock as it is beside what ledger, holds and kuji boxes say it should be. For reports; no sale reads it. */
export const inventoryCheck = popbox
  .view('inventory_check', {
    inventoryId: uuid('inventory_id').notNull(),
    productId: uuid('product_id').notNull(),
    variantId: uuid('variant_id'),
    onHand: integer('on_hand').notNull(),
    reserved: integer('reserved').notNull(),
    ledgerOnHand: integer('ledger_on_hand').notNull(),
    ledgerReserved: integer('ledger_reserved').notNull(),
    received: integer('received').notNull(),
    restocked: integer('restocked').notNull(),
    sold: integer('sold').notNull(),
    writtenOff: integer('written_off').notNull(),
    liveHolds: integer('live_holds').notNull(),
    convertedHolds: integer('converted_holds').notNull(),
    endedOrderHolds: integer('ended_order_holds').notNull(),
    /** Of a kuji product whose box is open. */
    freeNumbers: integer('free_numbers'),
    differences: text('differences').array().notNull(),
  })
  .existing();
