import { randomUUID } from 'node:crypto';
import type { SignedIn } from './factories.ts';
import type { World } from './world.ts';
import { loadPayment } from '../src/modules/payments/index.ts';

export type RefundAnswer = {
  status: number;
  code: unknown;
  orderStatus: unknown;
  isReplayed: boolean;
};

/** Sends a refund with a key; the answer may be a refusal. */
export async function refundAs(
  w: World,
  who: SignedIn,
  orderId: string,
  body: object = {},
  key: string | null = randomUUID(),
): Promise<RefundAnswer> {
  const request = w.http
    .post(`/api/v1/admin/orders/${orderId}/refund`)
    .set('Authorization', `Bearer ${who.token}`);
  if (key !== null) request.set('Idempotency-Key', key);
  const response = await request.send(body);
  const { data, errors } = response.body as {
    data?: { status: unknown };
    errors?: { code?: unknown };
  };
  return {
    status: response.status,
    code: errors?.code,
    orderStatus: data?.status,
    isReplayed: response.get('Idempotent-Replayed') === 'true',
  };
}

/** The money of an order, here and at Stripe. */
export async function moneyOf(w: World, orderId: string) {
  const payment = await loadPayment(w.app.database.db, orderId);
  if (!payment?.intentId) throw new Error(`Order ${orderId} is not paid.`);
  const atStripe = await w.app.stripe.listRefunds(payment.intentId);
  const { rows } = await w.app.database.pool.query<{ state: string; amount_cents: number }>(
    'SELECT state, amount_cents FROM popbox.refunds WHERE order_id = $1 ORDER BY id',
    [orderId],
  );
  return {
    intentId: payment.intentId,
    receivedCents: payment.receivedCents ?? 0,
    refundedCents: payment.refundedCents,
    here: rows.map((row) => `${row.state} ${String(row.amount_cents)}`),
    atStripe: atStripe.map((refund) => refund.amountCents),
  };
}

/** The status of an order as it is now. */
export async function statusOf(w: World, orderId: string): Promise<string | undefined> {
  const { rows } = await w.app.database.pool.query<{ status: string }>(
    'SELECT status FROM popbox.orders WHERE id = $1',
    [orderId],
  );
  return rows[0]?.status;
}
