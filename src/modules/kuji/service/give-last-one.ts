import { and, eq, gt, sql } from 'drizzle-orm';
import type { Tx } from '../../../db/client.ts';
import { kujiPrizes, kujiTickets } from '../../../db/schema/kuji.ts';
import type { App } from '../../../kernel/app.ts';
import { LAST_ONE_TIER } from '../kuji.contract.ts';
import { awardLastOne } from '../proof/award-last-one.ts';
import type { LogEntry } from '../proof/chain-log.ts';
import type { KujiSet } from '../queries/lock-sets.ts';
import { loadLastOneCandidates } from '../queries/write-draws.ts';

/**
 * Step: gives the Last One of a set that has just sold out to whoever took the last ticket off the board, as a ticket of
 * its own in that order; answers what the log says of it. Null if the box has no such prize, or if it was won before (a set that was sold out, reopened
 * by a refund after the Last One had been opened, and sold out again).
 */
export async function giveLastOne(
  tx: Tx,
  deps: Pick<App, 'newId'>,
  request: { set: KujiSet; now: Date },
): Promise<LogEntry | null> {
  const { set, now } = request;
  const [prize] = await tx
    .select({ id: kujiPrizes.id })
    .from(kujiPrizes)
    .where(
      and(
        eq(kujiPrizes.setId, set.id),
        eq(kujiPrizes.prizeTier, LAST_ONE_TIER),
        gt(kujiPrizes.sealedQuantity, 0),
      ),
    );
  if (!prize) return null;
  const winner = awardLastOne(await loadLastOneCandidates(tx, set.id));
  if (winner === null) return null;
  const { number, holdSeq, orderId, orderLineId } = winner;
  const inserted = await tx
    .insert(kujiTickets)
    .values({
      id: deps.newId(),
      setId: set.id,
      kind: 'last_one',
      number,
      ticketNumber: `K${set.setCode}-LO`,
      orderId,
      orderLineId,
      prizeId: prize.id,
      holdSeq,
      createdAt: now,
    })
    .onConflictDoNothing({
      target: kujiTickets.setId,
      where: sql`kind = 'last_one' AND (voided_at IS NULL OR revealed_at IS NOT NULL)`,
    })
    .returning({ id: kujiTickets.id });
  return inserted.length === 1 ? { type: 'last_one', number } : null;
}
