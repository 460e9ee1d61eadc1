import { and, eq } from 'drizzle-orm';
import type { Tx } from '../../../db/client.ts';
import { orders, type OrderStatus } from '../../../db/schema/orders.ts';
import { orderEvents } from '../../../db/schema/orders-follow-up.ts';
import { Problem } from '../../../kernel/problems.ts';
import { ordersProblems } from '../orders.problems.ts';
import { checkTransition } from './check-transition.ts';
import type { Order } from './keep-order.ts';

/** Columns that decide the status, and the times that belong to them. */
type Facts = Partial<
  Pick<
    Order,
    | 'paymentState'
    | 'fulfilmentState'
    | 'customerId'
    | 'attentionCode'
    | 'attentionMessage'
    | 'attentionHint'
    | 'attentionAt'
    | 'attentionResolvedAt'
    | 'placedAt'
    | 'paidAt'
    | 'cancelledAt'
    | 'refundedAt'
    | 'expiredAt'
  >
>;

export type OrderMove = {
  order: Pick<Order, 'id' | 'status' | 'disputedAt'>;
  to: OrderStatus;
  facts: Facts;
  /** Name of the event in the order's timeline. */
  kind: string;
  details?: Record<string, string | number | boolean | null>;
  now: Date;
  actor: string;
};

/** Goods do not move while a cardholder's bank may still take the money back. */
const LEAVING: readonly OrderStatus[] = ['packed', 'shipped'];

/**
 * Step: the one way in which an order's status changes. The database derives the status from the facts; that it came
 * out as intended is checked, so a wrong set of facts changes nothing. `order` must be as the lock showed it.
 *
 * @throws Error if the transition is not in the table, or the order is no longer as the caller saw it
 * @throws Problem ORDER_DISPUTED where goods would leave under an open dispute
 */
export async function moveOrder(tx: Tx, move: OrderMove): Promise<Order> {
  const { order, to, now, actor } = move;
  checkTransition(order.status, to);
  if (LEAVING.includes(to) && order.disputedAt !== null) {
    throw new Problem(ordersProblems.ORDER_DISPUTED);
  }
  const [moved] = await tx
    .update(orders)
    .set(move.facts)
    .where(and(eq(orders.id, order.id), eq(orders.status, order.status)))
    .returning();
  if (moved?.status !== to) {
    throw new Error(
      `Order ${order.id} should go from ${order.status} to ${to} and is ${moved?.status ?? 'no longer there'}.`,
    );
  }
  await tx.insert(orderEvents).values({
    orderId: order.id,
    kind: move.kind,
    fromStatus: order.status,
    toStatus: to,
    actor,
    details: move.details ?? null,
    createdAt: now,
  });
  return moved;
}
