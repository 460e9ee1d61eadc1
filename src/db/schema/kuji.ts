import { sql } from 'drizzle-orm';
import {
  check,
  customType,
  foreignKey,
  index,
  integer,
  jsonb,
  primaryKey,
  text,
  unique,
  uniqueIndex,
  uuid,
  varchar,
} from 'drizzle-orm/pg-core';
import { products } from './catalog.ts';
import { createdAt, id, instant, oneOf, popbox, updatedAt } from './columns.ts';
import { orderLines } from './orders.ts';

const bytea = customType<{ data: Buffer }>({ dataType: () => 'bytea' });

export const SET_STATES = ['draft', 'open', 'sold_out', 'closed'] as const;
export type SetState = (typeof SET_STATES)[number];
export const SEAL_STATES = ['current', 'aborted'] as const;
export const NUMBER_STATES = ['free', 'drawn', 'burned'] as const;
export const TICKET_KINDS = ['number', 'last_one'] as const;

/** One box of tickets of one kuji product. */
export const kujiSets = popbox
  .table(
    'kuji_sets',
    {
      id: id(),
      productId: uuid('product_id')
        .notNull()
        .references(() => products.id, { onDelete: 'restrict' }),
      setNumber: integer('set_number').notNull(),
      /** Short code in the ticket numbers, `K<code>-0001`. */
      setCode: varchar('set_code', { length: 12 }).notNull(),
      state: varchar('state', { length: 16, enum: SET_STATES }).notNull().default('draft'),
      /** Tickets in the deck; 0 while draft. */
      tickets: integer('tickets').notNull().default(0),
      /** As the seal promises it; null while draft. A hold at another price is refused. */
      ticketPriceCents: integer('ticket_price_cents'),
      /** `seq` of the last draw. */
      drawCount: integer('draw_count').notNull().default(0),
      /** `holdSeq` of the last hold: order in which tickets left the board. */
      holdCount: integer('hold_count').notNull().default(0),
      logLength: integer('log_length').notNull().default(0),
      /** Hex; head 0 is set by the seal. */
      logHead: varchar('log_head', { length: 64 }),
      sealedAt: instant('sealed_at'),
      soldOutAt: instant('sold_out_at'),
      closedAt: instant('closed_at'),
      /**
       * Seed and deck are public from here on. Not the same as closed: a box that is ended early is closed at once, and
       * published when all its tickets are revealed.
       */
      publishedAt: instant('published_at'),
      closeReason: varchar('close_reason', { length: 300 }),
      /** Since when no ticket may be held; what is paid is drawn all the same. */
      pausedAt: instant('paused_at'),
      createdAt: createdAt(),
    },
    (t) => [
      uniqueIndex('kuji_sets_number').on(t.productId, t.setNumber),
      uniqueIndex('kuji_sets_code').on(t.setCode),
      uniqueIndex('kuji_sets_one_on_sale')
        .on(t.productId)
        .where(sql`state IN ('draft', 'open')`),
      check('kuji_sets_state', oneOf('state', SET_STATES)),
      check(
        'kuji_sets_counts',
        sql`tickets >= 0 AND draw_count >= 0 AND hold_count >= 0 AND log_length >= 0`,
      ),
      check(
        'kuji_sets_sealed',
        sql`state = 'draft' OR (sealed_at IS NOT NULL AND log_head IS NOT NULL)`,
      ),
      check('kuji_sets_draft_has_no_tickets', sql`(state = 'draft') = (tickets = 0)`),
      check('kuji_sets_sold_out', sql`state <> 'sold_out' OR sold_out_at IS NOT NULL`),
      check('kuji_sets_closed', sql`(state = 'closed') = (closed_at IS NOT NULL)`),
      check('kuji_sets_published_when_closed', sql`published_at IS NULL OR state = 'closed'`),
    ],
  )
  .enableRLS();

/**
 * The promise about a box's content, which a trigger keeps. The seed decides the deck: no query but the one that seals,
 * publishes or proves reads that column. An aborted seal stays, with its seed published.
 */
