import { sql } from 'drizzle-orm';
import type { Tx } from '../../db/client.ts';
import { compileQuery } from '../../db/compile-query.ts';
import type { HoldState, MovementReason } from '../../db/schema/inventory.ts';
import { oneOfIds } from '../../db/one-of.ts';

export type HoldRow = { id: string; orderLineId: string; inventoryId: string; quantity: number };

type TakenValues = {
  holdId: string;
  orderId: string;
  orderLineId: string;
  inventoryId: string;
  quantity: number;
  expiresAt: string;
  now: string;
  actor: string;
};

const takenStock = compileQuery<{ inventoryId: string }, TakenValues>(sql`
  WITH taken AS (
    UPDATE popbox.inventory SET reserved = reserved + ${sql.placeholder('quantity')}::int
    WHERE id = ${sql.placeholder('inventoryId')}::uuid AND on_hand - reserved >= ${sql.placeholder('quantity')}::int
    RETURNING id
  ), held AS (
    INSERT INTO popbox.holds (id, order_id, order_line_id, inventory_id, quantity, expires_at, created_at)
    SELECT ${sql.placeholder('holdId')}::uuid, ${sql.placeholder('orderId')}::uuid, ${sql.placeholder('orderLineId')}::uuid,
      id, ${sql.placeholder('quantity')}::int, ${sql.placeholder('expiresAt')}::timestamptz,
      ${sql.placeholder('now')}::timestamptz
    FROM taken
    RETURNING id, inventory_id, quantity
  )
  INSERT INTO popbox.inventory_movements (inventory_id, reason, on_hand_delta, reserved_delta, hold_id, actor, created_at)
  SELECT inventory_id, 'held', 0, quantity, id, ${sql.placeholder('actor')}, ${sql.placeholder('now')}::timestamptz
  FROM held RETURNING inventory_id AS "inventoryId"`);

/**
 * Takes stock for several lines: of each, check and hold are the same UPDATE. Returns the inventory ids that had enough; the
 * caller rolls back if one is missing.
 *
 * One statement for each line, sent together in id order, so that two carts with the same two things cannot wait for each
 * other. Sent in another order they could, and would be tried again: nothing wrong is written.
 */
export async function insertHolds(
  tx: Tx,
  values: { orderId: string; expiresAt: Date; now: Date; actor: string; lines: readonly HoldRow[] },
): Promise<string[]> {
  const { orderId, lines, actor } = values;
  const [expiresAt, now] = [values.expiresAt.toISOString(), values.now.toISOString()];
  const ordered = [...lines].sort((a, b) => (a.inventoryId < b.inventoryId ? -1 : 1));
  const taken = await Promise.all(
    ordered.map(({ id: holdId, ...line }) =>
      takenStock(tx, { holdId, ...line, orderId, expiresAt, now, actor }),
    ),
  );
  return taken.flatMap((rows) => rows.map(({ inventoryId }) => inventoryId));
}

type EndedValues = {
  orderIds: readonly string[];
  state: Exclude<HoldState, 'live'>;
  reason: MovementReason;
  /** True where the goods leave with the hold. */
  takesGoods: boolean;
  now: string;
  actor: string;
};

const OF_ORDERS = sql`order_id = ${oneOfIds('orderIds')}`;

// Stock is moved once for all holds of a row: an UPDATE would take the first of several and leave out the others.
const endedHolds = compileQuery<HoldRow, EndedValues>(sql`
  WITH flipped AS (
    UPDATE popbox.holds SET state = ${sql.placeholder('state')}, ended_at = ${sql.placeholder('now')}::timestamptz
    WHERE ${OF_ORDERS} AND state = 'live'
    RETURNING id, order_line_id, inventory_id, quantity,
      CASE WHEN ${sql.placeholder('takesGoods')}::boolean THEN quantity ELSE 0 END AS goods
  ), moved AS (
    UPDATE popbox.inventory i SET on_hand = i.on_hand - f.goods, reserved = i.reserved - f.quantity
    FROM (
      SELECT inventory_id, sum(goods)::int AS goods, sum(quantity)::int AS quantity FROM flipped GROUP BY inventory_id
    ) f
    WHERE i.id = f.inventory_id
    RETURNING i.id
  ), recorded AS (
    INSERT INTO popbox.inventory_movements (inventory_id, reason, on_hand_delta, reserved_delta, hold_id, actor, created_at)
    SELECT inventory_id, ${sql.placeholder('reason')}, -goods, -quantity, id, ${sql.placeholder('actor')},
      ${sql.placeholder('now')}::timestamptz
    FROM flipped
  )
  SELECT id, order_line_id AS "orderLineId", inventory_id AS "inventoryId", quantity FROM flipped
  WHERE inventory_id IN (SELECT id FROM moved)`);

const lockedStock = compileQuery<object, { orderIds: readonly string[] }>(sql`
  SELECT id FROM popbox.inventory WHERE id = ANY (array(
    SELECT inventory_id FROM popbox.holds WHERE ${OF_ORDERS} AND state = 'live'))
  ORDER BY id FOR NO KEY UPDATE`);

/**
 * Ends the live holds of orders and moves stock by exactly what was flipped, however often and by whomever it is
 * called: the second call flips nothing and so moves nothing.
 *
 * Several rows are locked before, in id order: the statement that moves them takes them as it finds them. One row has no order
 * to keep, and to lock it first would be one more statement while others wait for it.
 */
export async function endHolds(
  tx: Tx,
  values: Omit<EndedValues, 'now'> & { now: Date; lineCount: number },
): Promise<HoldRow[]> {
  const { lineCount, now, ...rest } = values;
  const [, ended] = await Promise.all([
    lineCount === 1 ? null : lockedStock(tx, { orderIds: rest.orderIds }),
    endedHolds(tx, { ...rest, now: now.toISOString() }),
  ]);
  return ended;
}

/** Adds stock of a row, or takes some away, with its movement. False if less than the held part would remain. */
export async function moveOnHand(
  tx: Tx,
  values: {
    inventoryId: string;
    delta: number;
    reason: 'received' | 'restocked' | 'written_off';
    now: Date;
    actor: string;
    note: string | null;
  },
): Promise<boolean> {
  const { rows } = await tx.execute(sql`
    WITH moved AS (
      UPDATE popbox.inventory SET on_hand = on_hand + ${values.delta}
      WHERE id = ${values.inventoryId}::uuid AND on_hand + ${values.delta} >= reserved
      RETURNING id
    )
    INSERT INTO popbox.inventory_movements (inventory_id, reason, on_hand_delta, reserved_delta, actor, note, created_at)
    SELECT id, ${values.reason}, ${values.delta}, 0, ${values.actor}, ${values.note},
      ${values.now.toISOString()}::timestamptz
    FROM moved RETURNING id`);
  return rows.length === 1;
}
