import type { Sandbox } from '../sandbox/start-sandbox.ts';
import { inTx } from '../src/db/client.ts';
import type { App } from '../src/kernel/app.ts';
import { verifyAudit } from '../src/modules/kuji/index.ts';
import { refreshSearch } from '../src/modules/catalog/index.ts';
import { findMoneyThatDiffers, findOverdueHolds, findUnstoredEvents } from './money-invariants.ts';

/**
 * What must be true of all rows when nothing runs. Each statement selects the rows that break it; the names are those of
 * docs/invariants.md.
 */
const STATEMENTS: Record<string, string> = {
  'I1 0 <= reserved <= on_hand': `
    SELECT id FROM popbox.inventory WHERE NOT (0 <= reserved AND reserved <= on_hand)`,
  'I2 reserved is the sum of live holds': `
    SELECT i.id, i.reserved, coalesce(sum(h.quantity), 0) AS held FROM popbox.inventory i
    LEFT JOIN popbox.holds h ON h.inventory_id = i.id AND h.state = 'live'
    GROUP BY i.id HAVING i.reserved <> coalesce(sum(h.quantity), 0)`,
  'I3 the ledger replays to the row': `
    SELECT i.id, i.on_hand, i.reserved, sum(m.on_hand_delta) AS on_hand_sum, sum(m.reserved_delta) AS reserved_sum
    FROM popbox.inventory i LEFT JOIN popbox.inventory_movements m ON m.inventory_id = i.id
    GROUP BY i.id
    HAVING i.on_hand <> coalesce(sum(m.on_hand_delta), 0) OR i.reserved <> coalesce(sum(m.reserved_delta), 0)`,
  'I4 what came in is there, was sold or written off': `
    SELECT i.id, i.on_hand FROM popbox.inventory i LEFT JOIN popbox.inventory_movements m ON m.inventory_id = i.id
    GROUP BY i.id HAVING coalesce(sum(m.on_hand_delta) FILTER (WHERE m.reason IN ('received', 'restocked')), 0)
      <> i.on_hand - coalesce(sum(m.on_hand_delta) FILTER (WHERE m.reason IN ('sold', 'written_off')), 0)`,
  'I5 a live hold belongs to an order that waits for its payment': `
    SELECT h.id FROM popbox.holds h JOIN popbox.orders o ON o.id = h.order_id
    WHERE h.state = 'live' AND o.status <> 'pending_payment'`,
  'I7 a finalised order has one converted hold per line, an ended one none': `
    SELECT o.id, l.id FROM popbox.orders o JOIN popbox.order_lines l ON l.order_id = o.id
    LEFT JOIN popbox.holds h ON h.order_line_id = l.id AND h.state = 'converted'
    WHERE (o.status IN ('paid', 'packed', 'shipped') AND h.quantity IS DISTINCT FROM l.quantity)
      OR (o.status IN ('expired', 'cancelled') AND h.id IS NOT NULL)`,
  'I6 a line is held or sold once': `
    SELECT order_line_id FROM popbox.holds WHERE state IN ('live', 'converted')
    GROUP BY order_line_id HAVING count(*) > 1`,
  'I10 an order adds up over its lines': `
    SELECT o.id FROM popbox.orders o JOIN popbox.order_lines l ON l.order_id = o.id
    GROUP BY o.id HAVING o.subtotal_cents <> sum(l.line_total_cents)`,
  'I11 a finalised order has its money, a waiting or ended one has none': `
    SELECT o.id, o.status, p.state FROM popbox.orders o JOIN popbox.payments p ON p.order_id = o.id
    WHERE (o.status IN ('paid', 'packed', 'shipped') AND (p.state <> 'paid'
        -- Unless somebody looked at the difference and served the order all the same.
        OR ((p.received_cents <> o.total_cents OR p.received_currency <> o.currency) AND NOT EXISTS (
          SELECT 1 FROM popbox.order_events e WHERE e.order_id = o.id AND e.kind = 'accepted'))))
      OR (o.status IN ('pending_payment', 'expired', 'cancelled') AND p.state = 'paid')`,
  'I11 every order has a payment row': `
    SELECT o.id FROM popbox.orders o LEFT JOIN popbox.payments p ON p.order_id = o.id WHERE p.id IS NULL`,
  'I12 a payment equals its captured entries': `
    SELECT p.id FROM popbox.payments p
    LEFT JOIN popbox.payment_entries e ON e.payment_id = p.id AND e.kind = 'captured'
    GROUP BY p.id HAVING coalesce(sum(e.amount_cents), 0) <> coalesce(p.received_cents, 0)`,
  'I12 what went back equals its entries': `
    SELECT p.id FROM popbox.payments p
    LEFT JOIN popbox.payment_entries e ON e.payment_id = p.id AND e.kind <> 'captured'
    GROUP BY p.id HAVING coalesce(-sum(e.amount_cents), 0) <> p.refunded_cents`,
  'I13 a payment intent belongs to one order, as its payment or as a second one': `
    SELECT s.intent_id FROM popbox.surplus_payments s JOIN popbox.payments p ON p.intent_id = s.intent_id`,
  'I13 a second payment goes back, or somebody is told': `
    SELECT s.id, s.state FROM popbox.surplus_payments s
    WHERE s.state NOT IN ('pending', 'requires_action', 'succeeded')
      AND NOT EXISTS (SELECT 1 FROM popbox.outbox_mails m WHERE m.key = 'second-payment-stuck-notice/' || s.id)
      AND NOT EXISTS (SELECT 1 FROM pgboss.job j WHERE j.name = 'surplus-payment' AND j.data ->> 'surplusId' = s.id::text
        AND j.state IN ('created', 'retry', 'active'))`,
  'I14 refunds that may move money are covered by what came': `
    SELECT p.id FROM popbox.payments p JOIN popbox.refunds r ON r.payment_id = p.id
    WHERE r.state NOT IN ('failed', 'canceled')
    GROUP BY p.id HAVING sum(r.amount_cents) > coalesce(p.received_cents, 0)`,
  'I14 no more of a line is refunded than was bought': `
    SELECT l.id FROM popbox.order_lines l JOIN popbox.refund_lines c ON c.order_line_id = l.id
    JOIN popbox.refunds r ON r.id = c.refund_id AND r.state NOT IN ('failed', 'canceled')
    GROUP BY l.id HAVING sum(c.quantity) > l.quantity`,
  'I14 a ticket is refunded once': `
    SELECT c.ticket_id FROM popbox.refund_tickets c
    JOIN popbox.refunds r ON r.id = c.refund_id AND r.state NOT IN ('failed', 'canceled')
    GROUP BY c.ticket_id HAVING count(*) > 1`,
  'I15 an order is refunded exactly if all that came went back': `
    SELECT o.id FROM popbox.orders o JOIN popbox.payments p ON p.order_id = o.id
    WHERE (o.status = 'refunded') <> (p.received_cents > 0 AND p.received_cents = (
      SELECT coalesce(sum(r.amount_cents), 0) FROM popbox.refunds r
      WHERE r.payment_id = p.id AND r.state = 'succeeded')) IS TRUE`,
  'I17 the timeline of an order ends in its status': `
    SELECT o.id, o.status, e.to_status FROM popbox.orders o
    LEFT JOIN LATERAL (SELECT to_status FROM popbox.order_events
      WHERE order_id = o.id AND to_status IS NOT NULL ORDER BY id DESC LIMIT 1) e ON true
    WHERE e.to_status IS DISTINCT FROM o.status`,
  'I17 expected and received amounts are both kept': `
    SELECT p.id FROM popbox.payments p JOIN popbox.orders o ON o.id = p.order_id
    WHERE p.amount_cents <> o.total_cents OR (p.state IN ('paid', 'refunded') AND p.received_cents IS NULL)`,
  'I18 a finalised kuji line has a ticket per unit, any other none': `
    SELECT l.id, l.quantity, count(t.id) FROM popbox.order_lines l JOIN popbox.orders o ON o.id = l.order_id
    LEFT JOIN popbox.kuji_tickets t ON t.order_line_id = l.id AND t.kind = 'number'
    WHERE l.product_type = 'kuji'
    GROUP BY l.id, o.status
    HAVING (o.status IN ('paid', 'packed', 'shipped') AND count(t.id) <> l.quantity)
      OR (o.status IN ('pending_payment', 'expired', 'cancelled') AND count(t.id) > 0)`,
  'I19 numbers that count are within the set': `
    SELECT t.id FROM popbox.kuji_tickets t JOIN popbox.kuji_sets s ON s.id = t.set_id
    WHERE t.number NOT BETWEEN 1 AND s.tickets`,
  'I27 an event that is over says why, one that is not has a job or failed': `
    SELECT id, state FROM popbox.inbound_events WHERE state IN ('ignored', 'failed', 'parked') AND reason IS NULL`,
  'I31 an event that waits has a job': `
    SELECT e.id FROM popbox.inbound_events e WHERE e.state = 'received' AND NOT EXISTS (
      SELECT 1 FROM pgboss.job j WHERE j.name = 'stripe-event' AND j.data ->> 'inboundId' = e.id::text
        AND j.state IN ('created', 'retry', 'active'))`,
  'I43 an order is frozen exactly while a dispute is open': `
    SELECT o.id FROM popbox.orders o WHERE (o.disputed_at IS NOT NULL) <> EXISTS (
      SELECT 1 FROM popbox.disputes d WHERE d.order_id = o.id AND d.closed_at IS NULL)`,
  'the report on stock finds no difference': `
    SELECT inventory_id, differences FROM popbox.inventory_check WHERE cardinality(differences) > 0`,
  'the report on money finds no difference but those that a person was told of': `
    SELECT payment_id, differences FROM popbox.payment_check
    WHERE NOT differences <@ ARRAY['RECEIVED_DIFFERS_FROM_ORDER', 'SECOND_PAYMENT_NOT_RETURNED']`,
  'I20 every number is free, drawn or burned, as its tickets say': `
    SELECT n.set_id, n.number, n.state FROM popbox.kuji_numbers n
    LEFT JOIN popbox.kuji_tickets t ON t.set_id = n.set_id AND t.number = n.number AND t.kind = 'number'
      AND (t.voided_at IS NULL OR t.revealed_at IS NOT NULL)
    WHERE (n.state = 'free') <> (t.id IS NULL) OR (n.state = 'burned') <> (t.voided_at IS NOT NULL)`,
  'I20 a sealed set has all its numbers, prize by prize': `
    SELECT p.id FROM popbox.kuji_prizes p JOIN popbox.kuji_sets s ON s.id = p.set_id AND s.state <> 'draft'
    LEFT JOIN popbox.kuji_numbers n ON n.prize_id = p.id
    WHERE p.prize_tier <> 'LO'
    GROUP BY p.id HAVING count(n.number) <> p.sealed_quantity`,
  'I21 stock of a kuji product is its free numbers': `
    SELECT i.product_id, i.on_hand FROM popbox.inventory i
    JOIN popbox.kuji_sets s ON s.product_id = i.product_id AND s.state = 'open'
    WHERE i.variant_id IS NULL AND i.on_hand <>
      (SELECT count(*) FROM popbox.kuji_numbers n WHERE n.set_id = s.id AND n.state = 'free')`,
  'I23 a sold-out set that promises a Last One has awarded it': `
    SELECT s.id FROM popbox.kuji_sets s
    JOIN popbox.kuji_prizes p ON p.set_id = s.id AND p.prize_tier = 'LO' AND p.sealed_quantity > 0
    WHERE s.state = 'sold_out' AND NOT EXISTS (
      SELECT 1 FROM popbox.kuji_tickets t WHERE t.set_id = s.id AND t.kind = 'last_one' AND t.voided_at IS NULL)`,
  'I23 the Last One went to the highest hold': `
    SELECT t.id FROM popbox.kuji_tickets t
    WHERE t.kind = 'last_one' AND t.voided_at IS NULL AND t.hold_seq < (
      SELECT max(other.hold_seq) FROM popbox.kuji_tickets other
      WHERE other.set_id = t.set_id AND other.kind = 'number' AND other.voided_at IS NULL
        -- A Last One that was opened stays where it is when its box is reopened and sold further.
        AND other.created_at <= t.created_at)`,
  'a prize counts its opened tickets': `
    SELECT p.id FROM popbox.kuji_prizes p
    LEFT JOIN popbox.kuji_tickets t ON t.prize_id = p.id AND t.revealed_at IS NOT NULL
    GROUP BY p.id HAVING p.revealed_count <> count(t.id)`,
  'the log is complete': `
    SELECT s.id FROM popbox.kuji_sets s LEFT JOIN popbox.kuji_log l ON l.set_id = s.id
    GROUP BY s.id HAVING s.log_length <> count(l.index) OR s.log_length <> coalesce(max(l.index), 0)`,
  'I26 an order that became paid has one confirmation and one notice': `
    SELECT o.id FROM popbox.orders o WHERE o.status IN ('paid', 'packed', 'shipped') AND 2 <> (
      SELECT count(*) FROM popbox.outbox_mails m
      WHERE m.key IN ('order-confirmed/' || o.id, 'order-notice/' || o.id))`,
  'I26 an order that needs attention has told both sides': `
    SELECT o.id FROM popbox.orders o WHERE o.status = 'paid_needs_attention' AND NOT (
      EXISTS (SELECT 1 FROM popbox.outbox_mails m WHERE m.order_id = o.id
        AND m.kind IN ('order-attention', 'order-late-payment', 'order-disputed'))
      AND EXISTS (SELECT 1 FROM popbox.outbox_mails m WHERE m.order_id = o.id
        AND m.kind IN ('order-attention-notice', 'order-late-payment-notice', 'order-disputed-notice')))`,
  'I30 an answered attempt names an order': `
    SELECT id FROM popbox.checkout_attempts WHERE state = 'done' AND order_id IS NULL`,
  'I33 a standard product has one active default, a kuji no variants': `
    SELECT p.id FROM popbox.products p LEFT JOIN popbox.variants v ON v.product_id = p.id AND v.removed_at IS NULL
    GROUP BY p.id HAVING count(v.id) FILTER (WHERE v.is_default AND v.is_active)
      <> CASE p.product_type WHEN 'standard' THEN 1 ELSE 0 END
      OR (p.product_type = 'kuji' AND count(v.id) > 0)`,
  'I33 prices of a standard product are those of its active variants': `
    SELECT p.id FROM popbox.products p JOIN popbox.variants v ON v.product_id = p.id AND v.is_active
    GROUP BY p.id HAVING p.min_price_cents <> min(v.price_cents) OR p.max_price_cents <> max(v.price_cents)
      OR p.price_cents <> max(v.price_cents) FILTER (WHERE v.is_default)`,
  'I34 every slug and SKU in use is on the list of those taken': `
    SELECT p.id FROM popbox.products p LEFT JOIN popbox.product_slugs s ON s.slug = p.slug AND s.product_id = p.id
    WHERE s.slug IS NULL
    UNION ALL
    SELECT coalesce(u.id, k.owner_id) FROM popbox.skus k FULL JOIN (
      SELECT id, sku FROM popbox.products WHERE sku IS NOT NULL
      UNION ALL SELECT id, sku FROM popbox.variants WHERE sku IS NOT NULL
    ) u ON u.sku = k.sku AND u.id = k.owner_id
    WHERE u.id IS NULL OR k.sku IS NULL`,
  'I35 an open box promises the price of its product': `
    SELECT s.id FROM popbox.kuji_sets s JOIN popbox.products p ON p.id = s.product_id
    JOIN popbox.kuji_seals seal ON seal.set_id = s.id AND seal.state = 'current'
    WHERE s.state = 'open' AND (s.ticket_price_cents IS DISTINCT FROM p.price_cents
      OR (seal.manifest::jsonb ->> 'ticketPriceCents')::int <> p.price_cents)`,
  'an erased order has no words about a person': `
    SELECT o.id FROM popbox.orders o WHERE o.erased_at IS NOT NULL AND (
      EXISTS (SELECT 1 FROM popbox.order_notes n WHERE n.order_id = o.id AND n.text <> 'Erased')
      OR EXISTS (SELECT 1 FROM popbox.shipments s WHERE s.order_id = o.id
        AND (s.tracking_number IS NOT NULL OR s.tracking_url IS NOT NULL))
      OR EXISTS (SELECT 1 FROM popbox.refunds r WHERE r.order_id = o.id AND r.reason IS NOT NULL))`,
  'I31 no advisory lock is left': `
    SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND database = (
      SELECT oid FROM pg_database WHERE datname = current_database())`,
  'I31 no transaction is open': `
    SELECT pid, query FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
      AND application_name = 'popbox-api' AND state LIKE 'idle in transaction%'`,
};

