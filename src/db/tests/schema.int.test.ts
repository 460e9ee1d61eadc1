import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import {
  aKuji,
  anOpenCheckout,
  aPaidOrder,
  aProduct,
  aVariant,
} from '../../../testing/factories.ts';
import { runSql, withDatabase } from '../../../testing/run-sql.ts';
import { world, type World } from '../../../testing/world.ts';
import { migrateDatabase } from '../../main/migrate-database.ts';
import { pgError } from '../pg-error.ts';
import { NEXT_STATUSES, ORDER_STATUSES } from '../schema/orders.ts';

let w: World;
let client: pg.PoolClient;

/** A sold-out box with its Last One, a half-sold one, sold and held goods, a paid and a waiting order. */
beforeAll(async () => {
  w = await world();
  const sold = await aProduct(w);
  const held = await aProduct(w);
  await aVariant(w, sold.productId);
  const soldOut = await aKuji(w, { tickets: 3 });
  const onSale = await aKuji(w, { tickets: 5 });
  await aPaidOrder(w, [
    { productId: sold.productId, productVariantId: sold.variantId, quantity: 1 },
    { productId: soldOut.productId, quantity: 3 },
    { productId: onSale.productId, quantity: 2 },
  ]);
  await anOpenCheckout(w, [
    { productId: held.productId, productVariantId: held.variantId, quantity: 1 },
  ]);
  client = await w.app.database.pool.connect();
});
afterAll(async () => {
  client.release();
  await w.close();
});

/** Runs SQL and takes it back. Returns the database's error, or null if it took it. */
async function attempt(statement: string): Promise<pg.DatabaseError | null> {
  await client.query('BEGIN');
  try {
    await client.query(statement);
    return null;
  } catch (error) {
    const refusal = pgError(error);
    if (!refusal) throw error;
    return refusal;
  } finally {
    await client.query('ROLLBACK');
  }
}

/** INSERT of a copy of one row with some columns (pairs as for jsonb_build_object) changed. */
function copyOf(table: string, where: string, changes: string): string {
  return `INSERT INTO popbox.${table} OVERRIDING SYSTEM VALUE
    SELECT (jsonb_populate_record(t, jsonb_build_object(${changes}))).*
    FROM popbox.${table} t WHERE ${where} LIMIT 1`;
}

const update = (table: string, assignments: string, where = 'true') =>
  `UPDATE popbox.${table} SET ${assignments} WHERE ${where}`;

const suppress = (email: string, reason: string) =>
  `INSERT INTO popbox.suppressed_addresses (id, email, reason)
   VALUES (gen_random_uuid(), '${email}', '${reason}')`;

const NEW_ID = `'id', gen_random_uuid()`;
const OTHER_ORDER = `(SELECT id FROM popbox.orders o WHERE o.id <> t.order_id)`;
const OTHER_PRODUCT = `(SELECT product_id FROM popbox.variants v WHERE v.product_id <> t.product_id LIMIT 1)`;
const OTHER_PRIZE = `(SELECT id FROM popbox.kuji_prizes p WHERE p.set_id <> t.set_id LIMIT 1)`;
/** A ticket that no unique index counts, so that only what a copy changes can be refused. */
const VOIDED = `${NEW_ID}, 'voided_at', now(), 'void_reason', 'test'`;
const LAST_ONE = `kind = 'last_one'`;

function insertSurplus(
  changed: Partial<{ session: string; intent: string; amount: number; state: string }>,
): string {
  const { session = 'cs_1', intent = 'pi_1', amount = 1, state = 'requested' } = changed;
  return `INSERT INTO popbox.surplus_payments (id, order_id, session_id, intent_id, amount_cents, currency, state)
    SELECT gen_random_uuid(), id, '${session}', '${intent}', ${String(amount)}, 'CAD', '${state}' FROM popbox.orders LIMIT 1`;
}

