import type { Sandbox } from '../sandbox/start-sandbox.ts';
import { readNow } from '../src/db/client.ts';
import type { StripeSession } from '../src/integrations/stripe/stripe-port.ts';
import { addMs, MINUTE_MS } from '../src/kernel/clock.ts';
import type { App } from '../src/kernel/app.ts';
import { expireHolds } from '../src/modules/checkout/index.ts';

/** The invariants that need both sides: our rows and what Stripe says. */

const OVERDUE_MS = 15 * MINUTE_MS;

/** I8: once due jobs have run, a hold is long overdue only while a bank still has to answer. */
export async function findOverdueHolds(app: App): Promise<string[]> {
  const overdue = async () => {
    const before = addMs(await readNow(app), -OVERDUE_MS);
    const { rows } = await app.database.pool.query<{ session_id: string | null; id: string }>(
      `SELECT DISTINCT o.id, p.session_id FROM popbox.holds h JOIN popbox.orders o ON o.id = h.order_id
       JOIN popbox.payments p ON p.order_id = o.id WHERE h.state = 'live' AND h.expires_at < $1`,
      [before],
    );
    return rows;
  };
  if ((await overdue()).length === 0) return [];
  await expireHolds(app);
  const broken: string[] = [];
  for (const { id, session_id: sessionId } of await overdue()) {
    const session = sessionId === null ? null : await app.stripe.retrieveSession(sessionId);
    const isProcessing = session?.status === 'complete' && session.paymentStatus === 'unpaid';
    if (!isProcessing) broken.push(`I8 order ${id} still holds goods long after its time`);
  }
  return broken;
}

type Money = {
  session_id: string | null;
  intent_id: string | null;
  order_status: string;
  is_held: boolean;
  state: string;
  received_cents: number | null;
  refunds: string[];
};

/** I9, I12, I13, I16: pages that can be paid, money that arrived and money that went back are the same on both sides. */
export async function findMoneyThatDiffers(app: App): Promise<string[]> {
  const here = await loadMoney(app);
  const broken: string[] = [];
  for await (const page of app.stripe.listSessions(0)) {
    for (const session of page) {
      if (!here.orderIds.has(session.orderId ?? '')) continue;
      broken.push(...compareSession(session, here));
      const intent = here.byIntent.get(session.paymentIntentId ?? '');
      if (intent && session.paymentIntentId !== null) {
        broken.push(...(await compareRefunds(app, session.paymentIntentId, intent)));
      }
    }
  }
  return broken;
}

/** `refunds` of a second payment is its state: its money may go back in several refunds, also by hand. */
type Returned = { received_cents: number | null; refunds: string[] | string };

type Here = {
  orderIds: Set<string>;
  byOrder: Map<string, Money>;
  byIntent: Map<string, Returned>;
};

function compareSession(session: StripeSession, here: Here): string[] {
  const { id, status, paymentStatus, paymentIntentId, orderId } = session;
  const money = here.byOrder.get(orderId ?? '');
  const isOwn = money?.session_id === null || money?.session_id === id;
  if (status === 'open') {
    const isFine = isOwn && money.order_status === 'pending_payment' && money.is_held;
    return isFine ? [] : [`I9 ${id} can be paid, its order is ${money?.order_status ?? 'unknown'}`];
  }
  const isPaidHere = isOwn && (money.state === 'paid' || money.state === 'refunded');
  if (status !== 'complete' || paymentStatus === 'unpaid') {
    return isPaidHere ? [`I12 ${id} is paid here and not at Stripe`] : [];
  }
  const booked = here.byIntent.get(paymentIntentId ?? '');
  const received = session.amountReceivedCents ?? session.amountTotalCents;
  if (received === 0 || booked?.received_cents === received) return [];
  return [
    `I12 ${id} brought ${String(received)}, booked is ${String(booked?.received_cents ?? 0)}`,
  ];
}

async function compareRefunds(
  app: App,
  intentId: string,
  { refunds, received_cents }: Returned,
): Promise<string[]> {
  const atStripe = await app.stripe.listRefunds(intentId);
  if (typeof refunds === 'string') {
    const returnedCents = atStripe
      .filter(({ status }) => status === 'succeeded')
      .reduce((sum, { amountCents }) => sum + amountCents, 0);
    return (refunds === 'succeeded') === (returnedCents === received_cents)
      ? []
      : [`I16 ${intentId}: here ${refunds}; at Stripe ${String(returnedCents)} went back`];
  }
  const seen = atStripe.map(
    ({ id, amountCents, status }) => `${id} ${String(amountCents)} ${status}`,
  );
  const [ours, theirs] = [refunds.toSorted().join(', '), seen.toSorted().join(', ')];
  return ours === theirs ? [] : [`I16 ${intentId}: here ${ours}; at Stripe ${theirs}`];
}

async function loadMoney(app: App): Promise<Here> {
  const { pool } = app.database;
  const payments = await pool.query<Money & { order_id: string }>(
    `SELECT p.order_id, p.session_id, p.intent_id, p.state, p.received_cents, o.status AS order_status,
       NOT EXISTS (SELECT 1 FROM popbox.order_lines l WHERE l.order_id = o.id AND NOT EXISTS (
         SELECT 1 FROM popbox.holds h WHERE h.order_line_id = l.id AND h.state = 'live')) AS is_held,
       -- A lost dispute is booked like a refund, but is none at Stripe.
       ARRAY(SELECT r.provider_ref || ' ' || r.amount_cents || ' ' || r.state FROM popbox.refunds r
         WHERE r.payment_id = p.id AND r.provider_ref IS NOT NULL AND r.requested_by <> 'stripe:dispute') AS refunds
     FROM popbox.payments p JOIN popbox.orders o ON o.id = p.order_id`,
  );
  const second = await pool.query<{
    intent_id: string;
    received_cents: number;
    refunds: string;
  }>(
    `SELECT intent_id, amount_cents AS received_cents, state AS refunds FROM popbox.surplus_payments`,
  );
  const byIntent: Here['byIntent'] = new Map(second.rows.map((row) => [row.intent_id, row]));
  for (const row of payments.rows) {
    if (row.intent_id !== null) byIntent.set(row.intent_id, row);
  }
  return {
    orderIds: new Set(payments.rows.map((row) => row.order_id)),
    byOrder: new Map(payments.rows.map((row) => [row.order_id, row])),
    byIntent,
  };
}

/** I28: what was answered with 2xx has its row. */
export async function findUnstoredEvents({
  app,
  sandbox,
}: {
  app: App;
  sandbox: Sandbox;
}): Promise<string[]> {
  const delivered = sandbox
    .deliveries()
    .filter(({ url, outcome }) => outcome === 'delivered' && url.endsWith('/webhooks/stripe'))
    .map(({ eventId }) => eventId);
  const { rows } = await app.database.pool.query<{ id: string }>(
    `SELECT sent.id FROM unnest($1::text[]) AS sent (id)
     WHERE NOT EXISTS (SELECT 1 FROM popbox.inbound_events e WHERE e.event_id = sent.id)`,
    [delivered],
  );
  return rows.length === 0 ? [] : [`I28 answered and not stored: ${JSON.stringify(rows)}`];
}
