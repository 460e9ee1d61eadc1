import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countDeadlocks } from '../../../../testing/count-deadlocks.ts';
import {
  aKuji,
  anOpenCheckout,
  aPerson,
  aProduct,
  checkoutBody,
  setLatePayments,
  type CartItem,
  type OpenCheckout,
} from '../../../../testing/factories.ts';
import { world, type World } from '../../../../testing/world.ts';
import { inTx } from '../../../db/client.ts';
import { releaseHolds, setVariantStock } from '../../inventory/index.ts';
import { finaliseOrders } from '../service/finalise-orders.ts';

let w: World;
beforeAll(async () => {
  w = await world({ poolMax: 40 });
});
afterAll(async () => {
  await w.drain();
  await w.close();
});

const finalise = async (...payments: OpenCheckout[]) => {
  const sessionIds = payments.map(({ sessionId }) => sessionId);
  const ends = await finaliseOrders(w.app, { sessionIds, actor: 'test' });
  return ends.map((end) => (end.status === 'fulfilled' ? end.value : 'failed'));
};

async function aLine(onHand = 10): Promise<CartItem & { productVariantId: string }> {
  const { productId, variantId } = await aProduct(w, { onHand });
  return { productId, productVariantId: variantId, quantity: 1 };
}

/** Paid, and its webhook is lost. */
async function aPayment(items: CartItem[], email?: string): Promise<OpenCheckout> {
  const opened = await anOpenCheckout(w, items, email === undefined ? {} : { email });
  payUnheard(opened);
  return opened;
}

function payUnheard({ sessionId }: OpenCheckout): void {
  w.sandbox.setWebhookMode('drop');
  w.sandbox.pay(sessionId, 'paid');
  w.sandbox.setWebhookMode('normal');
}

async function rowsOf<Row extends object>(text: string, payments: OpenCheckout[]): Promise<Row[]> {
  const ids = payments.map(({ orderId }) => orderId);
  return (await w.app.database.pool.query<Row>(text, [ids])).rows;
}

/** How many transactions wrote these orders last. */
const countWriters = async (payments: OpenCheckout[]) =>
  (await rowsOf('SELECT DISTINCT xmin::text FROM popbox.orders WHERE id = ANY($1)', payments))
    .length;

const countPaid = async (payments: OpenCheckout[]) =>
  (await rowsOf(`SELECT 1 FROM popbox.orders WHERE id = ANY($1) AND status = 'paid'`, payments))
    .length;

/** How often each table was read as a whole so far. */
async function countScans(): Promise<unknown> {
  // Makes the backends hand their counts over.
  await countDeadlocks(w);
  const { rows } = await w.app.database.pool.query(
    `SELECT relname, seq_scan FROM pg_stat_user_tables WHERE schemaname = 'popbox' ORDER BY relname`,
  );
  return rows;
}

const stockOf = ({ productVariantId }: { productVariantId: string }) =>
  w.app.database.pool
    .query(`SELECT on_hand, reserved FROM popbox.inventory WHERE variant_id = $1`, [
      productVariantId,
    ])
    .then(({ rows }) => rows[0] as unknown);

/** A person takes the order's hold away, and the goods with it: its payment cannot be served. */
async function loseGoods({ orderId }: OpenCheckout, line: CartItem & { productVariantId: string }) {
  await inTx(w.app, 'test.lose', (tx, now) =>
    releaseHolds(tx, { orderId, lineCount: 1, as: 'released', now, actor: 'test' }),
  );
  const { productId, productVariantId: variantId } = line;
  await setVariantStock(w.app, { productId, variantId, onHand: 0, actor: 'test', requestId: null });
}