function insertDispute(amountCents: number): string {
  return `INSERT INTO popbox.disputes (id, order_id, provider_ref, amount_cents, currency, status)
    SELECT gen_random_uuid(), id, 'du_1', ${String(amountCents)}, 'CAD', 'needs_response' FROM popbox.orders LIMIT 1`;
}

/** INSERT of a parcel with these columns and values. */
const aParcel = (columns: string, values: string, rows = 1) =>
  `INSERT INTO popbox.shipments (id, order_id, ${columns})
    SELECT gen_random_uuid(), id, ${values} FROM (SELECT id FROM popbox.orders LIMIT 1) o, generate_series(1, ${String(rows)})`;

/** [constraint or unique index, a statement that it must refuse] */
const REFUSED: readonly (readonly [string, string])[] = [
  ['products_prices', update('products', 'min_price_cents = 0, max_price_cents = price_cents - 1')],
  ['products_prices', update('products', 'price_cents = max_price_cents + 1')],
  ['products_prices', update('products', 'min_price_cents = -1')],
  ['products_purchase_limit', update('products', 'purchase_limit = 0')],
  ['products_purchase_limit', update('products', 'purchase_limit = 1001')],
  ['orders_browser_hash', update('orders', `browser_hash = 'the secret itself'`)],
  ['variants_removed', update('variants', 'removed_at = now()', 'is_active')],
  [
    'product_slugs_pkey',
    `WITH former AS (
        INSERT INTO popbox.product_slugs (slug, product_id) SELECT 'former', id FROM popbox.products LIMIT 1
        RETURNING product_id)
      UPDATE popbox.products SET slug = 'former'
      WHERE id = (SELECT id FROM popbox.products WHERE id <> (SELECT product_id FROM former) LIMIT 1)`,
  ],
  [
    'skus_pkey',
    `WITH variant AS (UPDATE popbox.variants SET sku = 'TWICE'
        WHERE id = (SELECT id FROM popbox.variants LIMIT 1) RETURNING id)
      UPDATE popbox.products SET sku = 'TWICE' WHERE id = (SELECT id FROM popbox.products LIMIT 1)`,
  ],
  [
    'inventory_variant_of_product_fk',
    `UPDATE popbox.inventory t SET product_id = ${OTHER_PRODUCT} WHERE variant_id IS NOT NULL`,
  ],
  ['inventory_reserved_within_on_hand', update('inventory', 'reserved = on_hand + 1')],
  ['inventory_reserved_within_on_hand', update('inventory', 'reserved = -1')],
  ['holds_line_of_order_fk', `UPDATE popbox.holds t SET order_id = ${OTHER_ORDER}`],
  ['holds_one_that_counts_per_line', copyOf('holds', `state = 'live'`, NEW_ID)],
  ['holds_one_that_counts_per_line', copyOf('holds', `state = 'converted'`, NEW_ID)],
  [
    'holds_one_that_counts_per_line',
    copyOf('holds', `state = 'converted'`, `${NEW_ID}, 'state', 'live', 'ended_at', NULL`),
  ],
  ['holds_ended', update('holds', 'ended_at = now()', `state = 'live'`)],
  [
    'inventory_movements_held_once',
    copyOf('inventory_movements', `reason = 'held'`, `'id', 1000000`),
  ],
  [
    'inventory_movements_ended_once',
    copyOf('inventory_movements', `reason = 'sold'`, `'id', 1000000`),
  ],
  [
    'inventory_movements_ended_once',
    copyOf(
      'inventory_movements',
      `reason = 'sold'`,
      `'id', 1000000, 'reason', 'hold_expired', 'on_hand_delta', 0`,
    ),
  ],
  [
    'inventory_movements_hold',
    copyOf('inventory_movements', `reason = 'held'`, `'id', 1000000, 'hold_id', NULL`),
  ],
  [
    'inventory_movements_hold',
    copyOf(
      'inventory_movements',
      `reason = 'received'`,
      `'id', 1000000, 'hold_id', (SELECT id FROM popbox.holds LIMIT 1)`,
    ),
  ],
  [
    'inventory_movements_deltas',
    copyOf('inventory_movements', `reason = 'received'`, `'id', 1000000, 'on_hand_delta', -1`),
  ],
  [
    'order_lines_variant_of_product_fk',
    copyOf(
      'order_lines',
      'variant_id IS NOT NULL',
      `${NEW_ID}, 'line_number', 20, 'product_id', ${OTHER_PRODUCT}`,
    ),
  ],
  [
    'orders_attention_about_money',
    update(
      'orders',
      `attention_code = 'X', attention_message = 'x', attention_hint = 'x', attention_at = now()`,
      'paid_at IS NULL',
    ),
  ],
  ['orders_public_id', update('orders', `public_id = 'PBX-0123abcdef'`)],
  ['orders_public_id', update('orders', `public_id = 'PBX-0123ABCDE'`)],
  ['orders_paid_time', update('orders', `paid_at = NULL`, 'paid_at IS NOT NULL')],
  ['orders_disputed_when_paid', update('orders', 'disputed_at = now()', 'paid_at IS NULL')],
  ['surplus_payments_amount', insertSurplus({ amount: 0 })],
  [
    'surplus_payments_state',
    `${insertSurplus({})}; ${update('surplus_payments', `state = 'lost', provider_ref = 're_1'`)}`,
  ],
  ['surplus_payments_answered', insertSurplus({ state: 'succeeded' })],
  ['surplus_payments_intent', `${insertSurplus({})}; ${insertSurplus({ session: 'cs_other' })}`],
  ['surplus_payments_session', `${insertSurplus({})}; ${insertSurplus({ intent: 'pi_other' })}`],
  ['disputes_amount', insertDispute(-1)],
  ['disputes_provider_ref', `${insertDispute(1)}; ${insertDispute(1)}`],
  ['orders_amounts', update('orders', 'total_cents = total_cents + 1')],
  [
    'orders_amounts',
    update('orders', 'discount_cents = -1, total_cents = total_cents + 1 + discount_cents'),
  ],
  [
    'orders_amounts',
    update(
      'orders',
      'discount_cents = subtotal_cents + 1, total_cents = shipping_cents + tax_cents - 1',
    ),
  ],
  ['orders_amounts', update('orders', 'pst_cents = -1, gst_cents = gst_cents + pst_cents + 1')],
  [
    'orders_attention_complete',
    update(
      'orders',
      `attention_code = 'X', attention_message = 'x', attention_at = now()`,
      'paid_at IS NOT NULL',
    ),
  ],
  [
    'orders_attention_complete',
    update('orders', 'attention_resolved_at = now()', 'paid_at IS NOT NULL'),
  ],
  ['payments_failed_time', update('payments', 'failed_at = now()', `state = 'paid'`)],
  ['payments_failed_time', update('payments', `state = 'failed'`, `state = 'pending'`)],
  ['payments_refunded_in_full', update('payments', `state = 'refunded'`, `state = 'paid'`)],
  [
    'payments_refunded_in_full',
    update('payments', 'refunded_cents = received_cents', `state = 'paid'`),
  ],
  [
    'payments_refunded_in_full',
    update('payments', `state = 'refunded', received_cents = 0`, `state = 'paid'`),
  ],
  ['payments_amounts', update('payments', 'refunded_cents = received_cents + 1', `state = 'paid'`)],
  ['payments_currency', update('payments', `currency = 'USD'`)],
  ['inbound_events_reason', update('inbound_events', `state = 'ignored', reason = NULL`)],
  ...['failed', 'parked'].map(
    (state) =>
      [
        'inbound_events_reason',
        update('inbound_events', `state = '${state}', reason = NULL, processed_at = NULL`),
      ] as const,
  ),
  ['outbox_mails_no_secret_when_sent', update('outbox_mails', `sealed_secret = 'x'`)],
  ['outbox_mails_round', update('outbox_mails', 'round = 0')],
  ['outbox_mails_delivery', update('outbox_mails', `delivery = 'lost', delivery_at = now()`)],
  ['outbox_mails_delivery_of_sent', update('outbox_mails', `delivery = 'bounced'`)],
  ['outbox_mails_delivery_of_sent', update('outbox_mails', `delivery_reason = 'x'`)],
  [
    'outbox_mails_delivery_of_sent',
    update(
      'outbox_mails',
      `state = 'dead', sent_at = NULL, delivery = 'bounced', delivery_at = now()`,
    ),
  ],
  ['suppressed_addresses_email_normalised', suppress('A@example.com', 'bounced')],
  ['suppressed_addresses_reason', suppress('a@example.com', 'tired')],
  [
    'suppressed_addresses_one_form',
    `${suppress('a@example.com', 'bounced')}; ${update('suppressed_addresses', 'email = NULL')}`,
  ],
  [
    'suppressed_addresses_hash_shape',
    `${suppress('a@example.com', 'bounced')}; ${update('suppressed_addresses', `email = NULL, address_hash = 'a'`)}`,
  ],
  [
    'suppressed_addresses_hash',
    `${suppress('a@example.com', 'bounced')}; ${suppress('b@example.com', 'bounced')};
     ${update('suppressed_addresses', `email = NULL, address_hash = repeat('0', 64)`)}`,
  ],
  [
    'suppressed_addresses_email',
    `${suppress('a@example.com', 'bounced')}; ${suppress('a@example.com', 'complained')}`,
  ],
  ['outbox_mails_erased', update('outbox_mails', 'erased_at = now()')],
  [
    'outbox_mails_erased',
    update(
      'outbox_mails',
      `erased_at = now(), html = '', text = '', state = 'queued', sent_at = NULL`,
    ),
  ],
  ['customers_erased', update('customers', 'erased_at = now()')],
  [
    'customers_erased',
    update(
      'customers',
      `erased_at = now(), email = 'erased-1@erased.invalid', last_name = NULL, phone = NULL, first_name = 'Aiko'`,
    ),
  ],
  ['orders_erased', update('orders', 'erased_at = now()', `status = 'paid'`)],
  [
    'orders_erased',
    update(
      'orders',
      `erased_at = now(), email = 'erased-1@erased.invalid'`,
      `status = 'pending_payment'`,
    ),
  ],
  ['kuji_sets_draft_has_no_tickets', update('kuji_sets', `state = 'draft'`, `state = 'open'`)],
  ['kuji_sets_draft_has_no_tickets', update('kuji_sets', 'tickets = 0', `state = 'open'`)],
  ['kuji_sets_sold_out', update('kuji_sets', 'sold_out_at = NULL', `state = 'sold_out'`)],
  ['kuji_sets_closed', update('kuji_sets', 'closed_at = now()')],
  ['kuji_sets_published_when_closed', update('kuji_sets', 'published_at = now()')],
  [
    'kuji_prizes_last_one_is_single',
    update('kuji_prizes', 'initial_quantity = 2', `prize_tier = 'LO'`),
  ],
  [
    'kuji_numbers_prize_of_set_fk',
    copyOf('kuji_numbers', 'true', `'number', 1000, 'prize_id', ${OTHER_PRIZE}`),
  ],
  [
    'kuji_tickets_prize_of_set_fk',
    copyOf('kuji_tickets', LAST_ONE, `${VOIDED}, 'prize_id', ${OTHER_PRIZE}`),
  ],
  [
    'kuji_tickets_line_of_order_fk',
    copyOf('kuji_tickets', LAST_ONE, `${VOIDED}, 'order_id', ${OTHER_ORDER}`),
  ],
  ['kuji_tickets_number_fk', copyOf('kuji_tickets', LAST_ONE, `${VOIDED}, 'number', 1000`)],
  [
    'kuji_tickets_one_last_one',
    copyOf('kuji_tickets', LAST_ONE, `${NEW_ID}, 'ticket_number', 'KTEST-LO'`),
  ],
  [
    // Seen, so it cannot be won again, although it was taken back.
    'kuji_tickets_one_last_one',
    `${update('kuji_tickets', `revealed_at = now(), voided_at = now(), void_reason = 'test'`, LAST_ONE)};
    ${copyOf('kuji_tickets', LAST_ONE, `${NEW_ID}, 'ticket_number', 'KTEST-LO', 'voided_at', NULL, 'void_reason', NULL`)}`,
  ],
  [
    'kuji_tickets_number_taken',
    copyOf(
      'kuji_tickets',
      `kind = 'number'`,
      `${NEW_ID}, 'seq', 1000, 'ticket_number', 'KTEST-0001'`,
    ),
  ],
  [
    'kuji_tickets_ticket_number',
    copyOf(
      'kuji_tickets',
      `EXISTS (SELECT FROM popbox.kuji_sets s WHERE s.id = t.set_id AND s.state = 'open')`,
      `${NEW_ID}, 'seq', 1000, 'number', (SELECT min(n.number) FROM popbox.kuji_numbers n
        WHERE n.set_id = t.set_id AND n.state = 'free')`,
    ),
  ],
  ['shipments_position', aParcel('position', '1', 2)],
  ['shipments_position_counts', aParcel('position', '0')],
  ['shipments_filled', aParcel('position, carrier_name', `1, ' '`)],
  ['shipments_filled', aParcel('position, tracking_number', `1, ''`)],
  ['shipments_url', aParcel('position, tracking_url', `1, 'javascript:alert(1)'`)],
  ['shipments_derived_url', aParcel('position, is_url_derived', '1, true')],
  ['shipments_delivered_after_shipped', aParcel('position, delivered_at', '1, now()')],
  [
    'shipments_delivered_after_shipped',
    aParcel('position, shipped_at, delivered_at', `1, now(), now() - interval '1 day'`),
  ],
  [
    'order_notes_text',
    `INSERT INTO popbox.order_notes (id, order_id, actor, text)
      SELECT gen_random_uuid(), id, 'test', ' ' FROM popbox.orders LIMIT 1`,
  ],
];

