import { and, eq } from 'drizzle-orm';
import type { Tx } from '../../../db/client.ts';
import { kujiTickets } from '../../../db/schema/kuji.ts';
import { Problem } from '../../../kernel/problems.ts';
import { kujiProblems } from '../kuji.problems.ts';
import { lockSets } from '../queries/lock-sets.ts';
import { loadSetsToReveal, markRevealed } from '../queries/write-reveals.ts';
import { appendLog } from './append-log.ts';
import { publishWhenOpened, toRevealEntries } from './publish-when-opened.ts';

/**
 * Step: opens one ticket of an order. The first call stamps it and writes the set's log, every other changes nothing;
 * two at once both succeed. The caller has checked that the order may open tickets.
 *
 * @throws Problem TICKET_NOT_FOUND, TICKET_VOIDED
 */
export async function revealTicket(
  tx: Tx,
  request: { ticketId: string; orderId: string; now: Date },
): Promise<void> {
  await open(tx, request);
  // Read after the attempt: a refund that was faster has voided the ticket by now.
  const [ticket] = await tx
    .select({ revealedAt: kujiTickets.revealedAt, voidedAt: kujiTickets.voidedAt })
    .from(kujiTickets)
    .where(and(eq(kujiTickets.id, request.ticketId), eq(kujiTickets.orderId, request.orderId)));
  if (!ticket) throw new Problem(kujiProblems.TICKET_NOT_FOUND);
  if (ticket.voidedAt !== null) throw new Problem(kujiProblems.TICKET_VOIDED);
}

/**
 * Step: opens what is still closed of an order, except tickets that were taken back, and answers how many that were.
 * Repeats change nothing.
 */
export function revealAll(tx: Tx, request: { orderId: string; now: Date }): Promise<number> {
  return open(tx, { ...request, ticketId: null });
}

/** The sets are locked before the tickets, because a draw and a void do the same; without closed tickets nothing is. */
async function open(
  tx: Tx,
  request: { orderId: string; ticketId: string | null; now: Date },
): Promise<number> {
  const setIds = await loadSetsToReveal(tx, request);
  if (setIds.length === 0) return 0;
  const sets = await lockSets(tx, setIds);
  const opened = await markRevealed(tx, { ...request, setIds });
  for (const set of sets) {
    const entries = toRevealEntries(opened.filter((ticket) => ticket.setId === set.id));
    if (entries.length === 0) continue;
    const change = set.state === 'closed' ? await publishWhenOpened(tx, set, request.now) : {};
    await appendLog(tx, { set, entries, change, now: request.now });
  }
  return opened.length;
}
