import type { Tx } from '../../../db/client.ts';
import type { App } from '../../../kernel/app.ts';
import { CURRENCY } from '../../../kernel/money.ts';
import { recordAudit } from '../../audit/index.ts';
import type { ProductRef } from '../../catalog/index.ts';
import { setKujiOnHand } from '../../inventory/index.ts';
import { LAST_ONE_TIER } from '../kuji.contract.ts';
import { canonicalJson } from '../proof/canonical-json.ts';
import { startLog } from '../proof/chain-log.ts';
import { SEED_BYTES } from '../proof/commit-seed.ts';
import { computeWithNode } from '../proof/compute-with-node.ts';
import { fromHex, toHex } from '../proof/encode-bytes.ts';
import { KUJI_VERSION, type Manifest } from '../proof/hash-manifest.ts';
import { sealDeck } from '../proof/seal-deck.ts';
import type { KujiSet } from '../queries/lock-sets.ts';
import type { PrizeRow } from '../queries/save-prizes.ts';
import {
  abortSeal,
  deleteNumbers,
  insertNumbers,
  insertSeal,
  openSet,
} from '../queries/write-seal.ts';
import { countTickets } from './count-tickets.ts';

export type SealRequest = {
  /** Locked, with its product's stock row, and nothing of it held or sold. */
  set: KujiSet;
  product: ProductRef;
  /** In the order of display; at least one ticket. */
  prizes: readonly PrizeRow[];
  now: Date;
  actor: string;
};

/**
 * Step: shuffles a box by a fresh secret seed, publishes what commits the shop to it, and opens it for sale. A seal from
 * before is aborted and stays in the history, its seed open to everybody.
 */
export async function sealSet(
  tx: Tx,
  deps: Pick<App, 'newId' | 'random'>,
  request: SealRequest,
): Promise<void> {
  const { set, product, prizes, now, actor } = request;
  const manifest = writeManifest(request);
  const seed = new Uint8Array(deps.random.bytes(SEED_BYTES));
  const sealed = computeWithNode(sealDeck(manifest, seed));
  const logStart = computeWithNode(startLog(fromHex(sealed.manifestHash), fromHex(sealed.root)));

  await abortSeal(tx, set.id, now);
  await insertSeal(tx, {
    id: deps.newId(),
    setId: set.id,
    manifest: canonicalJson(manifest),
    manifestHash: sealed.manifestHash,
    commitment: sealed.commitment,
    root: sealed.root,
    seed: Buffer.from(seed),
    sealedAt: now,
  });
  await deleteNumbers(tx, set.id);
  await insertNumbers(tx, set.id, findPrizeIds(sealed.deck, prizes));
  const { tickets, ticketPriceCents } = manifest;
  await openSet(tx, { id: set.id, tickets, ticketPriceCents, logHead: toHex(logStart), now });
  await setKujiOnHand(tx, {
    productId: product.id,
    onHand: manifest.tickets,
    now,
    actor,
    note: `set ${String(set.setNumber)} sealed`,
  });
  await recordAudit(tx, {
    id: deps.newId(),
    actor,
    action: 'kuji_set.sealed',
    targetType: 'kuji_set',
    targetId: set.id,
    before: null,
    after: { tickets: manifest.tickets, commitment: sealed.commitment, root: sealed.root },
    requestId: null,
  });
}

function writeManifest({ set, product, prizes }: SealRequest): Manifest {
  const lastOne = prizes.find(
    (prize) => prize.prizeTier === LAST_ONE_TIER && prize.sealedQuantity > 0,
  );
  return {
    version: KUJI_VERSION,
    setId: set.id,
    productId: product.id,
    setNumber: set.setNumber,
    tickets: countTickets(prizes),
    prizes: prizes
      .filter((prize) => prize.prizeTier !== LAST_ONE_TIER)
      .map((prize) => ({
        code: prize.prizeCode,
        tier: prize.prizeTier,
        quantity: prize.sealedQuantity,
      })),
    lastOne: lastOne?.prizeCode ?? '',
    entropy: 'payment',
    ticketPriceCents: product.priceCents,
    currency: CURRENCY,
  };
}

function findPrizeIds(deck: readonly string[], prizes: readonly PrizeRow[]): string[] {
  const idOf = new Map(prizes.map((prize) => [prize.prizeCode, prize.id]));
  return deck.map((code) => {
    const id = idOf.get(code);
    if (id === undefined) throw new Error(`The deck has a prize ${code} that the box has not.`);
    return id;
  });
}
