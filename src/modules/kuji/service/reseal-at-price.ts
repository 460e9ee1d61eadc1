import type { Tx } from '../../../db/client.ts';
import type { App } from '../../../kernel/app.ts';
import { validationFailed } from '../../../kernel/problems.ts';
import { loadPrizes } from '../queries/save-prizes.ts';
import { lockBox } from './lock-box.ts';
import { sealSet } from './seal-set.ts';

const FROZEN_PRICE_TEXT =
  'Tickets of this box are held or sold at the present price. Close the box and open the next one to change it.';

/**
 * Step: the ticket price stands in what the shop promised about a box, so another price is another promise. The product
 * has its new price already. A sold-out box counts as on sale: a returned ticket would be sold again.
 *
 * @throws Problem VALIDATION_FAILED at `priceCents` if a ticket of the box is held or sold
 */
export async function resealAtPrice(
  tx: Tx,
  deps: Pick<App, 'newId' | 'random'>,
  request: { productId: string; now: Date; actor: string },
): Promise<void> {
  const { productId, now, actor } = request;
  const { product, set, isFrozen } = await lockBox(tx, { productId, setId: null });
  switch (set.state) {
    case 'draft':
    case 'closed':
      return;
    case 'open':
    case 'sold_out':
      if (isFrozen) throw validationFailed({ priceCents: [FROZEN_PRICE_TEXT] });
      await sealSet(tx, deps, {
        set,
        product,
        prizes: await loadPrizes(tx, set.id),
        now,
        actor,
      });
  }
}