export const kujiSeals = popbox
  .table(
    'kuji_seals',
    {
      id: id(),
      setId: uuid('set_id')
        .notNull()
        .references(() => kujiSets.id, { onDelete: 'restrict' }),
      state: varchar('state', { length: 16, enum: SEAL_STATES }).notNull().default('current'),
      /** Canonical JSON, the very bytes that were hashed. */
      manifest: text('manifest').notNull(),
      manifestHash: varchar('manifest_hash', { length: 64 }).notNull(),
      commitment: varchar('commitment', { length: 64 }).notNull(),
      root: varchar('root', { length: 64 }).notNull(),
      seed: bytea('seed').notNull(),
      sealedAt: instant('sealed_at').notNull(),
      abortedAt: instant('aborted_at'),
    },
    (t) => [
      uniqueIndex('kuji_seals_one_current')
        .on(t.setId)
        .where(sql`state = 'current'`),
      check('kuji_seals_state', oneOf('state', SEAL_STATES)),
      check('kuji_seals_aborted', sql`(state = 'aborted') = (aborted_at IS NOT NULL)`),
      check('kuji_seals_seed_size', sql`octet_length(seed) = 32`),
    ],
  )
  .enableRLS();

/** Prizes of one set. They belong to the set, so that changing the next box leaves sold tickets alone. */
export const kujiPrizes = popbox
  .table(
    'kuji_prizes',
    {
      id: id(),
      setId: uuid('set_id')
        .notNull()
        .references(() => kujiSets.id, { onDelete: 'restrict' }),
      prizeCode: varchar('prize_code', { length: 64 }).notNull(),
      prizeTier: varchar('prize_tier', { length: 64 }).notNull(),
      name: varchar('name', { length: 200 }).notNull(),
      description: text('description'),
      imageUrl: varchar('image_url', { length: 500 }),
      /** Printed on the box. */
      initialQuantity: integer('initial_quantity').notNull(),
      /** In the box when it is sealed (a shop may start with a partly sold paper box); frozen by the seal. */
      sealedQuantity: integer('sealed_quantity').notNull(),
      /** Tickets of this prize opened so far: the only draws that public counts may show. */
      revealedCount: integer('revealed_count').notNull().default(0),
      sortOrder: integer('sort_order').notNull().default(0),
      createdAt: createdAt(),
      updatedAt: updatedAt(),
    },
    (t) => [
      // What foreign keys refer to that name a prize together with its set.
      unique('kuji_prizes_of_set').on(t.setId, t.id),
      uniqueIndex('kuji_prizes_code').on(t.setId, t.prizeCode),
      uniqueIndex('kuji_prizes_one_last_one')
        .on(t.setId)
        .where(sql`prize_tier = 'LO'`),
      index('kuji_prizes_order').on(t.setId, t.sortOrder, t.id),
      check(
        'kuji_prizes_quantities',
        sql`sealed_quantity BETWEEN 0 AND initial_quantity AND revealed_count BETWEEN 0 AND sealed_quantity`,
      ),
      check('kuji_prizes_last_one_is_single', sql`prize_tier <> 'LO' OR initial_quantity <= 1`),
      check('kuji_prizes_sort_order', sql`sort_order >= 0`),
      check(
        'kuji_prizes_texts',
        sql`btrim(name) <> '' AND prize_code <> '' AND prize_code = upper(btrim(prize_code)) AND prize_tier ~ '^([A-Z]|LO)$'`,
      ),
    ],
  )
  .enableRLS();

/** The shuffled deck, a row per number. `prizeId` is secret until the number's ticket is revealed. */
export const kujiNumbers = popbox
  .table(
    'kuji_numbers',
    {
      setId: uuid('set_id').notNull(),
      number: integer('number').notNull(),
      prizeId: uuid('prize_id').notNull(),
      state: varchar('state', { length: 8, enum: NUMBER_STATES }).notNull().default('free'),
    },
    (t) => [
      primaryKey({ name: 'kuji_numbers_pk', columns: [t.setId, t.number] }),
      foreignKey({
        name: 'kuji_numbers_prize_of_set_fk',
        columns: [t.setId, t.prizeId],
        foreignColumns: [kujiPrizes.setId, kujiPrizes.id],
      }).onDelete('restrict'),
      index('kuji_numbers_free')
        .on(t.setId, t.number)
        .where(sql`state = 'free'`),
      check('kuji_numbers_state', oneOf('state', NUMBER_STATES)),
      check('kuji_numbers_positive', sql`number >= 1`),
    ],
  )
  .enableRLS();

