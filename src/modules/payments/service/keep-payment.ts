import { eq, sql } from 'drizzle-orm';
import type { Reader, Tx } from '../../../db/client.ts';
import { insertRows, prepareStatement } from '../../../db/prepare-statement.ts';
import { payments } from '../../../db/schema/payments.ts';
import { oneOfIds } from '../../../db/one-of.ts';
import type { SessionParams } from '../../../integrations/stripe/stripe-port.ts';
import type { App } from '../../../kernel/app.ts';

export type Payment = typeof payments.$inferSelect;

/** Step: writes down what will be asked of Stripe, before it is asked, so that the question can be repeated. */
export async function openPayment(
  tx: Tx,
  app: Pick<App, 'newId'>,
  request: {
    orderId: string;
    amountCents: number;
    sessionParams: SessionParams;
    sessionExpiresAt: Date;
  },
): Promise<void> {
  await insertRows(tx, payments, [{ id: app.newId(), ...request }]);
}

const paymentOfOrder = prepareStatement((db) =>
  db
    .select()
    .from(payments)
    .where(eq(payments.orderId, sql.placeholder('orderId'))),
);

/** The payment of an order, or null. */
export async function loadPayment(reader: Reader, orderId: string): Promise<Payment | null> {
  const [row] = await paymentOfOrder(reader, { orderId });
  return row ?? null;
}

const paymentsOfOrders = prepareStatement((db) =>
  db
    .select()
    .from(payments)
    .where(sql`${payments.orderId} = ${oneOfIds('orderIds')}`),
);

/** The payments of these orders, in any order. */
export function listPayments(reader: Reader, orderIds: readonly string[]): Promise<Payment[]> {
  return paymentsOfOrders(reader, { orderIds });
}

/** Step: the payment of an order, locked; the last lock in the global order. */
export async function lockPayment(tx: Tx, orderId: string): Promise<Payment | null> {
  const [row] = await tx
    .select()
    .from(payments)
    .where(eq(payments.orderId, orderId))
    .for('no key update');
  return row ?? null;
}

/** The payment that a Stripe session belongs to, or null if the session is not ours. */
export async function findPaymentBySession(
  reader: Reader,
  sessionId: string,
): Promise<Payment | null> {
  const [row] = await reader.select().from(payments).where(eq(payments.sessionId, sessionId));
  return row ?? null;
}

/** The payment that a Stripe payment intent belongs to, or null if the intent is not ours. */
export async function findPaymentByIntent(
  reader: Reader,
  intentId: string,
): Promise<Payment | null> {
  const [row] = await reader.select().from(payments).where(eq(payments.intentId, intentId));
  return row ?? null;
}
