import { eq } from 'drizzle-orm';
import type { Tx } from '../../../db/client.ts';
import { insertRows } from '../../../db/prepare-statement.ts';
import { kujiLog, kujiSets } from '../../../db/schema/kuji.ts';
import { extendLog, type LogEntry } from '../proof/chain-log.ts';
import { computeWithNode } from '../proof/compute-with-node.ts';
import { fromHex, toHex } from '../proof/encode-bytes.ts';
import type { KujiSet } from '../queries/lock-sets.ts';

type LoggedSet = { id: string; logLength: number; logHead: string | null };

/**
 * Step: continues a set's public history. The caller has locked the set and read `logLength` and `logHead` under that
 * lock; two entries with one predecessor would break the chain.
 */
export async function appendLog(
  tx: Tx,
  request: {
    set: LoggedSet;
    entries: readonly LogEntry[];
    /** What the entries change in the set; written with its new head, because everybody waits for this row. */
    change?: Partial<
      Pick<KujiSet, 'state' | 'soldOutAt' | 'closedAt' | 'closeReason' | 'publishedAt'>
    >;
    now: Date;
  },
): Promise<void> {
  const { set, entries, change, now } = request;
  const { rows, logLength, logHead } = chainEntries(set, entries);
  await Promise.all([
    insertRows(
      tx,
      kujiLog,
      rows.map((row) => ({ ...row, setId: set.id, createdAt: now })),
    ),
    tx
      .update(kujiSets)
      .set({ ...change, logLength, logHead })
      .where(eq(kujiSets.id, set.id)),
  ]);
}

export type ChainedEntries = {
  rows: { index: number; entry: LogEntry; hash: string }[];
  /** As they are after the entries; the head in hex. */
  logLength: number;
  logHead: string;
};

/** What entries look like behind the ones that a set has. Changes nothing. */
export function chainEntries(set: LoggedSet, entries: readonly LogEntry[]): ChainedEntries {
  if (set.logHead === null) throw new Error(`Set ${set.id} was never sealed and has no log.`);
  let head = fromHex(set.logHead);
  const rows = entries.map((entry, offset) => {
    head = computeWithNode(extendLog(head, entry));
    return { index: set.logLength + offset + 1, entry, hash: toHex(head) };
  });
  return { rows, logLength: set.logLength + rows.length, logHead: toHex(head) };
}
