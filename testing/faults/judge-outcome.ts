import { z } from 'zod';
import type { ChildWorld } from '../child/child-world.ts';
import { checkInvariants } from '../invariants.ts';
import type { Count } from './live-history.ts';

/** What is wrong with the shop at the end, one line each; counts what is right. */
export async function judgeOutcome(
  w: ChildWorld,
  initial: ReadonlyMap<string, number>,
  count: Count,
): Promise<string[]> {
  const invariants = await checkInvariants(w).then(
    () => [],
    (error: unknown) => [String(error)],
  );
  return [
    ...invariants,
    ...(await judgePayments(w, count)),
    ...(await judgeStock(w, initial)),
    ...(await judgeMails(w, count)),
    ...(await findUnfinished(w)),
  ];
}

type Row = { status: string; intent: string | null; receivedCents: number | null };

const FINAL: Readonly<Record<string, string>> = {
  paid: 'paid order',
  packed: 'paid order',
  shipped: 'paid order',
  refunded: 'refund',
  paid_needs_attention: 'attention',
};

/** Each payment at Stripe ended as exactly one of: paid order, refund, attention. And none here is not there. */
async function judgePayments(w: ChildWorld, count: Count): Promise<string[]> {
  const { rows } = await w.app.database.pool.query<Row & { id: string }>(
    `SELECT o.id, o.status, p.intent_id AS intent, p.received_cents AS "receivedCents"
     FROM popbox.orders o JOIN popbox.payments p ON p.order_id = o.id`,
  );
  const orders = new Map(rows.map((row) => [row.id, row]));
  const wrong: string[] = [];
  const paidOrders = new Set<string>();
  for (const payment of await listPayments(w)) {
    const order = orders.get(payment.orderId ?? '');
    const end = FINAL[order?.status ?? ''];
    if (order === undefined || end === undefined || order.intent !== payment.intent) {
      wrong.push(`payment ${payment.intent} ended as ${order?.status ?? 'nothing'}`);
    } else if (order.receivedCents !== payment.cents) {
      wrong.push(`payment ${payment.intent} was booked with another amount`);
    } else if (paidOrders.has(order.id)) {
      wrong.push(`order ${order.id} was paid twice`);
    } else {
      paidOrders.add(order.id);
      count(`payment ended as ${end}`);
    }
  }
  for (const { id, status } of rows) {
    if (FINAL[status] !== undefined && !paidOrders.has(id))
      wrong.push(`order ${id} is ${status} without a payment`);
    else if (FINAL[status] === undefined) count(`no payment: order ${status}`);
  }
  return wrong;
}

const sessionPage = z.object({
  has_more: z.boolean(),
  data: z.array(
    z.object({
      id: z.string(),
      client_reference_id: z.string().nullable(),
      payment_intent: z
        .object({ id: z.string(), status: z.string(), amount_received: z.number() })
        .nullable(),
    }),
  ),
});

/** Every payment that succeeded at Stripe. */
async function listPayments(w: ChildWorld) {
  const payments: { intent: string; orderId: string | null; cents: number }[] = [];
  for (let after: string | null = ''; after !== null;) {
    const query = new URLSearchParams({ limit: '100', 'expand[]': 'data.payment_intent' });
    if (after !== '') query.set('starting_after', after);
    const answer = await fetch(`${w.sandbox.url}/v1/checkout/sessions?${query.toString()}`, {
      headers: { authorization: `Bearer ${w.sandbox.core.settings.stripeSecretKey}` },
    });
    const page = sessionPage.parse(await answer.json());
    for (const { client_reference_id: orderId, payment_intent: intent } of page.data) {
      if (intent?.status !== 'succeeded') continue;
      payments.push({ intent: intent.id, orderId, cents: intent.amount_received });
    }
    after = page.has_more ? (page.data.at(-1)?.id ?? null) : null;
  }
  return payments;
}

/** What was there, less what was sold, plus what came back, is what is there; and nothing is set aside any more. */
async function judgeStock(w: ChildWorld, initial: ReadonlyMap<string, number>): Promise<string[]> {
  const { rows } = await w.app.database.pool.query<{
    id: string;
    on_hand: number;
    reserved: number;
    sold: number;
    returned: number;
  }>(
    `SELECT i.id, i.on_hand, i.reserved,
       (SELECT coalesce(sum(h.quantity), 0)::int FROM popbox.holds h
        WHERE h.inventory_id = i.id AND h.state = 'converted') AS sold,
       (SELECT coalesce(sum(m.on_hand_delta), 0)::int FROM popbox.inventory_movements m
        WHERE m.inventory_id = i.id AND m.reason = 'restocked') AS returned
     FROM popbox.inventory i`,
  );
  return rows.flatMap((row) => {
    const start = initial.get(row.id) ?? 0;
    const wrong: string[] = [];
    if (row.sold > start + row.returned) wrong.push(`stock ${row.id} was sold twice`);
    if (start - row.sold + row.returned !== row.on_hand) {
      wrong.push(`stock ${row.id} does not add up: ${JSON.stringify({ start, ...row })}`);
    }
    if (row.reserved !== 0)
      wrong.push(`stock ${row.id} still has ${String(row.reserved)} reserved`);
    return wrong;
  });
}

/** Every mail of ours reached the provider exactly once, and nothing else did. */
async function judgeMails(w: ChildWorld, count: Count): Promise<string[]> {
  const { rows } = await w.app.database.pool.query<{ key: string; state: string }>(
    'SELECT key, state FROM popbox.outbox_mails',
  );
  const arrived = new Map<string, number>();
  for (const { key } of w.sandbox.mails()) {
    if (key !== null) arrived.set(key, (arrived.get(key) ?? 0) + 1);
  }
  const wrong = rows.flatMap(({ key, state }) => {
    const times = arrived.get(key) ?? 0;
    arrived.delete(key);
    if (state === 'sent' && times === 1) {
      count('mail sent once');
      return [];
    }
    return [`mail ${key} is ${state} and arrived ${String(times)} times`];
  });
  return [...wrong, ...[...arrived.keys()].map((key) => `mail ${key} is unknown here`)];
}

async function findUnfinished(w: ChildWorld): Promise<string[]> {
  const { rows } = await w.app.database.pool.query<{ what: string }>(
    `SELECT 'order ' || id || ' is still pending' AS what FROM popbox.orders WHERE status = 'pending_payment'
     UNION ALL SELECT 'refund ' || id || ' is still requested' FROM popbox.refunds WHERE state = 'requested'
     UNION ALL SELECT 'event ' || event_id || ' is ' || state FROM popbox.inbound_events
       WHERE state IN ('received', 'failed')`,
  );
  return rows.map(({ what }) => what);
}