/** What the checks look at: all rows, both sides of the providers, and everything that left the shop. */
export type Observed = {
  app: App;
  sandbox: Sandbox;
  /** Where the API listens. */
  url: string;
  logLines: readonly string[];
};

/** Checks all of it. @throws Error naming each broken invariant with what broke it */
export async function checkInvariants(observed: Observed): Promise<void> {
  const { app } = observed;
  const broken = [
    ...(await findBrokenRows(app)),
    ...(await findOverdueHolds(app)),
    ...(await findMoneyThatDiffers(app)),
    ...(await findUnstoredEvents(observed)),
    ...(await findBadAudits(observed)),
    ...(await findLeakedPrizes(observed)),
    ...(await findStaleDocuments(app)),
    ...(await findStaleStorefront(app)),
    ...findDuplicateMails(observed.sandbox),
  ];
  const waiting = app.database.pool.waitingCount;
  const busy = app.database.pool.totalCount - app.database.pool.idleCount;
  if (waiting + busy > 0)
    broken.push(`I31 pool clients: ${String(busy)} busy, ${String(waiting)} waited for`);
  if (broken.length > 0) throw new Error(`Invariants are broken:\n${broken.join('\n')}`);
}

async function findBrokenRows(app: App): Promise<string[]> {
  const broken: string[] = [];
  for (const [name, statement] of Object.entries(STATEMENTS)) {
    const { rows } = await app.database.pool.query<Record<string, unknown>>(statement);
    if (rows.length > 0) broken.push(`${name}: ${JSON.stringify(rows.slice(0, 5))}`);
  }
  return broken;
}

