import { inTx, type Tx } from '../../../db/client.ts';
import type { App } from '../../../kernel/app.ts';
import { Problem } from '../../../kernel/problems.ts';
import { recordAudit } from '../../audit/index.ts';
import { kujiProblems } from '../kuji.problems.ts';
import type { AdminSet } from '../kuji.sets-contract.ts';
import { loadAdminSet } from '../queries/load-sets.ts';
import { insertPrize, loadPrizes } from '../queries/save-prizes.ts';
import { checkTicketCount } from './check-prize.ts';
import { countTickets } from './count-tickets.ts';
import { createDraftSet } from './create-draft-set.ts';
import { presentSet } from './list-sets.ts';
import { lockBox, type Box } from './lock-box.ts';
import { sealAndOpenSet } from './seal-and-open-set.ts';

export type OpenNextSetRequest = {
  productId: string;
  /** False: only prepare the box, so that its prizes can be edited first. */
  open: boolean;
  actor: string;
  requestId: string | null;
};

/**
 * Use case: the next box of a kuji product, once the present one is sold out or closed: the one in preparation, else a
 * full copy of the last. It is sealed and put on sale if the product is active and `open` is true; a box in preparation
 * goes on sale with the product, or by another call.
 *
 * @throws Problem KUJI_SET_STILL_ON_SALE, KUJI_SET_IN_PREPARATION (nothing to do), KUJI_SET_EMPTY;
 *   VALIDATION_FAILED (a full copy would have too many tickets); KUJI_PRODUCT_NOT_FOUND, PRODUCT_IS_NOT_KUJI
 */
export function openNextSet(app: App, request: OpenNextSetRequest): Promise<AdminSet> {
  const { productId, actor } = request;
  return inTx(app, 'kuji.open-next-set', async (tx, now) => {
    const box = await lockBox(tx, { productId, setId: null });
    const isOpening = request.open && box.product.status === 'active';
    const setId = await findOrMakeNext(tx, app, { ...request, box, isOpening, now });
    if (isOpening && !(await sealAndOpenSet(tx, app, { productId, now, actor }))) {
      throw new Problem(kujiProblems.KUJI_SET_EMPTY);
    }
    const opened = await loadAdminSet(tx, setId);
    if (!opened) throw new Error(`Set ${setId} vanished although it is locked.`);
    return presentSet(opened);
  });
}

type NextRequest = OpenNextSetRequest & { box: Box; isOpening: boolean; now: Date };

async function findOrMakeNext(tx: Tx, app: App, request: NextRequest): Promise<string> {
  const { set } = request.box;
  switch (set.state) {
    case 'open':
      throw new Problem(kujiProblems.KUJI_SET_STILL_ON_SALE);
    case 'draft':
      if (!request.isOpening) throw new Problem(kujiProblems.KUJI_SET_IN_PREPARATION);
      return set.id;
    case 'sold_out':
    case 'closed':
      return copyBox(tx, app, request);
  }
}

/** As the box came from the factory, whatever was left of it when it was sealed. */
async function copyBox(tx: Tx, app: App, request: NextRequest): Promise<string> {
  const { productId, box, now, actor, requestId } = request;
  const prizes = (await loadPrizes(tx, box.set.id)).map((prize) => ({
    ...prize,
    sealedQuantity: prize.initialQuantity,
    revealedCount: 0,
  }));
  const tickets = countTickets(prizes);
  checkTicketCount(tickets);
  const setId = await createDraftSet(tx, app, { productId, now });
  for (const prize of prizes) {
    await insertPrize(tx, { ...prize, id: app.newId(), setId, createdAt: now, updatedAt: now });
  }
  await recordAudit(tx, {
    id: app.newId(),
    actor,
    action: 'kuji_set.created',
    targetType: 'kuji_set',
    targetId: setId,
    before: null,
    after: { setNumber: box.set.setNumber + 1, tickets },
    requestId,
  });
  return setId;
}
