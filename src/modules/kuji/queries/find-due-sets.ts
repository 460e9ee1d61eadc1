import { and, asc, eq, gt, inArray, isNull, lte, notExists, or } from 'drizzle-orm';
import type { Reader, Tx } from '../../../db/client.ts';
import { kujiSets, kujiTickets } from '../../../db/schema/kuji.ts';
import type { KujiSet } from './lock-sets.ts';

const IS_UNPUBLISHED = and(
  inArray(kujiSets.state, ['sold_out', 'closed']),
  isNull(kujiSets.publishedAt),
);

/** Ids of sets to publish, ascending: all is opened, or their sale ended at `deadline` at the latest. */
export async function findDueSets(
  reader: Reader,
  request: { deadline: Date; after: string | null; limit: number },
): Promise<string[]> {
  const { deadline, after, limit } = request;
  const closedTickets = reader
    .select({ id: kujiTickets.id })
    .from(kujiTickets)
    .where(
      and(
        eq(kujiTickets.setId, kujiSets.id),
        isNull(kujiTickets.revealedAt),
        isNull(kujiTickets.voidedAt),
      ),
    );
  const rows = await reader
    .select({ id: kujiSets.id })
    .from(kujiSets)
    .where(
      and(
        IS_UNPUBLISHED,
        after === null ? undefined : gt(kujiSets.id, after),
        or(
          lte(kujiSets.soldOutAt, deadline),
          and(isNull(kujiSets.soldOutAt), lte(kujiSets.closedAt, deadline)),
          notExists(closedTickets),
        ),
      ),
    )
    .orderBy(asc(kujiSets.id))
    .limit(limit);
  return rows.map(({ id }) => id);
}

/** Locks a set that is not published; null if it is by now, is on sale again, or somebody else works on it. */
export async function lockUnpublishedSet(tx: Tx, setId: string): Promise<KujiSet | null> {
  const [set] = await tx
    .select()
    .from(kujiSets)
    .where(and(eq(kujiSets.id, setId), IS_UNPUBLISHED))
    .for('no key update', { skipLocked: true });
  return set ?? null;
}