describe('payments that come together', () => {
  it('are served in one transaction, each with all that belongs to it', async () => {
    const [hot, other] = [await aLine(), await aLine()];
    const kuji = await aKuji(w, { tickets: 4 });
    const ticket = { productId: kuji.productId, quantity: 2 };
    const payments = [
      await aPayment([hot]),
      await aPayment([{ ...hot, quantity: 3 }, other]),
      await aPayment([ticket, other]),
      await aPayment([ticket]),
      await aPayment([hot]),
    ];
    expect(await finalise(...payments)).toEqual(Array(5).fill('finalised'));
    expect(await countWriters(payments)).toBe(1);
    // Red if an UPDATE takes the first of several holds of a row only.
    expect(await stockOf(hot)).toEqual({ on_hand: 5, reserved: 0 });
    expect(await stockOf(other)).toEqual({ on_hand: 8, reserved: 0 });
    const facts = await rowsOf(
      `SELECT o.email = c.email AS is_customer, o.status, p.state, p.received_cents = o.total_cents AS is_all,
         (SELECT amount_cents FROM popbox.payment_entries WHERE payment_id = p.id) = o.total_cents AS is_booked,
         (SELECT count(*)::int FROM popbox.outbox_mails m WHERE m.order_id = o.id) AS mails,
         (SELECT count(*)::int FROM popbox.guest_grants g WHERE g.order_id = o.id AND purpose LIKE 'mail:%') AS links,
         (SELECT count(*)::int FROM popbox.order_events e WHERE e.order_id = o.id AND kind = 'paid') AS events
       FROM popbox.orders o JOIN popbox.customers c ON c.id = o.customer_id JOIN popbox.payments p ON p.order_id = o.id
       WHERE o.id = ANY($1)`,
      payments,
    );
    expect(facts).toEqual(
      Array(5).fill({
        ...{ is_customer: true, status: 'paid', state: 'paid', is_all: true, is_booked: true },
        ...{ mails: 2, links: 1, events: 1 },
      }),
    );
    const tickets = await rowsOf<{ order_id: string; kind: string; number: number; seq: number }>(
      `SELECT order_id, kind, number, seq FROM popbox.kuji_tickets WHERE order_id = ANY($1) ORDER BY seq`,
      payments,
    );
    const drawn = tickets.filter(({ kind }) => kind === 'number');
    // The first payment of the two draws first, and no number is drawn twice.
    expect(drawn.map(({ order_id }) => order_id)).toEqual(
      [2, 2, 3, 3].map((index) => payments[index]?.orderId),
    );
    expect(drawn.map(({ number }) => number).sort()).toEqual([1, 2, 3, 4]);
    expect(tickets.filter(({ kind }) => kind === 'last_one')).toMatchObject([
      { order_id: payments[3]?.orderId },
    ]);
  });

  it('belong to the accounts of their e-mails', async () => {
    const { email, token, userId } = await aPerson(w);
    const profile = await w.http
      .get('/api/v1/account/profile')
      .set('Authorization', `Bearer ${token}`);
    expect(profile.status).toBe(200);
    const line = await aLine();
    const [of, guest] = [await aPayment([line], email), await aPayment([line])];
    expect(await finalise(of, guest)).toEqual(['finalised', 'finalised']);
    const [mine] = await rowsOf('SELECT user_id FROM popbox.orders WHERE id = ANY($1)', [of]);
    const [theirs] = await rowsOf('SELECT user_id FROM popbox.orders WHERE id = ANY($1)', [guest]);
    expect([mine, theirs]).toEqual([{ user_id: userId }, { user_id: null }]);
  });

  it('are served but for those that need thought, and these are not forgotten', async () => {
    const line = await aLine();
    const [first, last] = [await aPayment([line]), await aPayment([line])];
    const unpaid = await anOpenCheckout(w, [line]);
    const strange = await anOpenCheckout(w, [line]);
    expect(await w.sandbox.odd('amount_differs', strange.sessionId)).toBe(true);
    payUnheard(strange);
    expect(await finalise(first, strange, unpaid, last, first)).toEqual([
      ...['finalised', 'needs_attention', 'not_paid', 'finalised'],
      // The second time in one batch.
      'already_finalised',
    ]);
    expect(await countWriters([first, last])).toBe(1);
  });

  it('of one e-mail have one customer', async () => {
    const line = await aLine();
    const email = 'twice@example.com';
    const one = await aPayment([line], email);
    const two = await aPayment([line], email);
    expect(await finalise(one, two)).toEqual(['finalised', 'finalised']);
    const customers = await rowsOf(
      'SELECT DISTINCT customer_id FROM popbox.orders WHERE id = ANY($1)',
      [one, two],
    );
    expect(customers).toHaveLength(1);
  });

  it('are served although one of them cannot be', async () => {
    await setLatePayments(w, 'attention');
    const line = await aLine();
    const lost = await aPayment([line]);
    await loseGoods(lost, line);
    const other = await aLine();
    const [first, last] = [await aPayment([other]), await aPayment([other])];
    expect(await finalise(first, lost, last)).toEqual([
      'finalised',
      'needs_attention',
      'finalised',
    ]);
    expect(await stockOf(line)).toEqual({ on_hand: 0, reserved: 0 });
  });

  it('are served although one of them belongs to a name with half a character', async () => {
    const line = await aLine();
    // Its first name ends after 120 units, in the middle of the emoji's pair.
    const fullName = `${'a'.repeat(119)}😀 Lee`;
    const { shippingAddress } = checkoutBody([line]);
    const odd = await anOpenCheckout(w, [line], {
      shippingAddress: { ...shippingAddress, fullName },
    });
    payUnheard(odd);
    const payments = [odd, await aPayment([line])];
    expect(await finalise(...payments)).toEqual(['finalised', 'finalised']);
    expect(await countWriters(payments)).toBe(1);
    const names = await rowsOf(
      'SELECT c.first_name FROM popbox.orders o JOIN popbox.customers c ON c.id = o.customer_id WHERE o.id = ANY($1)',
      [odd],
    );
    expect(names).toEqual([{ first_name: `${'a'.repeat(119)}😀` }]);
  });

  it('do not wait for one that Stripe is slow with', async () => {
    const line = await aLine();
    const [slow, first, last] = [
      await aPayment([line]),
      await aPayment([line]),
      await aPayment([line]),
    ];
    const gate = w.sandbox.gate(`GET /v1/checkout/sessions/${slow.sessionId}`, 'before');
    const all = finalise(slow, first, last);
    await gate.arrived;
    await w.until('the others are paid', async () => (await countPaid([first, last])) === 2);
    expect(await countPaid([slow])).toBe(0);
    gate.open();
    expect(await all).toEqual(['finalised', 'finalised', 'finalised']);
  });

  it('do not wait for an order that somebody else is at', async () => {
    const line = await aLine();
    const [locked, first, last] = [
      await aPayment([line]),
      await aPayment([line]),
      await aPayment([line]),
    ];
    const other = await w.app.database.pool.connect();
    await other.query('BEGIN');
    await other.query('SELECT 1 FROM popbox.orders WHERE id = $1 FOR UPDATE', [locked.orderId]);
    const all = finalise(locked, first, last);
    await w.until('the others are paid', async () => (await countPaid([first, last])) === 2);
    await other.query('COMMIT');
    other.release();
    expect(await all).toEqual(['finalised', 'finalised', 'finalised']);
  });

  // Red if a statement of the transaction lacks the column by which an index finds its rows: everybody of a drop would wait.
  it('are served without reading a whole table', async () => {
    const { productId } = await aKuji(w, { tickets: 10 });
    const items = [{ productId, quantity: 2 }, await aLine()];
    const payments = [await aPayment(items), await aPayment(items)];
    const before = await countScans();
    expect(await finalise(...payments)).toEqual(['finalised', 'finalised']);
    expect(await countScans()).toEqual(before);
    expect(await countWriters(payments)).toBe(1);
  });

  it('fail each for itself', async () => {
    const other = await aLine();
    const [first, last] = [await aPayment([other]), await aPayment([other])];
    const match = `GET /v1/checkout/sessions/${first.sessionId}`;
    // The call and its repeat.
    w.sandbox.fault({ match, kind: 'error_500', times: 2 });
    expect(await finalise(first, last)).toEqual(['failed', 'finalised']);
    expect(await finalise(first)).toEqual(['finalised']);
  });
});

