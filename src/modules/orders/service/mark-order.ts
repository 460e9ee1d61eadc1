import { and, eq } from 'drizzle-orm';
import type { Tx } from '../../../db/client.ts';
import { orders } from '../../../db/schema/orders.ts';
import { orderEvents } from '../../../db/schema/orders-follow-up.ts';
import type { Order } from './keep-order.ts';
import { moveOrder, moveOrders } from './move-order.ts';

/**
 * The order's state changes. All are steps: the caller has locked the order and passes it as the lock showed it; each
 * answers the order as it is now, checks the transition and writes an event.
 */
type Change = { order: Order; now: Date; actor: string };

/**
 * Money for these orders arrived, and the goods are the shoppers'. Also for an expired or cancelled order that could be served
 * after all.
 */
export function markPaid(
  tx: Tx,
  changes: readonly (Change & { customerId: string })[],
): Promise<Order[]> {
  return moveOrders(
    tx,
    changes.map(({ order, customerId, now, actor }) => ({
      order,
      to: 'paid',
      facts: paidFacts(order, customerId, now),
      kind: isLate(order) ? 'paid_late' : 'paid',
      now,
      actor,
    })),
  );
}

/** A bank debit is under way: the order stays pending and keeps its holds for days. Repeats change nothing. */
export async function markProcessing(tx: Tx, change: Change): Promise<Order> {
  const { order, now, actor } = change;
  if (order.paymentState === 'processing') return order;
  const [marked] = await tx
    .update(orders)
    .set({ paymentState: 'processing' })
    .where(and(eq(orders.id, order.id), eq(orders.paymentState, 'awaiting')))
    .returning();
  if (!marked) throw new Error(`Order ${order.id} is ${order.status}: no payment of it can begin.`);
  await tx
    .insert(orderEvents)
    .values({ orderId: order.id, kind: 'payment_processing', actor, createdAt: now });
  return marked;
}

/** The goods are in the box, and what its tickets hold with them. */
export function markPacked(tx: Tx, change: Change & { revealedTickets: number }): Promise<Order> {
  const { revealedTickets, ...rest } = change;
  return moveOrder(tx, {
    ...rest,
    to: 'packed',
    facts: { fulfilmentState: 'packed' },
    kind: 'packed',
    details: { revealedTickets },
  });
}

/** The goods have left; `details` name carrier and number for the timeline. */
export function markShipped(
  tx: Tx,
  change: Change & { details: Record<string, string | null> },
): Promise<Order> {
  return moveOrder(tx, {
    ...change,
    to: 'shipped',
    facts: { fulfilmentState: 'shipped' },
    kind: 'shipped',
  });
}

/** Nobody paid in time, and nobody can any more. */
export function markExpired(tx: Tx, change: Change): Promise<Order> {
  const facts = { paymentState: 'expired', expiredAt: change.now } as const;
  return moveOrder(tx, { ...change, to: 'expired', facts, kind: 'expired' });
}

/** The order will not be served. Whoever cancels an order that was paid has given the money back elsewhere. */
export function markCancelled(
  tx: Tx,
  change: Change & { details?: { replacedBy: string } },
): Promise<Order> {
  const { order, now } = change;
  return moveOrder(tx, {
    ...change,
    to: 'cancelled',
    facts: {
      paymentState: 'cancelled',
      cancelledAt: now,
      paidAt: null,
      ...(order.attentionCode === null ? {} : { attentionResolvedAt: now }),
    },
    kind: 'cancelled',
  });
}

/** All that was received went back. Where the goods are stays as it is. */
export function markRefunded(tx: Tx, change: Change): Promise<Order> {
  const { order, now } = change;
  const isOpen = order.attentionCode !== null && order.attentionResolvedAt === null;
  return moveOrder(tx, {
    ...change,
    to: 'refunded',
    facts: {
      paymentState: 'refunded',
      refundedAt: now,
      ...(isOpen ? { attentionResolvedAt: now } : {}),
    },
    kind: 'refunded',
  });
}

/** Money arrived and something does not fit: a person has to look. `code` is UPPER_SNAKE, `hint` says what to do. */
export function markNeedsAttention(
  tx: Tx,
  change: Change & { customerId: string; code: string; message: string; hint: string },
): Promise<Order> {
  const { order, customerId, code, message, hint, now, actor } = change;
  return moveOrder(tx, {
    order,
    to: 'paid_needs_attention',
    facts: {
      ...paidFacts(order, customerId, now),
      attentionCode: code,
      attentionMessage: message,
      attentionHint: hint,
      attentionAt: now,
      attentionResolvedAt: null,
    },
    kind: 'needs_attention',
    details: { code },
    now,
    actor,
  });
}

/** Somebody dealt with it: the order is paid. What was wrong stays on record. */
export function resolveAttention(tx: Tx, change: Change): Promise<Order> {
  return endAttention(tx, change, 'attention_resolved');
}

/** Somebody serves the order as it is, although what was wrong still is: reports leave it in peace from now on. */
export function markAccepted(tx: Tx, change: Change): Promise<Order> {
  return endAttention(tx, change, 'accepted');
}

function endAttention(tx: Tx, change: Change, kind: string): Promise<Order> {
  const { order, now, actor } = change;
  return moveOrder(tx, {
    order,
    to: 'paid',
    facts: { attentionResolvedAt: now },
    kind,
    details: { code: order.attentionCode },
    now,
    actor,
  });
}

function isLate(order: Order): boolean {
  return order.status === 'expired' || order.status === 'cancelled';
}

/** The money is here, whatever was thought before. Times of an earlier payment stay. */
function paidFacts(order: Order, customerId: string, now: Date) {
  return {
    paymentState: 'paid',
    customerId,
    paidAt: order.paidAt ?? now,
    placedAt: order.placedAt ?? now,
    cancelledAt: null,
    expiredAt: null,
    refundedAt: null,
  } as const;
}
