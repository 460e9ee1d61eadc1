import { and, asc, eq, inArray, isNull, sql } from 'drizzle-orm';
import type { Tx } from '../../../db/client.ts';
import { kujiPrizes, kujiTickets } from '../../../db/schema/kuji.ts';

export type RevealedTicket = { setId: string; number: number; prizeCode: string };

/** The sets in which an order, or one ticket of it, still has something to open. */
export async function loadSetsToReveal(
  tx: Tx,
  which: { orderId: string; ticketId: string | null },
): Promise<string[]> {
  const rows = await tx
    .selectDistinct({ setId: kujiTickets.setId })
    .from(kujiTickets)
    .where(stillClosed(which))
    .orderBy(asc(kujiTickets.setId));
  return rows.map((row) => row.setId);
}

/**
 * Opens what is still closed in sets that the caller has locked, and counts it with its prize. Of two calls at once only one finds anything: the condition
 * is judged again after the wait for the row.
 */
export async function markRevealed(
  tx: Tx,
  which: { orderId: string; ticketId: string | null; setIds: readonly string[]; now: Date },
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

function stillClosed(which: { orderId: string; ticketId: string | null }) {
  return and(
    eq(kujiTickets.orderId, which.orderId),
    which.ticketId === null ? undefined : eq(kujiTickets.id, which.ticketId),
    isNull(kujiTickets.revealedAt),
    isNull(kujiTickets.voidedAt),
  );
}