/** [table, what a trigger must refuse] */
const KEPT: readonly (readonly [string, string])[] = [
  ...keptColumns('kuji_seals', [
    'set_id',
    'manifest',
    'manifest_hash',
    'commitment',
    'root',
    'seed',
    'sealed_at',
  ]),
  ...keptColumns('kuji_numbers', ['set_id', 'number', 'prize_id']),
  ...keptColumns('kuji_tickets', [
    'set_id',
    'kind',
    'number',
    'ticket_number',
    'order_id',
    'order_line_id',
    'prize_id',
    'seq',
    'hold_seq',
    'entropy',
    'free_count',
  ]),
  ...keptColumns('order_lines', ['unit_price_cents']),
  ...keptColumns('order_events', ['kind']),
  ...keptColumns('inventory_movements', ['note']),
  ...keptColumns('payment_entries', ['amount_cents']),
  ...keptColumns('kuji_log', ['hash']),
  ...keptColumns('audit_entries', ['actor']),
  ...[
    'kuji_seals',
    'kuji_tickets',
    'order_lines',
    'order_events',
    'inventory_movements',
    'payment_entries',
    'kuji_log',
    'audit_entries',
  ].map((table) => [table, `DELETE FROM popbox.${table}`] as const),
];

function keptColumns(table: string, names: readonly string[]) {
  return names.map((column) => [table, update(table, `${column} = ${column}`)] as const);
}

