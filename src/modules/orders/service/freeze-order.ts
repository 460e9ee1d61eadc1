import { eq } from 'drizzle-orm';
import type { Tx } from '../../../db/client.ts';
import { orders } from '../../../db/schema/orders.ts';
import { orderEvents } from '../../../db/schema/orders-follow-up.ts';
import type { Order } from './keep-order.ts';
import { markNeedsAttention, resolveAttention } from './mark-order.ts';

/** What the operator reads while a dispute is open, whatever the order's status. */
export const DISPUTED = {
  code: 'DISPUTED',
  message: 'The cardholder disputes the payment. Packing and tickets are on hold.',
  hint: 'Answer the dispute at Stripe; an inquiry can be refunded. If it is lost in part, accept the order to serve it.',
};

type Change = { order: Order; now: Date; actor: string; details: Record<string, string | number> };

/**
 * Step: a dispute freezes the order: nothing is packed, shipped or opened. An order that waits to be packed also asks for a
 * person; one that is further on keeps its status, because where the goods are has not changed. The caller has locked it.
 */
export async function freezeOrder(tx: Tx, change: Change): Promise<void> {
  const { order, now, actor } = change;
  const { customerId } = order;
  if (customerId === null) throw new Error(`Order ${order.id} is disputed and was never paid.`);
  const disputedAt = order.disputedAt ?? now;
  await tx.update(orders).set({ disputedAt }).where(eq(orders.id, order.id));
  await note(tx, change, 'disputed');
  if (order.status !== 'paid') return;
  await markNeedsAttention(tx, {
    order: { ...order, disputedAt },
    ...DISPUTED,
    customerId,
    now,
    actor,
  });
}

/** Step: the last open dispute has ended. With `isWon` an order that waited for it alone goes on. */
export async function thawOrder(tx: Tx, change: Change & { isWon: boolean }): Promise<void> {
  const { order, isWon, now, actor } = change;
  await tx.update(orders).set({ disputedAt: null }).where(eq(orders.id, order.id));
  await note(tx, change, isWon ? 'dispute_won' : 'dispute_lost');
  const waitsForIt =
    order.status === 'paid_needs_attention' && order.attentionCode === DISPUTED.code;
  if (isWon && waitsForIt) {
    await resolveAttention(tx, { order: { ...order, disputedAt: null }, now, actor });
  }
}

async function note(tx: Tx, change: Change, kind: string): Promise<void> {
  const { order, details, now, actor } = change;
  await tx.insert(orderEvents).values({ orderId: order.id, kind, details, actor, createdAt: now });
}
