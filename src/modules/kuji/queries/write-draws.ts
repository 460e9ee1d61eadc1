import { and, eq, isNull, sql } from 'drizzle-orm';
import type { Tx } from '../../../db/client.ts';
import { compileQuery } from '../../../db/compile-query.ts';
import { kujiTickets } from '../../../db/schema/kuji.ts';
import { oneOfIds } from '../../../db/one-of.ts';
import type { ChainedEntries } from '../service/append-log.ts';

export type BoardState = {
  /** Tickets by order line that it was given, voided ones included, without the Last One. A line without any is left out. */
  drawnBefore: Record<string, number>;
  /** Free numbers by set id, ascending. A set without any is left out. */
  free: Record<string, number[]>;
};

const OF_LINES = sql`order_line_id = ${oneOfIds('orderLineIds')}`;
/** Of tickets no index knows the line. */
const OF_ORDERS = sql`order_id = ${oneOfIds('orderIds')}`;

// As one list of each set: as rows the numbers cost this process several times as much, at each draw from the same box.
const boardOfLines = compileQuery<
  BoardState,
  { orderIds: readonly string[]; orderLineIds: readonly string[] }
>(
  sql`
  SELECT
    (SELECT coalesce(json_object_agg(order_line_id, tickets), '{}') FROM (
      SELECT order_line_id, count(*) AS tickets FROM popbox.kuji_tickets
      WHERE ${OF_ORDERS} AND ${OF_LINES} AND kind = 'number'
      GROUP BY order_line_id) AS drawn) AS "drawnBefore",
    (SELECT coalesce(json_object_agg(set_id, numbers), '{}') FROM (
      SELECT set_id, array_agg(number ORDER BY number) AS numbers
      FROM popbox.kuji_numbers
      WHERE set_id = ANY (array(SELECT set_id FROM popbox.kuji_holds WHERE ${OF_LINES})) AND state = 'free'
      GROUP BY set_id) AS board) AS free`,
);

/** What is left on the boards that these lines of these orders hold tickets of. Only meaningful under the sets' locks. */
export async function loadBoards(
  tx: Tx,
  lines: { orderIds: readonly string[]; orderLineIds: readonly string[] },
): Promise<BoardState> {
  const [state] = await boardOfLines(tx, lines);
  if (!state) throw new Error('The state of the boards of one row was not answered.');
  return state;
}

export type DrawnTicket = {
  id: string;
  number: number;
  ticketNumber: string;
  orderId: string;
  orderLineId: string;
  entropy: string;
  seq: number;
  holdSeq: number;
  freeCount: number;
};

type DrawValues = {
  setId: string;
  now: string;
  tickets: string;
  logRows: string;
  drawCount: number;
  logLength: number;
  logHead: string;
  count: number;
};

const SET_ID = sql`${sql.placeholder('setId')}::uuid`;
const NOW = sql`${sql.placeholder('now')}::timestamptz`;

// One statement, because everybody of a drop waits for the set's row until the commit that follows.
const written = compileQuery<{ id: string }, DrawValues>(sql`
  WITH drawn AS (
    SELECT d.*, board.prize_id FROM json_to_recordset(${sql.placeholder('tickets')}::json)
      AS d(id uuid, number int, "ticketNumber" text, "orderId" uuid, "orderLineId" uuid, entropy text, seq int,
        "holdSeq" int, "freeCount" int)
    -- OFFSET keeps it a lookup of each number: the planner would rather read the whole board.
    CROSS JOIN LATERAL (
      SELECT n.prize_id FROM popbox.kuji_numbers n WHERE n.set_id = ${SET_ID} AND n.number = d.number OFFSET 0
    ) board
  ), ticketed AS (
    INSERT INTO popbox.kuji_tickets (id, set_id, kind, number, ticket_number, order_id, order_line_id, prize_id,
      seq, hold_seq, entropy, free_count, created_at)
    SELECT id, ${SET_ID}, 'number', number, "ticketNumber", "orderId", "orderLineId", prize_id, seq, "holdSeq", entropy,
      "freeCount", ${NOW}
    FROM drawn
  ), taken AS (
    UPDATE popbox.kuji_numbers SET state = 'drawn'
    WHERE set_id = ${SET_ID} AND number = ANY (array(SELECT number FROM drawn)) AND state = 'free'
    RETURNING number
  ), logged AS (
    INSERT INTO popbox.kuji_log (set_id, index, entry, hash, created_at)
    SELECT ${SET_ID}, index, entry, hash, ${NOW}
    FROM json_to_recordset(${sql.placeholder('logRows')}::json) AS l(index int, entry jsonb, hash text)
  )
  UPDATE popbox.kuji_sets SET draw_count = ${sql.placeholder('drawCount')}, log_length = ${sql.placeholder('logLength')},
    log_head = ${sql.placeholder('logHead')}
  WHERE id = ${SET_ID} AND (SELECT count(*) FROM taken) = ${sql.placeholder('count')}
  RETURNING id`);

/**
 * Writes draws from one set: the tickets, each with its number's prize, the numbers off the board, the
 * set's log and its counts.
 */
export async function writeDraws(
  tx: Tx,
  draw: {
    setId: string;
    tickets: readonly DrawnTicket[];
    drawCount: number;
    log: ChainedEntries;
    now: Date;
  },
): Promise<void> {
  const { tickets, log, now, ...values } = draw;
  const rows = await written(tx, {
    ...values,
    now: now.toISOString(),
    tickets: JSON.stringify(tickets),
    count: tickets.length,
    logRows: JSON.stringify(log.rows),
    logLength: log.logLength,
    logHead: log.logHead,
  });
  if (rows.length !== 1) {
    throw new Error(
      `Set ${draw.setId} is gone, or a number of it is not free although the set is locked.`,
    );
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