describe('the database refuses', () => {
  it.each(REFUSED)('what breaks %s (%#)', async (constraint, statement) => {
    expect((await attempt(statement))?.constraint).toBe(constraint);
  });

  it.each(KEPT)('to rewrite %s: %s', async (table, statement) => {
    const refusal = await attempt(statement);
    expect(refusal?.code).toBe('23001');
    expect(refusal?.message).toContain(table);
  });

  it('a product of another type', async () => {
    const statement = update('products', `product_type = 'kuji'`, `product_type = 'standard'`);
    expect((await attempt(statement))?.code).toBe('23001');
  });

  it('every change of status that is not in the table, and no other', async () => {
    const statuses = [null, ...ORDER_STATUSES];
    const literal = (status: string | null) => (status === null ? 'NULL' : `'${status}'`);
    for (const from of statuses) {
      for (const to of statuses) {
        const refusal = await attempt(
          `INSERT INTO popbox.order_events (order_id, kind, from_status, to_status, actor)
          SELECT id, 'test', ${literal(from)}, ${literal(to)}, 'test' FROM popbox.orders LIMIT 1`,
        );
        const isInTable =
          from === null
            ? to === null || to === 'pending_payment'
            : to !== null && NEXT_STATUSES[from].includes(to);
        const expected = isInTable ? null : 'order_events_transition';
        expect(refusal?.constraint ?? null, `${literal(from)} → ${literal(to)}`).toBe(expected);
      }
    }
  });
});

