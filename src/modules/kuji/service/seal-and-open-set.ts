import type { Tx } from '../../../db/client.ts';
import type { App } from '../../../kernel/app.ts';
import { lockKujiInventory } from '../../inventory/index.ts';
import { lockProductSet } from '../queries/lock-sets.ts';
import { loadPrizes } from '../queries/save-prizes.ts';
import { countTickets } from './count-tickets.ts';
import { requireKujiProduct } from './lock-box.ts';
import { sealSet } from './seal-set.ts';

/**
 * Step: seals the box that a kuji product has in preparation and puts it on sale. Does nothing, and returns false, for
 * other products, without a draft, and for a box without tickets: that one is sealed with its first.
 */
export async function sealAndOpenSet(
  tx: Tx,
  deps: Pick<App, 'newId' | 'random'>,
  request: { productId: string; now: Date; actor: string },
): Promise<boolean> {
  const { productId, now, actor } = request;
  // Other products have no such row. The order of the locks is that of a checkout.
  if (!(await lockKujiInventory(tx, productId))) return false;
  const set = await lockProductSet(tx, productId, null);
  if (set?.state !== 'draft') return false;
  const prizes = await loadPrizes(tx, set.id);
  if (countTickets(prizes) === 0) return false;
  const product = await requireKujiProduct(tx, productId);
  await sealSet(tx, deps, { set, product, prizes, now, actor });
  return true;
}
