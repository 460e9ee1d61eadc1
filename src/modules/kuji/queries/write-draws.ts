import { and, eq, isNull, sql } from 'drizzle-orm';
import type { Tx } from '../../../db/client.ts';
import { kujiTickets } from '../../../db/schema/kuji.ts';

/**
 * Free numbers of each set that these order lines hold tickets of, ascending. Only meaningful under the sets' locks. As one list of each set: as rows they cost this
 * process several times as much, at each draw from the same box.
 */
export async function loadFreeNumbers(
  tx: Tx,
  orderLineIds: readonly string[],
): Promise<Map<string, number[]>> {
  const { rows } = await tx.execute<{ setId: string; numbers: string }>(sql`
    SELECT set_id AS "setId", string_agg(number::text, ',' ORDER BY number) AS numbers
    FROM popbox.kuji_numbers
    WHERE set_id = ANY(array(
        SELECT set_id FROM popbox.kuji_holds WHERE order_line_id = ANY((SELECT ${sql.param([...orderLineIds])}::uuid[])::uuid[])
      )) AND state = 'free'
    GROUP BY set_id`);
  return new Map(rows.map(({ setId, numbers }) => [setId, numbers.split(',').map(Number)]));
}

/** Tickets that these lines of an order were given, voided ones included, without the Last One. */
export async function countDrawnTickets(
  tx: Tx,
  orderId: string,
  orderLineIds: readonly string[],
): Promise<number> {
  const { rows } = await tx.execute<{ tickets: number }>(sql`
    SELECT count(*)::int AS tickets FROM popbox.kuji_tickets
    WHERE order_id = ${orderId}::uuid AND order_line_id = ANY((SELECT ${sql.param([...orderLineIds])}::uuid[])::uuid[]) AND kind = 'number'`);
  return rows[0]?.tickets ?? 0;
}

export type DrawnTicket = {
  id: string;
  number: number;
  ticketNumber: string;
  orderLineId: string;
  seq: number;
  holdSeq: number;
  freeCount: number;
};

/** Inserts the tickets of one order in one set, each with its number's prize, and takes the numbers off the board. */
export async function insertTickets(
  tx: Tx,
  draw: {
    setId: string;
    orderId: string;
    entropy: string;
    now: Date;
    tickets: readonly DrawnTicket[];
  },
): Promise<void> {
  const { setId, orderId, entropy, tickets } = draw;
  const { rowCount } = await tx.execute(sql`
    WITH drawn AS (
      SELECT d.*, board.prize_id FROM json_to_recordset(${JSON.stringify(tickets)}::json)
        AS d(id uuid, number int, "ticketNumber" text, "orderLineId" uuid, seq int, "holdSeq" int, "freeCount" int)
      -- OFFSET keeps it a lookup of each number: the planner would rather read the whole board.
      CROSS JOIN LATERAL (
        SELECT n.prize_id FROM popbox.kuji_numbers n WHERE n.set_id = ${setId}::uuid AND n.number = d.number OFFSET 0
      ) board
    ), ticketed AS (
      INSERT INTO popbox.kuji_tickets (id, set_id, kind, number, ticket_number, order_id, order_line_id, prize_id,
        seq, hold_seq, entropy, free_count, created_at)
      SELECT id, ${setId}::uuid, 'number', number, "ticketNumber", ${orderId}::uuid, "orderLineId", prize_id,
        seq, "holdSeq", ${entropy}, "freeCount", ${draw.now.toISOString()}::timestamptz
      FROM drawn
    )
    UPDATE popbox.kuji_numbers SET state = 'drawn'
    WHERE set_id = ${setId}::uuid AND number = ANY(array(SELECT number FROM drawn)) AND state = 'free'`);
  if (rowCount !== tickets.length) {
    throw new Error(`A number of set ${setId} was taken although the set is locked.`);
  }
}

/** Everybody who could win the Last One of a set: its drawn tickets that were not taken back. */
export async function loadLastOneCandidates(tx: Tx, setId: string) {
  const rows = await tx
    .select({
      number: kujiTickets.number,
      seq: kujiTickets.seq,
      holdSeq: kujiTickets.holdSeq,
      orderId: kujiTickets.orderId,
      orderLineId: kujiTickets.orderLineId,
    })
    .from(kujiTickets)
    .where(
      and(
        eq(kujiTickets.setId, setId),
        eq(kujiTickets.kind, 'number'),
        isNull(kujiTickets.voidedAt),
      ),
    );
  return rows.flatMap(({ seq, ...ticket }) => (seq === null ? [] : [{ ...ticket, seq }]));
}