describe('the schema', () => {
  it('shows nothing to a server that hands tables out: row level security everywhere, no policy', async () => {
    const { rows: tables } = await client.query<{ name: string; secured: boolean }>(`
      SELECT relname AS name, relrowsecurity AS secured FROM pg_class
      WHERE relnamespace = 'popbox'::regnamespace AND relkind IN ('r', 'p')`);
    expect(tables.length).toBeGreaterThan(20);
    expect(tables.filter(({ secured }) => !secured)).toEqual([]);
    expect((await client.query('SELECT policyname FROM pg_policies')).rows).toEqual([]);
  });

  it('keeps out of public', async () => {
    const { rows } = await client.query<{ schema: string; relname: string }>(`
      SELECT relnamespace::regnamespace::text AS schema, relname FROM pg_class
      WHERE relnamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
        AND relnamespace::regnamespace::text NOT IN ('popbox', 'pgboss', 'drizzle')
        AND relnamespace::regnamespace::text NOT LIKE 'pg\\_%'`);
    expect(rows).toEqual([]);
  });

  it('sorts names by their bytes, whatever the locale of the database', async () => {
    const { rows } = await client.query(`
      SELECT collation_name FROM information_schema.columns
      WHERE table_schema = 'popbox' AND table_name = 'products' AND column_name = 'name_key'`);
    expect(rows).toEqual([{ collation_name: 'C' }]);
  });
});

