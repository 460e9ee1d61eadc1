import { z } from 'zod';
import type { ChildWorld } from '../child/child-world.ts';
import type { Count } from './live-history.ts';

const FINAL: Readonly<Record<string, string>> = {
  paid: 'paid order',
  packed: 'paid order',
  shipped: 'paid order',
  refunded: 'refund',
  paid_needs_attention: 'attention',
};

type Payment = { intent: string; orderId: string | null; cents: number; returnedCents: number };
type Order = { id: string; status: string; intent: string | null; receivedCents: number | null };
type Second = { intent: string; orderId: string; state: string; cents: number };

/**
 * Each payment at Stripe ended as exactly one of: paid order, refund, attention; a second one of the same order as money
 * that went back in full. And none here is not there.
 */
export async function judgePayments(w: ChildWorld, count: Count): Promise<string[]> {
  const orders = new Map((await loadOrders(w)).map((order) => [order.id, order]));
  const seconds = new Map((await loadSeconds(w)).map((second) => [second.intent, second]));
  const paidOrders = new Set<string>();
  const wrong: string[] = [];
  for (const payment of await listPayments(w)) {
    const order = orders.get(payment.orderId ?? '');
    const second = seconds.get(payment.intent);
    if (order !== undefined && order.intent === payment.intent) {
      if (paidOrders.has(order.id)) wrong.push(`order ${order.id} was paid twice`);
      paidOrders.add(order.id);
      wrong.push(...judgeFirst(payment, order, count));
    } else if (second !== undefined && second.orderId === payment.orderId) {
      wrong.push(...judgeSecond(payment, second, count));
    } else {
      wrong.push(`payment ${payment.intent} is unknown, its order ${order?.status ?? 'as well'}`);
    }
    seconds.delete(payment.intent);
  }
  for (const { id, status } of orders.values()) {
    if (FINAL[status] !== undefined && !paidOrders.has(id))
      wrong.push(`order ${id} is ${status} without a payment`);
    else if (FINAL[status] === undefined) count(`no payment: order ${status}`);
  }
  for (const intent of seconds.keys()) wrong.push(`second payment ${intent} was never made`);
  return wrong;
}

function judgeFirst(payment: Payment, order: Order, count: Count): string[] {
  const { intent, cents, returnedCents } = payment;
  const end = FINAL[order.status];
  if (end === undefined) return [`payment ${intent} ended as ${order.status}`];
  count(`payment ended as ${end}`);
  const wrong: string[] = [];
  if (order.receivedCents !== cents) wrong.push(`payment ${intent} was booked with another amount`);
  // Whoever gave it back, the shop or somebody in Stripe's Dashboard.
  if ((end === 'refund') !== (returnedCents === cents)) {
    wrong.push(`of payment ${intent} ${String(returnedCents)} went back, its order is ${end}`);
  }
  return wrong;
}

function judgeSecond(payment: Payment, second: Second, count: Count): string[] {
  const { intent, cents, returnedCents } = payment;
  if (second.state === 'succeeded' && second.cents === cents && returnedCents === cents) {
    count('second payment went back');
    return [];
  }
  return [`second payment ${intent} is ${second.state}, ${String(returnedCents)} went back`];
}

async function loadOrders(w: ChildWorld): Promise<Order[]> {
  const { rows } = await w.app.database.pool.query<Order>(
    `SELECT o.id, o.status, p.intent_id AS intent, p.received_cents AS "receivedCents"
     FROM popbox.orders o JOIN popbox.payments p ON p.order_id = o.id`,
  );
  return rows;
}

async function loadSeconds(w: ChildWorld): Promise<Second[]> {
  const { rows } = await w.app.database.pool.query<Second>(
    `SELECT intent_id AS intent, order_id AS "orderId", state, amount_cents AS cents
     FROM popbox.surplus_payments`,
  );
  return rows;
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

/** Every payment that succeeded at Stripe, and how much of it went back. */
async function listPayments(w: ChildWorld): Promise<Payment[]> {
  const payments: Payment[] = [];
  for (let after: string | null = ''; after !== null;) {
    const query = new URLSearchParams({ limit: '100', 'expand[]': 'data.payment_intent' });
    if (after !== '') query.set('starting_after', after);
    const answer = await fetch(`${w.sandbox.url}/v1/checkout/sessions?${query.toString()}`, {
      headers: { authorization: `Bearer ${w.sandbox.core.settings.stripeSecretKey}` },
    });
    const page = sessionPage.parse(await answer.json());
    for (const { client_reference_id: orderId, payment_intent: intent } of page.data) {
      if (intent?.status !== 'succeeded') continue;
      const returnedCents = await readReturned(w, intent.id);
      payments.push({ intent: intent.id, orderId, cents: intent.amount_received, returnedCents });
    }
    after = page.has_more ? (page.data.at(-1)?.id ?? null) : null;
  }
  return payments;
}

async function readReturned(w: ChildWorld, intentId: string): Promise<number> {
  const refunds = await w.app.stripe.listRefunds(intentId);
  return refunds
    .filter(({ status }) => status === 'succeeded')
    .reduce((sum, { amountCents }) => sum + amountCents, 0);
}