// Red if orders are locked as they come: two workers with the same payments would wait for each other.
it('two workers with the same payments serve each once', async () => {
  const line = await aLine();
  const payments: OpenCheckout[] = [];
  for (let i = 0; i < 8; i += 1) payments.push(await aPayment([line]));
  const [there, back] = await Promise.all([
    finalise(...payments),
    finalise(...payments.toReversed()),
  ]);
  const outcomes = there.map((outcome, index) => [outcome, back.at(-1 - index)].sort());
  expect(outcomes).toEqual(Array(8).fill(['already_finalised', 'finalised']));
});

// Red if a row that changed meanwhile is moved from what it was.
it('several workers with payments for the same goods move each unit once', async () => {
  const lines = [await aLine(20), await aLine(20)] as const;
  const payments: OpenCheckout[] = [];
  for (let i = 0; i < 16; i += 1)
    payments.push(await aPayment([i % 3 === 0 ? lines[1] : lines[0]]));
  const batches = [0, 4, 8].map((from) => payments.slice(from, from + 4));
  const alone = payments.slice(12).map((payment) => [payment]);
  const before = await countDeadlocks(w);
  const outcomes = await Promise.all([...batches, ...alone].map((batch) => finalise(...batch)));
  expect(outcomes.flat()).toEqual(Array(16).fill('finalised'));
  expect(await countDeadlocks(w)).toBe(before);
  expect(await stockOf(lines[0])).toEqual({ on_hand: 10, reserved: 0 });
  expect(await stockOf(lines[1])).toEqual({ on_hand: 14, reserved: 0 });
});
