import type { Tx } from '../../../db/client.ts';
import type { RevealEntry } from '../proof/chain-log.ts';
import type { KujiSet } from '../queries/lock-sets.ts';
import { hasClosedTickets, type RevealedTicket } from '../queries/write-reveals.ts';

/**
 * Step: what changes in a set that is closed, or is being closed, once its last ticket is opened or taken back: its seed
 * and deck are public. It belongs into the transaction of that last step, because from then on a verifier takes a
 * missing seed for a withheld one.
 */
export async function publishWhenOpened(
  tx: Tx,
  set: Pick<KujiSet, 'id' | 'publishedAt'>,
  now: Date,
): Promise<{ publishedAt?: Date }> {
  if (set.publishedAt !== null || (await hasClosedTickets(tx, set.id))) return {};
  return { publishedAt: now };
}

/** What the log says of opened tickets of one set. */
export function toRevealEntries(opened: readonly RevealedTicket[]): RevealEntry[] {
  return opened.map(({ number, prizeCode }) => ({ type: 'reveal', number, prizeCode }));
}
