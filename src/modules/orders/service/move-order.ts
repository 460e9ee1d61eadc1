import { and, eq, sql } from 'drizzle-orm';
import type { Tx } from '../../../db/client.ts';
import {
  insertRows,
  prepareStatement,
  type PreparedStatement,
} from '../../../db/prepare-statement.ts';
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
  order: Order;
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
  const [moved] = await setFacts(tx, move);
  if (moved?.status !== to) {
    throw new Error(
      `Order ${order.id} should go from ${order.status} to ${to} and is ${moved?.status ?? 'no longer there'}.`,
    );
  }
  await insertRows(tx, orderEvents, [
    {
      orderId: order.id,
      kind: move.kind,
      fromStatus: order.status,
      toStatus: to,
      actor,
      details: move.details ?? null,
      createdAt: now,
    },
  ]);
  return { ...order, ...move.facts, ...moved };
}

/** What the caller's order does not tell: the derived status, and whose it became under the same lock. */
type Moved = Pick<Order, 'status' | 'userId'>;

/** One statement for each set of facts; what becomes null is part of it. */
const settingFacts = new Map<string, PreparedStatement<Moved[]>>();

function setFacts(tx: Tx, { order, facts }: OrderMove): Promise<Moved[]> {
  const given = Object.entries<unknown>(facts).filter(([, value]) => value !== undefined);
  const shape = given.map(([name, value]) => (value === null ? `${name}=null` : name)).join();
  const known = settingFacts.get(shape) ?? writeSettingFacts(given);
  settingFacts.set(shape, known);
  const values = Object.fromEntries(given.filter(([, value]) => value !== null));
  return known(tx, {
    ...(values as Record<string, string | Date>),
    id: order.id,
    from: order.status,
  });
}

function writeSettingFacts(given: readonly [string, unknown][]): PreparedStatement<Moved[]> {
  const values = given.map(([name, value]) => [
    name,
    value === null ? null : sql.placeholder(name),
  ]);
  return prepareStatement((db) =>
    db
      .update(orders)
      .set(Object.fromEntries(values) as Facts)
      .where(and(eq(orders.id, sql.placeholder('id')), eq(orders.status, sql.placeholder('from'))))
      .returning({ status: orders.status, userId: orders.userId }),
  );
}
