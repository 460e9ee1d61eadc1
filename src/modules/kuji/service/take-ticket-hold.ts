import { eq, sql } from 'drizzle-orm';
import type { Reader, Tx } from '../../../db/client.ts';
import { compileQuery } from '../../../db/compile-query.ts';
import { kujiHolds } from '../../../db/schema/kuji.ts';

type TicketHold = {
  setId: string;
  orderLineId: string;
  unitPriceCents: number | null;
};

const takenPlace = compileQuery<{ holdSeq: number }, TicketHold>(sql`
  WITH taken AS (
    UPDATE popbox.kuji_sets SET hold_count = hold_count + 1
    WHERE id = ${sql.placeholder('setId')}::uuid AND state = 'open'
      AND CASE WHEN ${sql.placeholder('unitPriceCents')}::int IS NULL THEN true
        ELSE ticket_price_cents = ${sql.placeholder('unitPriceCents')}::int AND paused_at IS NULL END
    RETURNING id, hold_count
  )
  INSERT INTO popbox.kuji_holds (order_line_id, set_id, hold_seq)
  SELECT ${sql.placeholder('orderLineId')}::uuid, id, hold_count FROM taken
  ON CONFLICT (order_line_id) DO UPDATE SET set_id = excluded.set_id, hold_seq = excluded.hold_seq
  RETURNING hold_seq AS "holdSeq"`);

/**
 * Step: gives a hold of tickets its place in the order in which they left the board, which decides the Last One.
 * Returns null if the set is not on sale (any more), paused, or no longer at `unitPriceCents`: the price stands in the
 * set's seal, and may change between the look at it and the hold. Null is for a line that was paid already: it asks for no
 * price, and no pause keeps it from its tickets. A line that holds again, after its first hold ended, takes a new place.
 *
 * Every buyer of the box meets in this one row: one statement, and the caller runs it last. Several sets are taken in
 * id order.
 */
export async function takeTicketHold(tx: Tx, hold: TicketHold): Promise<number | null> {
  const [taken] = await takenPlace(tx, hold);
  return taken?.holdSeq ?? null;
}

/** The set whose tickets an order line holds or held; null for a line without kuji. */
export async function findTicketSet(reader: Reader, orderLineId: string): Promise<string | null> {
  const [hold] = await reader
    .select({ setId: kujiHolds.setId })
    .from(kujiHolds)
    .where(eq(kujiHolds.orderLineId, orderLineId));
  return hold?.setId ?? null;
}
