import type { Tx } from '../../../db/client.ts';
import type { App } from '../../../kernel/app.ts';
import { formatCents } from '../../../kernel/money.ts';
import { enqueueShopNotice, lockOrder } from '../../orders/index.ts';
import { insertSurplus } from '../queries/keep-surplus.ts';
import { surplusQueue } from '../refunds.queue.ts';

/**
 * Step: writes down money that came for an order beside its own payment, and that it goes back. Row, job and notice exist
 * together or not at all, so a crash only delays the refund.
 */
export async function noteSecondPayment(
  tx: Tx,
  app: App,
  second: {
    orderId: string;
    sessionId: string;
    intentId: string;
    amountCents: number;
    currency: string;
    now: Date;
    isKnown: () => void;
  },
): Promise<void> {
  const { now, isKnown, ...payment } = second;
  const order = await lockOrder(tx, second.orderId);
  if (!order) throw new Error(`Order ${second.orderId} does not exist.`);
  const surplus = await insertSurplus(tx, { id: app.newId(), ...payment, createdAt: now });
  if (!surplus) {
    isKnown();
    return;
  }
  await app.queue.enqueue(tx, surplusQueue, { surplusId: surplus.id });
  await enqueueShopNotice(tx, app, {
    order,
    kind: 'order-paid-twice-notice',
    entityId: surplus.id,
    heading: `Order ${order.publicId} was paid twice`,
    sentences: [
      `A second payment of ${formatCents(surplus.amountCents)} ${surplus.currency} arrived by another payment page.`,
      'All of it goes back by itself. Nothing is to be done unless another mail says that it could not.',
    ],
    now,
  });
}
