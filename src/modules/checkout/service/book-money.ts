import type { Tx } from '../../../db/client.ts';
import type { StripeSession } from '../../../integrations/stripe/stripe-port.ts';
import type { App } from '../../../kernel/app.ts';
import { findAccountsByEmail, reconcileCustomers } from '../../accounts/index.ts';
import { giveOrder, type LockedOrder } from '../../orders/index.ts';
import { recordCaptures, type Payment } from '../../payments/index.ts';
import { receivedFrom } from './judge-payment.ts';
import { splitName } from './split-name.ts';

/** A session that Stripe calls paid, and the order it is for. */
export type Paid = { session: StripeSession; orderId: string; actor: string };

/** Step: books what paid sessions brought. */
export async function bookMoney(
  tx: Tx,
  request: { paid: readonly { payment: Payment; session: StripeSession }[]; now: Date },
): Promise<void> {
  const captures = request.paid.map(({ payment, session }) => ({
    paymentId: payment.id,
    sessionId: payment.sessionId ?? session.id,
    intentId: session.paymentIntentId,
    receivedCents: receivedFrom(session),
    receivedCurrency: session.currency,
  }));
  await recordCaptures(tx, { captures, now: request.now });
}

/**
 * Step: the customers of orders that are paid now, by order. Who has an account under an order's e-mail finds the order there,
 * signed in or not. No two of the orders may have one e-mail or one account.
 */
export async function findCustomers(
  tx: Tx,
  app: App,
  orders: readonly LockedOrder[],
): Promise<(order: LockedOrder) => string> {
  const guests = orders.filter(({ userId }) => userId === null);
  const emails = guests.map(({ email }) => email);
  const accounts = await findAccountsByEmail(tx, emails);
  for (const { id, email } of guests) {
    const userId = accounts.get(email);
    if (userId !== undefined) await giveOrder(tx, { orderId: id, userId });
  }
  const customers = await reconcileCustomers(
    tx,
    orders.map((order) => {
      const { customerSnapshot: customer, shippingAddress } = order;
      const name = splitName(shippingAddress.fullName);
      return {
        id: app.newId(),
        email: customer.email,
        firstName: customer.firstName ?? name.firstName,
        lastName: customer.lastName ?? name.lastName,
        phone: customer.phone,
        userId: order.userId ?? accounts.get(order.email) ?? null,
      };
    }),
  );
  return ({ id, customerSnapshot }) => {
    const customerId = customers.get(customerSnapshot.email);
    if (customerId === undefined) throw new Error(`No customer was found for order ${id}.`);
    return customerId;
  };
}
