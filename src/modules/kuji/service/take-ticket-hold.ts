import { eq, sql } from 'drizzle-orm';
import type { Reader, Tx } from '../../../db/client.ts';
import { kujiHolds } from '../../../db/schema/kuji.ts';

/**
 * Step: gives a hold of tickets its place in the order in which they left the board, which decides the Last One.
 * Returns null if the set is not on sale (any more), paused, or no longer at `unitPriceCents`: the price stands in the
 * set's seal, and may change between the look at it and the hold. Null is for a line that was paid already: it asks for no
 * price, and no pause keeps it from its tickets. A line that holds again, after its first hold ended, takes a new place.
 *
 * Every buyer of the box meets in this one row: one statement, and the caller runs it last. Several sets are taken in
 * id order.
 */
export async function takeTicketHold(
  tx: Tx,
  request: { setId: string; orderLineId: string; unitPriceCents: number | null },
): Promise<number | null> {
  const { rows } = await tx.execute<{ hold_seq: number }>(sql`
    WITH taken AS (
      UPDATE popbox.kuji_sets SET hold_count = hold_count + 1
      WHERE id = ${request.setId}::uuid AND state = 'open'
        AND CASE WHEN ${request.unitPriceCents}::int IS NULL THEN true
          ELSE ticket_price_cents = ${request.unitPriceCents}::int AND paused_at IS NULL END
      RETURNING id, hold_count
    )
    INSERT INTO popbox.kuji_holds (order_line_id, set_id, hold_seq)
    SELECT ${request.orderLineId}::uuid, id, hold_count FROM taken
    ON CONFLICT (order_line_id) DO UPDATE SET set_id = excluded.set_id, hold_seq = excluded.hold_seq
    RETURNING hold_seq`);
  return rows[0]?.hold_seq ?? null;
}

/** The set whose tickets an order line holds or held; null for a line without kuji. */
export async function findTicketSet(reader: Reader, orderLineId: string): Promise<string | null> {
  const [hold] = await reader
    .select({ setId: kujiHolds.setId })
    .from(kujiHolds)
    .where(eq(kujiHolds.orderLineId, orderLineId));
  return hold?.setId ?? null;
}