/** I22: every published history verifies. */
async function findBadAudits({ app, url }: Observed): Promise<string[]> {
  const { rows } = await app.database.pool.query<{ id: string }>(
    `SELECT id FROM popbox.kuji_sets WHERE state <> 'draft'`,
  );
  const broken: string[] = [];
  for (const { id } of rows) {
    const answer = await fetch(`${url}/api/v1/kuji/sets/${id}/audit`);
    const { data } = (await answer.json()) as { data: unknown };
    const steps = await verifyAudit(data);
    const misfit = steps.find((step) => !step.ok);
    if (misfit) broken.push(`I22 ${id}: ${misfit.name}: ${misfit.detail}`);
  }
  return broken;
}

/** I24: no mail and no log line tells a prize that nobody has opened yet. */
async function findLeakedPrizes({ app, sandbox, logLines }: Observed): Promise<string[]> {
  const { rows } = await app.database.pool.query<{ name: string }>(
    `SELECT DISTINCT p.name FROM popbox.kuji_prizes p JOIN popbox.kuji_tickets t ON t.prize_id = p.id
     WHERE t.revealed_at IS NULL AND NOT EXISTS (
       SELECT 1 FROM popbox.kuji_tickets seen WHERE seen.prize_id = p.id AND seen.revealed_at IS NOT NULL)`,
  );
  const texts = [
    ...sandbox.mails().flatMap((mail) => [mail.subject, mail.html, mail.text]),
    ...logLines,
  ];
  return rows
    .filter(({ name }) => texts.some((text) => text.includes(name)))
    .map(({ name }) => `I24 "${name}" was told before its reveal`);
}

