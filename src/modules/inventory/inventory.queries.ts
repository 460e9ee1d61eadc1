import { sql } from 'drizzle-orm';
import type { Tx } from '../../db/client.ts';
import { compileQuery } from '../../db/compile-query.ts';
import type { HoldState, MovementReason } from '../../db/schema/inventory.ts';

export type HoldRow = { id: string; orderLineId: string; inventoryId: string; quantity: number };

type TakenValues = {
  holdIds: readonly string[];
  orderLineIds: readonly string[];
  inventoryIds: readonly string[];
  quantities: readonly number[];
  orderId: string;
  expiresAt: string;
  now: string;
  actor: string;
};

const takenStock = compileQuery<{ inventory_id: string }, TakenValues>(sql`
  WITH wanted AS (
    -- A list behind a SELECT is no part of the plan: else each call would be planned anew, which costs more than it does.
    SELECT * FROM unnest(
      (SELECT ${sql.placeholder('holdIds')}::uuid[]), (SELECT ${sql.placeholder('orderLineIds')}::uuid[]),
      (SELECT ${sql.placeholder('inventoryIds')}::uuid[]), (SELECT ${sql.placeholder('quantities')}::int[])
    ) AS w(hold_id, order_line_id, inventory_id, quantity)
  ), locked AS MATERIALIZED (
    SELECT i.id FROM popbox.inventory i JOIN wanted w ON w.inventory_id = i.id
    ORDER BY i.id FOR NO KEY UPDATE OF i
  ), taken AS (
    UPDATE popbox.inventory i SET reserved = i.reserved + w.quantity
    FROM wanted w JOIN locked l ON l.id = w.inventory_id
    WHERE i.id = w.inventory_id AND i.on_hand - i.reserved >= w.quantity
    RETURNING w.hold_id, w.order_line_id, w.inventory_id, w.quantity
  ), held AS (
    INSERT INTO popbox.holds (id, order_id, order_line_id, inventory_id, quantity, expires_at, created_at)
    SELECT hold_id, ${sql.placeholder('orderId')}::uuid, order_line_id, inventory_id, quantity,
      ${sql.placeholder('expiresAt')}::timestamptz, ${sql.placeholder('now')}::timestamptz
    FROM taken
  )
  INSERT INTO popbox.inventory_movements (inventory_id, reason, on_hand_delta, reserved_delta, hold_id, actor, created_at)
  SELECT inventory_id, 'held', 0, quantity, hold_id, ${sql.placeholder('actor')}, ${sql.placeholder('now')}::timestamptz
  FROM taken RETURNING inventory_id`);

/**
 * Takes stock for several lines in one statement: check and hold are the same UPDATE. Returns the inventory ids that
 * had enough; the caller rolls back if one is missing. Rows are locked in id order first, so that two carts with the
 * same two things cannot wait for each other.
 */
export async function insertHolds(
  tx: Tx,
  values: { orderId: string; expiresAt: Date; now: Date; actor: string; lines: readonly HoldRow[] },
): Promise<string[]> {
  const { orderId, lines, expiresAt, now, actor } = values;
  const rows = await takenStock(tx, {
    holdIds: lines.map((line) => line.id),
    orderLineIds: lines.map((line) => line.orderLineId),
    inventoryIds: lines.map((line) => line.inventoryId),
    quantities: lines.map((line) => line.quantity),
    orderId,
    expiresAt: expiresAt.toISOString(),
    now: now.toISOString(),
    actor,
  });
  return rows.map((row) => row.inventory_id);
}

type EndedValues = {
  orderId: string;
  state: Exclude<HoldState, 'live'>;
  reason: MovementReason;
  /** True where the goods leave with the hold. */
  takesGoods: boolean;
  now: string;
  actor: string;
};

const endedHolds = compileQuery<HoldRow, EndedValues>(sql`
  WITH flipped AS (
    UPDATE popbox.holds SET state = ${sql.placeholder('state')}, ended_at = ${sql.placeholder('now')}::timestamptz
    WHERE order_id = ${sql.placeholder('orderId')}::uuid AND state = 'live'
    RETURNING id, order_line_id, inventory_id, quantity,
      CASE WHEN ${sql.placeholder('takesGoods')}::boolean THEN quantity ELSE 0 END AS goods
  ), locked AS MATERIALIZED (
    SELECT i.id FROM popbox.inventory i JOIN flipped f ON f.inventory_id = i.id
    ORDER BY i.id FOR NO KEY UPDATE OF i
  ), moved AS (
    UPDATE popbox.inventory i SET on_hand = i.on_hand - f.goods, reserved = i.reserved - f.quantity
    FROM flipped f JOIN locked l ON l.id = f.inventory_id
    WHERE i.id = f.inventory_id
    RETURNING f.id, f.order_line_id, f.inventory_id, f.quantity, f.goods
  ), recorded AS (
    INSERT INTO popbox.inventory_movements (inventory_id, reason, on_hand_delta, reserved_delta, hold_id, actor, created_at)
    SELECT inventory_id, ${sql.placeholder('reason')}, -goods, -quantity, id, ${sql.placeholder('actor')},
      ${sql.placeholder('now')}::timestamptz
    FROM moved
  )
  SELECT id, order_line_id AS "orderLineId", inventory_id AS "inventoryId", quantity FROM moved`);

/**
 * Ends the live holds of an order and moves stock by exactly what was flipped, however often and by whomever it is
 * called: the second call flips nothing and so moves nothing.
 */
export function endHolds(
  tx: Tx,
  values: Omit<EndedValues, 'now'> & { now: Date },
): Promise<HoldRow[]> {
  return endedHolds(tx, { ...values, now: values.now.toISOString() });
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
