import type { Tx } from '../../../db/client.ts';
import type { StripeSession } from '../../../integrations/stripe/stripe-port.ts';
import type { App } from '../../../kernel/app.ts';
import { findAccountByEmail, reconcileCustomer } from '../../accounts/index.ts';
import { giveOrder, type LockedOrder } from '../../orders/index.ts';
import { recordCapture, type Payment } from '../../payments/index.ts';
import { receivedFrom } from './judge-payment.ts';
import { splitName } from './split-name.ts';

/** A session that Stripe calls paid, and the order it is for. */
export type Paid = { session: StripeSession; orderId: string; actor: string };

/** Step: books what a paid session brought. */
export async function bookMoney(
  tx: Tx,
  payment: Payment,
  paid: Paid & { now: Date },
): Promise<void> {
  const { session, now } = paid;
  await recordCapture(tx, {
    paymentId: payment.id,
    sessionId: payment.sessionId ?? session.id,
    intentId: session.paymentIntentId,
    receivedCents: receivedFrom(session),
    receivedCurrency: session.currency,
    now,
  });
}

/**
 * Step: the customer of an order that is paid now. Who has an account under its e-mail finds the order there, signed in or
 * not.
 */
export async function findCustomer(tx: Tx, app: App, order: LockedOrder): Promise<string> {
  const { customerSnapshot: customer, shippingAddress } = order;
  const name = splitName(shippingAddress.fullName);
  const userId = order.userId ?? (await findAccountByEmail(tx, order.email));
  if (order.userId === null && userId !== null) await giveOrder(tx, { orderId: order.id, userId });
  return reconcileCustomer(tx, {
    id: app.newId(),
    email: customer.email,
    firstName: customer.firstName ?? name.firstName,
    lastName: customer.lastName ?? name.lastName,
    phone: customer.phone,
    userId,
  });
}