/** Drawn tickets, voided ones included, and Last One tickets. */
export const kujiTickets = popbox
  .table(
    'kuji_tickets',
    {
      id: id(),
      setId: uuid('set_id').notNull(),
      kind: varchar('kind', { length: 16, enum: TICKET_KINDS }).notNull().default('number'),
      /** For a Last One ticket: the number that won it. */
      number: integer('number').notNull(),
      ticketNumber: varchar('ticket_number', { length: 32 }).notNull(),
      orderId: uuid('order_id').notNull(),
      orderLineId: uuid('order_line_id').notNull(),
      prizeId: uuid('prize_id').notNull(),
      /** Place in the set's sequence of draws; null for Last One. */
      seq: integer('seq'),
      holdSeq: integer('hold_seq').notNull(),
      /** Hex; public, from the payment's id. Null for Last One. */
      entropy: varchar('entropy', { length: 64 }),
      /** Free numbers at the draw; with `entropy` and `seq` it explains the number. */
      freeCount: integer('free_count'),
      revealedAt: instant('revealed_at'),
      voidedAt: instant('voided_at'),
      voidReason: varchar('void_reason', { length: 300 }),
      createdAt: createdAt(),
    },
    (t) => [
      foreignKey({
        name: 'kuji_tickets_number_fk',
        columns: [t.setId, t.number],
        foreignColumns: [kujiNumbers.setId, kujiNumbers.number],
      }).onDelete('restrict'),
      foreignKey({
        name: 'kuji_tickets_prize_of_set_fk',
        columns: [t.setId, t.prizeId],
        foreignColumns: [kujiPrizes.setId, kujiPrizes.id],
      }).onDelete('restrict'),
      foreignKey({
        name: 'kuji_tickets_line_of_order_fk',
        columns: [t.orderId, t.orderLineId],
        foreignColumns: [orderLines.orderId, orderLines.id],
      }).onDelete('restrict'),
      // A voided ticket's number may be drawn again unless its prize was seen; the same holds for the Last One.
      uniqueIndex('kuji_tickets_number_taken')
        .on(t.setId, t.number)
        .where(sql`kind = 'number' AND (voided_at IS NULL OR revealed_at IS NOT NULL)`),
      uniqueIndex('kuji_tickets_one_last_one')
        .on(t.setId)
        .where(sql`kind = 'last_one' AND (voided_at IS NULL OR revealed_at IS NOT NULL)`),
      uniqueIndex('kuji_tickets_seq').on(t.setId, t.seq),
      uniqueIndex('kuji_tickets_ticket_number')
        .on(t.ticketNumber)
        .where(sql`voided_at IS NULL OR revealed_at IS NOT NULL`),
      index('kuji_tickets_order').on(t.orderId, t.createdAt, t.id),
      index('kuji_tickets_prize').on(t.prizeId),
      index('kuji_tickets_closed')
        .on(t.createdAt)
        .where(sql`revealed_at IS NULL AND voided_at IS NULL`),
      check('kuji_tickets_kind', oneOf('kind', TICKET_KINDS)),
      check(
        'kuji_tickets_draw_explained',
        sql`(kind = 'number') = (seq IS NOT NULL AND entropy IS NOT NULL AND free_count IS NOT NULL)`,
      ),
      check('kuji_tickets_void_reason', sql`(voided_at IS NULL) = (void_reason IS NULL)`),
    ],
  )
  .enableRLS();

/** A hold of tickets and its place in the order in which they left the board. */
export const kujiHolds = popbox
  .table(
    'kuji_holds',
    {
      orderLineId: uuid('order_line_id')
        .primaryKey()
        .references(() => orderLines.id, { onDelete: 'restrict' }),
      setId: uuid('set_id')
        .notNull()
        .references(() => kujiSets.id, { onDelete: 'restrict' }),
      holdSeq: integer('hold_seq').notNull(),
    },
    (t) => [uniqueIndex('kuji_holds_seq').on(t.setId, t.holdSeq)],
  )
  .enableRLS();

/** The set's public history as a hash chain. Append-only. */
export const kujiLog = popbox
  .table(
    'kuji_log',
    {
      setId: uuid('set_id')
        .notNull()
        .references(() => kujiSets.id, { onDelete: 'restrict' }),
      index: integer('index').notNull(),
      entry: jsonb('entry').$type<Record<string, string | number | boolean>>().notNull(),
      /** Hex; the head after this entry. */
      hash: varchar('hash', { length: 64 }).notNull(),
      createdAt: createdAt(),
    },
    (t) => [
      primaryKey({ name: 'kuji_log_pk', columns: [t.setId, t.index] }),
      check('kuji_log_index', sql`index >= 1`),
    ],
  )
  .enableRLS();
