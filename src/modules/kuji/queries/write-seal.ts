import { and, eq, sql } from 'drizzle-orm';
import type { Tx } from '../../../db/client.ts';
import { kujiNumbers, kujiSeals, kujiSets } from '../../../db/schema/kuji.ts';

/** Ends the promise of a set's present seal, if it has one. From now on its seed is public. */
export async function abortSeal(tx: Tx, setId: string, now: Date): Promise<void> {
  await tx
    .update(kujiSeals)
    .set({ state: 'aborted', abortedAt: now })
    .where(and(eq(kujiSeals.setId, setId), eq(kujiSeals.state, 'current')));
}

export async function insertSeal(tx: Tx, seal: typeof kujiSeals.$inferInsert): Promise<void> {
  await tx.insert(kujiSeals).values(seal);
}

export async function deleteNumbers(tx: Tx, setId: string): Promise<void> {
  await tx.delete(kujiNumbers).where(eq(kujiNumbers.setId, setId));
}

/** Writes the deck, the prize of number 1 first, in one statement however many there are. */
export async function insertNumbers(
  tx: Tx,
  setId: string,
  prizeIds: readonly string[],
): Promise<void> {
  await tx.execute(sql`
    INSERT INTO popbox.kuji_numbers (set_id, number, prize_id)
    SELECT ${setId}::uuid, number, prize_id
    FROM unnest(${sql.param([...prizeIds])}::uuid[]) WITH ORDINALITY AS deck(prize_id, number)`);
}

/** Opens a set, or goes on with a new seal. Only before its first draw: the log begins again. */
export async function openSet(
  tx: Tx,
  set: { id: string; tickets: number; ticketPriceCents: number; logHead: string; now: Date },
): Promise<void> {
  const opened = await tx
    .update(kujiSets)
    .set({
      state: 'open',
      tickets: set.tickets,
      ticketPriceCents: set.ticketPriceCents,
      logHead: set.logHead,
      sealedAt: set.now,
    })
    .where(and(eq(kujiSets.id, set.id), eq(kujiSets.logLength, 0)))
    .returning({ id: kujiSets.id });
  if (opened.length !== 1)
    throw new Error(`Set ${set.id} has a history and cannot be sealed anew.`);
}
