import { and, asc, eq, inArray, isNull, sql } from 'drizzle-orm';
import type { Reader, Tx } from '../../../db/client.ts';
import { kujiPrizes, kujiTickets } from '../../../db/schema/kuji.ts';

/** Tickets by order and id; null where that does not matter. */
type Which = { orderId: string | null; ticketId: string | null };

export const EVERY_TICKET: Which = { orderId: null, ticketId: null };

export type RevealedTicket = { setId: string; number: number; prizeCode: string };

/** The sets in which an order, or one ticket of it, still has something to open. */
export async function loadSetsToReveal(tx: Tx, which: Which): Promise<string[]> {
  const rows = await tx
    .selectDistinct({ setId: kujiTickets.setId })
    .from(kujiTickets)
    .where(stillClosed(which))
    .orderBy(asc(kujiTickets.setId));
  return rows.map((row) => row.setId);
}

/** True if a set has a ticket, the Last One included, that nobody has opened or taken back. */
export async function hasClosedTickets(reader: Reader, setId: string): Promise<boolean> {
  const [ticket] = await reader
    .select({ id: kujiTickets.id })
    .from(kujiTickets)
    .where(and(eq(kujiTickets.setId, setId), stillClosed(EVERY_TICKET)))
    .limit(1);
  return ticket !== undefined;
}

/**
 * Opens what is still closed in sets that the caller has locked, and counts it with its prize. Of two calls at once only one finds anything: the condition
 * is judged again after the wait for the row.
 */
export async function markRevealed(
  tx: Tx,
  which: Which & { setIds: readonly string[]; now: Date },
): Promise<RevealedTicket[]> {
  const opened = await tx
    .update(kujiTickets)
    .set({ revealedAt: which.now })
    .from(kujiPrizes)
    .where(
      and(
        stillClosed(which),
        inArray(kujiTickets.setId, [...which.setIds]),
        eq(kujiPrizes.id, kujiTickets.prizeId),
      ),
    )
    .returning({
      setId: kujiTickets.setId,
      number: kujiTickets.number,
      seq: kujiTickets.seq,
      prizeId: kujiTickets.prizeId,
      prizeCode: kujiPrizes.prizeCode,
    });
  if (opened.length === 0) return [];
  await tx.execute(sql`
    UPDATE popbox.kuji_prizes p SET revealed_count = p.revealed_count + o.opened
    FROM (
      SELECT prize_id, count(*)::int AS opened
      FROM unnest(${sql.param(opened.map((ticket) => ticket.prizeId))}::uuid[]) AS prize_id GROUP BY prize_id
    ) o
    WHERE p.id = o.prize_id`);
  // In the order of the draws; the Last One, which has no place in it, at the end.
  return opened.sort((a, b) => (a.seq ?? Infinity) - (b.seq ?? Infinity));
}

function stillClosed(which: Which) {
  return and(
    which.orderId === null ? undefined : eq(kujiTickets.orderId, which.orderId),
    which.ticketId === null ? undefined : eq(kujiTickets.id, which.ticketId),
    isNull(kujiTickets.revealedAt),
    isNull(kujiTickets.voidedAt),
  );
}
