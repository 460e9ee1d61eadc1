import type { Reader } from '../../../db/client.ts';
import type { App } from '../../../kernel/app.ts';
import { Problem } from '../../../kernel/problems.ts';
import type { PublicSet } from '../kuji.contract.ts';
import { kujiProblems } from '../kuji.problems.ts';
import type { Manifest } from '../proof/hash-manifest.ts';
import { readManifest } from '../proof/read-manifest.ts';
import {
  countSetTickets,
  loadAbortedSeals,
  loadPublishedDeck,
  loadPublishedSeed,
  loadPublishedSet,
} from '../queries/load-published.ts';

/**
 * Use case: what the public may know of a sealed set; seed and deck once they are published.
 * @throws Problem KUJI_SET_NOT_FOUND, for drafts as well
 */
export async function showSet(app: App, setId: string): Promise<PublicSet> {
  const { db } = app.database;
  const { set, seal } = await requirePublishedSet(db, setId);
  const counts = await countSetTickets(db, setId);
  const abortedSeals = await loadAbortedSeals(db, setId);
  return {
    id: set.id,
    productId: set.productId,
    setNumber: set.setNumber,
    state: set.state,
    isPaused: set.pausedAt !== null,
    ...presentSeal(seal),
    counts: { total: set.tickets, ...counts },
    log: { length: set.logLength, head: set.logHead ?? '' },
    abortedSeals: abortedSeals.map(({ seed, abortedAt, ...aborted }) => ({
      ...presentSeal(aborted),
      seed: seed.toString('hex'),
      abortedAt: (abortedAt ?? aborted.sealedAt).toISOString(),
    })),
    soldOutAt: set.soldOutAt?.toISOString() ?? null,
    closedAt: set.closedAt?.toISOString() ?? null,
    publishedAt: set.publishedAt?.toISOString() ?? null,
    ...(await loadSecrets(db, setId)),
  };
}

/** @throws Problem KUJI_SET_NOT_FOUND */
export async function requirePublishedSet(reader: Reader, setId: string) {
  const found = await loadPublishedSet(reader, setId);
  if (!found) throw new Problem(kujiProblems.KUJI_SET_NOT_FOUND);
  return found;
}

/** The manifest is stored as the text that was hashed. */
export function parseManifest(text: string): Manifest {
  return readManifest(JSON.parse(text));
}

function presentSeal(seal: {
  manifest: string;
  manifestHash: string;
  commitment: string;
  root: string;
  sealedAt: Date;
}) {
  const { manifestHash, commitment, root } = seal;
  const manifest = parseManifest(seal.manifest);
  return { manifest, manifestHash, commitment, root, sealedAt: seal.sealedAt.toISOString() };
}

async function loadSecrets(
  reader: Reader,
  setId: string,
): Promise<Pick<PublicSet, 'seed' | 'deck'>> {
  const seed = await loadPublishedSeed(reader, setId);
  if (seed === null) return {};
  const deck = await loadPublishedDeck(reader, setId);
  return {
    seed,
    deck: deck.map(({ number, prizeCode, state }) => ({
      number,
      prizeCode,
      isSold: state !== 'free',
    })),
  };
}
