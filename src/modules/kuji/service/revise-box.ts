import type { Tx } from '../../../db/client.ts';
import type { App } from '../../../kernel/app.ts';
import type { Problem } from '../../../kernel/problems.ts';
import { setKujiOnHand } from '../../inventory/index.ts';
import { loadPrizes } from '../queries/save-prizes.ts';
import { checkTicketCount } from './check-prize.ts';
import { countTickets } from './count-tickets.ts';
import type { Box } from './lock-box.ts';
import { sealSet } from './seal-set.ts';

/**
 * Step: what follows from other contents of an unfrozen box, in the transaction that changed them. A box on sale gets a
 * new seal, a first box on a product that is already on sale its first one; otherwise stock follows the prizes.
 *
 * The first box counts as stock from its first prize, so that the shop sees what it prepares. A later one counts when it
 * is opened: until then the product page shows the box before it.
 *
 * @throws Problem `whenEmpty` if a box on sale would have no ticket left; VALIDATION_FAILED if it has too many
 */
export async function reviseBox(
  tx: Tx,
  deps: Pick<App, 'newId' | 'random'>,
  request: { box: Box; whenEmpty: Problem; now: Date; actor: string },
): Promise<void> {
  const { box, whenEmpty, now, actor } = request;
  const { product, set } = box;
  const prizes = await loadPrizes(tx, set.id);
  const tickets = countTickets(prizes);
  checkTicketCount(tickets);
  if (set.state === 'open') {
    if (tickets === 0) throw whenEmpty;
    await sealSet(tx, deps, { set, product, prizes, now, actor });
  } else if (set.setNumber === 1) {
    if (product.status === 'active' && tickets > 0) {
      await sealSet(tx, deps, { set, product, prizes, now, actor });
    } else {
      const note = 'prizes of the first box changed';
      await setKujiOnHand(tx, { productId: product.id, onHand: tickets, now, actor, note });
    }
  }
}
