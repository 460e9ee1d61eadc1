import { and, asc, count, eq, gt, isNotNull, ne } from 'drizzle-orm';
import type { Reader } from '../../../db/client.ts';
import {
  kujiLog,
  kujiNumbers,
  kujiPrizes,
  kujiSeals,
  kujiSets,
  kujiTickets,
} from '../../../db/schema/kuji.ts';

/** Everything of a seal but its seed, which only the queries that publish or prove may read. */
const PUBLIC_SEAL = {
  manifest: kujiSeals.manifest,
  manifestHash: kujiSeals.manifestHash,
  commitment: kujiSeals.commitment,
  root: kujiSeals.root,
  sealedAt: kujiSeals.sealedAt,
} as const;

/** A set that was sealed, with its present seal; null for drafts and unknown ids. */
export async function loadPublishedSet(reader: Reader, setId: string) {
  const [found] = await reader
    .select({ set: kujiSets, seal: PUBLIC_SEAL })
    .from(kujiSets)
    .innerJoin(kujiSeals, and(eq(kujiSeals.setId, kujiSets.id), eq(kujiSeals.state, 'current')))
    .where(and(eq(kujiSets.id, setId), ne(kujiSets.state, 'draft')));
  return found ?? null;
}

/** Hex. Judged in the same statement, so no seed can be read before its set is published. */
export async function loadPublishedSeed(reader: Reader, setId: string): Promise<string | null> {
  const [found] = await reader
    .select({ seed: kujiSeals.seed })
    .from(kujiSeals)
    .innerJoin(kujiSets, eq(kujiSets.id, kujiSeals.setId))
    .where(
      and(
        eq(kujiSeals.setId, setId),
        eq(kujiSeals.state, 'current'),
        isNotNull(kujiSets.publishedAt),
      ),
    );
  return found?.seed.toString('hex') ?? null;
}

/** Seals that were replaced, oldest first. Their decks were thrown away, so their seeds are public. */
export function loadAbortedSeals(reader: Reader, setId: string) {
  return reader
    .select({ ...PUBLIC_SEAL, seed: kujiSeals.seed, abortedAt: kujiSeals.abortedAt })
    .from(kujiSeals)
    .where(and(eq(kujiSeals.setId, setId), eq(kujiSeals.state, 'aborted')))
    .orderBy(asc(kujiSeals.sealedAt), asc(kujiSeals.id));
}

/** The deck of a published set, number 1 first; empty for any other. */
export function loadPublishedDeck(reader: Reader, setId: string) {
  return reader
    .select({
      number: kujiNumbers.number,
      prizeCode: kujiPrizes.prizeCode,
      state: kujiNumbers.state,
    })
    .from(kujiNumbers)
    .innerJoin(kujiPrizes, eq(kujiPrizes.id, kujiNumbers.prizeId))
    .innerJoin(kujiSets, eq(kujiSets.id, kujiNumbers.setId))
    .where(and(eq(kujiNumbers.setId, setId), isNotNull(kujiSets.publishedAt)))
    .orderBy(asc(kujiNumbers.number));
}

/** Numbers off the board, and those of them whose prize was seen. Without the Last One. */
export async function countSetTickets(
  reader: Reader,
  setId: string,
): Promise<{ sold: number; revealed: number }> {
  const [sold] = await reader
    .select({ numbers: count() })
    .from(kujiNumbers)
    .where(and(eq(kujiNumbers.setId, setId), ne(kujiNumbers.state, 'free')));
  const [revealed] = await reader
    .select({ tickets: count() })
    .from(kujiTickets)
    .where(
      and(
        eq(kujiTickets.setId, setId),
        eq(kujiTickets.kind, 'number'),
        isNotNull(kujiTickets.revealedAt),
      ),
    );
  return { sold: sold?.numbers ?? 0, revealed: revealed?.tickets ?? 0 };
}

/**
 * Prizes of a set in the order of display, with its free numbers beside each: one statement, so that counts of opened and of
 * unsold tickets are of the same moment.
 */
export function loadBoardPrizes(reader: Reader, setId: string) {
  const unsold = reader
    .select({ numbers: count().as('numbers') })
    .from(kujiNumbers)
    .where(and(eq(kujiNumbers.setId, setId), eq(kujiNumbers.state, 'free')))
    .as('unsold');
  return reader
    .select({
      prizeCode: kujiPrizes.prizeCode,
      tier: kujiPrizes.prizeTier,
      name: kujiPrizes.name,
      imageUrl: kujiPrizes.imageUrl,
      total: kujiPrizes.sealedQuantity,
      opened: kujiPrizes.revealedCount,
      unsold: unsold.numbers,
    })
    .from(kujiPrizes)
    .crossJoin(unsold)
    .where(eq(kujiPrizes.setId, setId))
    .orderBy(asc(kujiPrizes.sortOrder), asc(kujiPrizes.id));
}

/** Log entries after the one with this index, oldest first; all of them without a limit. */
export async function loadLog(
  reader: Reader,
  request: { setId: string; after: number; limit?: number },
) {
  const { setId, after, limit } = request;
  const query = reader
    .select({ index: kujiLog.index, entry: kujiLog.entry, hash: kujiLog.hash })
    .from(kujiLog)
    .where(and(eq(kujiLog.setId, setId), gt(kujiLog.index, after)))
    .orderBy(asc(kujiLog.index))
    .$dynamic();
  return limit === undefined ? query : query.limit(limit);
}

/**
 * What the proof of an opened ticket is made from, the seed included; null for tickets that are still closed, unknown, or
 * a Last One, which was never in the deck.
 */
export async function loadProvableTicket(reader: Reader, ticketNumber: string) {
  const [found] = await reader
    .select({
      setId: kujiTickets.setId,
      ticketNumber: kujiTickets.ticketNumber,
      number: kujiTickets.number,
      seq: kujiTickets.seq,
      entropy: kujiTickets.entropy,
      freeCount: kujiTickets.freeCount,
      manifest: kujiSeals.manifest,
      root: kujiSeals.root,
      seed: kujiSeals.seed,
    })
    .from(kujiTickets)
    .innerJoin(
      kujiSeals,
      and(eq(kujiSeals.setId, kujiTickets.setId), eq(kujiSeals.state, 'current')),
    )
    .where(
      and(
        eq(kujiTickets.ticketNumber, ticketNumber),
        eq(kujiTickets.kind, 'number'),
        isNotNull(kujiTickets.revealedAt),
      ),
    );
  return found ?? null;
}
