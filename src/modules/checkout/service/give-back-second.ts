import type { Tx } from '../../../db/client.ts';
import type { App } from '../../../kernel/app.ts';
import { orderPaidTwice } from '../checkout.hooks.ts';
import type { Paid } from './book-money.ts';
import type { FinaliseOutcome } from './finalise-order.ts';
import { receivedFrom } from './judge-payment.ts';

/**
 * Step: money for an order that came by another session than its own, whether the order is paid yet or not. It is never
 * taken for the order's: which of two events arrives first must not decide which of two payments is kept.
 */
export async function giveBackSecond(
  tx: Tx,
  app: App,
  paid: Paid & { now: Date },
): Promise<FinaliseOutcome> {
  const { session, orderId, now } = paid;
  const { id: sessionId, paymentIntentId: intentId, currency } = session;
  const amountCents = receivedFrom(session);
  if (intentId === null || amountCents === 0) return 'not_paid';
  const second = { isNew: true };
  await app.hooks.run(orderPaidTwice, tx, {
    orderId,
    sessionId,
    intentId,
    amountCents,
    currency,
    now,
    isKnown: () => {
      second.isNew = false;
    },
  });
  return second.isNew ? 'paid_twice' : 'already_finalised';
}
