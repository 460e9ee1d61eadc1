import { sql, type SQL } from 'drizzle-orm';
import type { Tx } from '../../db/client.ts';
import type { HoldState, MovementReason } from '../../db/schema/inventory.ts';

export type HoldRow = { id: string; orderLineId: string; inventoryId: string; quantity: number };

/**
 * Takes stock for several lines in one statement: check and hold are the same UPDATE. Returns the inventory ids that
 * had enough; the caller rolls back if one is missing. Rows are locked in id order first, so that two carts with the
 * same two things cannot wait for each other.
 */
export async function insertHolds(
  tx: Tx,
  values: { orderId: string; expiresAt: Date; now: Date; actor: string; lines: readonly HoldRow[] },
): Promise<string[]> {
  const { lines } = values;
  const { rows } = await tx.execute<{ inventory_id: string }>(sql`
    WITH wanted AS (
      SELECT * FROM unnest(
        ${uuids(lines.map((line) => line.id))}, ${uuids(lines.map((line) => line.orderLineId))},
        ${uuids(lines.map((line) => line.inventoryId))}, (SELECT ${sql.param(lines.map((line) => line.quantity))}::int[])
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
      SELECT hold_id, ${values.orderId}::uuid, order_line_id, inventory_id, quantity,
        ${values.expiresAt.toISOString()}::timestamptz, ${values.now.toISOString()}::timestamptz
      FROM taken
    )
    INSERT INTO popbox.inventory_movements (inventory_id, reason, on_hand_delta, reserved_delta, hold_id, actor, created_at)
    SELECT inventory_id, 'held', 0, quantity, hold_id, ${values.actor}, ${values.now.toISOString()}::timestamptz
    FROM taken RETURNING inventory_id`);
  return rows.map((row) => row.inventory_id);
}

/**
 * Ends the live holds of an order and moves stock by exactly what was flipped, however often and by whomever it is
 * called: the second call flips nothing and so moves nothing.
 */
export async function endHolds(
  tx: Tx,
  values: {
    orderId: string;
    state: Exclude<HoldState, 'live'>;
    reason: MovementReason;
    /** True where the goods leave with the hold. */
    takesGoods: boolean;
    now: Date;
    actor: string;
  },
): Promise<HoldRow[]> {
  const goods = values.takesGoods ? sql`f.quantity` : sql`0`;
  const now = sql`${values.now.toISOString()}::timestamptz`;
  const { rows } = await tx.execute<{
    hold_id: string;
    order_line_id: string;
    inventory_id: string;
    quantity: number;
  }>(sql`
    WITH flipped AS (
      UPDATE popbox.holds SET state = ${values.state}, ended_at = ${now}
      WHERE order_id = ${values.orderId}::uuid AND state = 'live'
      RETURNING id, order_line_id, inventory_id, quantity
    ), locked AS MATERIALIZED (
      SELECT i.id FROM popbox.inventory i JOIN flipped f ON f.inventory_id = i.id
      ORDER BY i.id FOR NO KEY UPDATE OF i
    ), moved AS (
      UPDATE popbox.inventory i SET on_hand = i.on_hand - ${goods}, reserved = i.reserved - f.quantity
      FROM flipped f JOIN locked l ON l.id = f.inventory_id
      WHERE i.id = f.inventory_id
      RETURNING f.id AS hold_id, f.order_line_id, f.inventory_id, f.quantity
    ), recorded AS (
      INSERT INTO popbox.inventory_movements (inventory_id, reason, on_hand_delta, reserved_delta, hold_id, actor, created_at)
      SELECT f.inventory_id, ${values.reason}, -${goods}, -f.quantity, f.hold_id, ${values.actor}, ${now}
      FROM moved f
    )
    SELECT hold_id, order_line_id, inventory_id, quantity FROM moved`);
  return rows.map((row) => ({
    id: row.hold_id,
    orderLineId: row.order_line_id,
    inventoryId: row.inventory_id,
    quantity: row.quantity,
  }));
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

/** Behind a SELECT a list is no part of the plan: else each call would be planned anew, which costs more than it does. */
function uuids(ids: readonly string[]): SQL {
  return sql`(SELECT ${sql.param([...ids])}::uuid[])`;
}