/** Whoever changed a product made it findable by what it is now: doing it again changes nothing. */
async function findStaleDocuments(app: App): Promise<string[]> {
  const { rows } = await app.database.pool.query<{ id: string }>(
    'SELECT product_id AS id FROM popbox.product_search ORDER BY product_id DESC LIMIT 1000',
  );
  const stale = await inTx(app, 'findStaleDocuments', (tx) =>
    refreshSearch(
      tx,
      rows.map((row) => row.id),
    ),
  );
  return stale === 0 ? [] : [`search documents of ${String(stale)} products are out of date`];
}

/** I44: what the storefront shows of a product is what stands in the tables that it is gathered from. */
async function findStaleStorefront(app: App): Promise<string[]> {
  const { rows } = await app.database.pool.query<{ stale: number }>(
    `SELECT popbox.refresh_storefront(array(
      SELECT id FROM popbox.products ORDER BY id DESC LIMIT 1000)) AS stale`,
  );
  const stale = rows[0]?.stale ?? 0;
  return stale === 0
    ? []
    : [`I44 the storefront rows of ${String(stale)} products are out of date`];
}

/** I25: at the provider at most one message per key. */
function findDuplicateMails(sandbox: Sandbox): string[] {
  const keys = sandbox.mails().flatMap((mail) => (mail.key === null ? [] : [mail.key]));
  const twice = keys.filter((key, index) => keys.indexOf(key) !== index);
  return twice.length === 0 ? [] : [`I25 sent twice: ${twice.join(', ')}`];
}