describe('migrations', () => {
  it('fill an empty database, by two starters at once, and change nothing afterwards', async () => {
    const name = `popbox_empty_${String(process.pid)}`;
    const adminUrl = inject('adminDatabaseUrl');
    const url = withDatabase(adminUrl, name);
    await runSql(adminUrl, `CREATE DATABASE ${name}`);
    try {
      await Promise.all([migrateDatabase(url), migrateDatabase(url)]);
      const before = await listObjects(url);
      expect(before.length).toBeGreaterThan(100);
      await migrateDatabase(url);
      expect(await listObjects(url)).toEqual(before);
    } finally {
      await runSql(adminUrl, `DROP DATABASE ${name} WITH (FORCE)`);
    }
  });
});

/** Tables, indexes, views, constraints, triggers and functions with their ids: made again, they would have new ones. */
async function listObjects(url: string): Promise<unknown[]> {
  const other = new pg.Client({ connectionString: url });
  await other.connect();
  try {
    const { rows } = await other.query<{ object: string }>(`
      WITH ours AS (SELECT oid FROM pg_namespace WHERE nspname IN ('popbox', 'pgboss', 'drizzle'))
      SELECT oid || ' ' || relname AS object FROM pg_class WHERE relnamespace IN (SELECT oid FROM ours)
      UNION ALL SELECT oid || ' ' || conname FROM pg_constraint WHERE connamespace IN (SELECT oid FROM ours)
      UNION ALL SELECT oid || ' ' || proname FROM pg_proc WHERE pronamespace IN (SELECT oid FROM ours)
      UNION ALL SELECT oid || ' ' || tgname FROM pg_trigger WHERE NOT tgisinternal
      ORDER BY 1`);
    return rows;
  } finally {
    await other.end();
  }
}
