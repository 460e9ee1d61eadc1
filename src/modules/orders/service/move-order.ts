import { sql, type SQL } from 'drizzle-orm';
import type { Tx } from '../../../db/client.ts';
import { compileByKey } from '../../../db/compile-query.ts';
import { insertRows } from '../../../db/prepare-statement.ts';
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
  const [moved] = await moveOrders(tx, [move]);
  if (!moved) throw new Error('No order was moved.');
  return moved;
}

/** Step: the same for several orders in two statements; each must give the same facts, whatever they are. */
export async function moveOrders(tx: Tx, moves: readonly OrderMove[]): Promise<Order[]> {
  for (const { order, to } of moves) {
    checkTransition(order.status, to);
    if (LEAVING.includes(to) && order.disputedAt !== null) {
      throw new Problem(ordersProblems.ORDER_DISPUTED);
    }
  }
  const found = await setFacts(tx, moves);
  const moved = moves.map(({ order, to, facts }) => {
    const now = found.find(({ id }) => id === order.id);
    if (now?.status !== to) {
      throw new Error(
        `Order ${order.id} should go from ${order.status} to ${to} and is ${now?.status ?? 'no longer there'}.`,
      );
    }
    return { ...order, ...facts, ...now };
  });
  const events = moves.map(({ order, to, kind, details = null, now, actor }) => ({
    ...{ orderId: order.id, kind, fromStatus: order.status, toStatus: to },
    ...{ actor, details, createdAt: now },
  }));
  await insertRows(tx, orderEvents, events);
  return moved;
}

/** What the caller's order does not tell: the derived status, and whose it became under the same lock. */
type Moved = Pick<Order, 'id' | 'status' | 'userId'>;

/** One statement for each set of facts. */
const settingFacts = compileByKey<Moved, { moves: string }>();

function setFacts(tx: Tx, moves: readonly OrderMove[]): Promise<Moved[]> {
  const [columns = [], ...others] = moves.map(({ facts }) => columnsOf(facts));
  if (others.some((other) => other.join() !== columns.join())) {
    throw new Error('Orders that are moved together must give the same facts.');
  }
  const rows = moves.map(({ order: { id, status }, facts }) => {
    const values = columnsOf(facts).map((name) => [orders[name].name, facts[name]]);
    return { ...(Object.fromEntries(values) as object), id, status };
  });
  const setting = settingFacts(columns.join(), () => writeSettingFacts(columns));
  return setting(tx, { moves: JSON.stringify(rows) });
}

function columnsOf(facts: Facts): (keyof Facts)[] {
  const names = Object.keys(facts) as (keyof Facts)[];
  return names.filter((name) => facts[name] !== undefined);
}

/** `m` has the order's columns: facts as they are to be, and the status that the caller saw. */
function writeSettingFacts(names: readonly (keyof Facts)[]): SQL {
  const columns = names.map((name) => sql.identifier(orders[name].name));
  const set = columns.map((column) => sql`${column} = m.${column}`);
  // The list of ids finds the orders by their key, whatever the planner thinks how many moves there are.
  return sql`
    WITH moves AS (SELECT * FROM json_populate_recordset(NULL::popbox.orders, ${sql.placeholder('moves')}::json))
    UPDATE popbox.orders o SET ${sql.join(set, sql`, `)}
    FROM moves m
    WHERE o.id = ANY (array(SELECT id FROM moves)) AND o.id = m.id AND o.status = m.status
    RETURNING o.id, o.status, o.user_id AS "userId"`;
}
