import { inTx } from '../../../db/client.ts';
import type { App } from '../../../kernel/app.ts';
import { Problem } from '../../../kernel/problems.ts';
import { recordAudit } from '../../audit/index.ts';
import { lockKujiInventory, setKujiOnHand } from '../../inventory/index.ts';
import { kujiProblems } from '../kuji.problems.ts';
import type { AdminSet } from '../kuji.sets-contract.ts';
import { loadAdminSet } from '../queries/load-sets.ts';
import { lockSets } from '../queries/lock-sets.ts';
import { appendLog } from './append-log.ts';
import { presentSet } from './list-sets.ts';
import { publishWhenOpened } from './publish-when-opened.ts';

export type CloseSetRequest = {
  setId: string;
  /** Public for ever: it stands in the set's log. At most 300 characters. */
  reason: string;
  actor: string;
  requestId: string | null;
};

/**
 * Use case: ends the sale of a box early. What was not sold leaves the stock; sold tickets can still be opened and
 * refunded, and the set is published when none is left closed.
 *
 * While somebody holds tickets the box stays open: a shopper may be paying for them at this moment, and would pay for
 * tickets that can no longer be drawn. Holds last minutes, and an archived product takes no new ones.
 *
 * @throws Problem KUJI_SET_NOT_FOUND, KUJI_SET_NOT_ON_SALE, KUJI_SET_HAS_HOLDS
 */
export function closeSet(app: App, request: CloseSetRequest): Promise<AdminSet> {
  const { setId, reason, actor, requestId } = request;
  return inTx(app, 'kuji.close-set', async (tx, now) => {
    const found = await loadAdminSet(tx, setId);
    if (!found) throw new Problem(kujiProblems.KUJI_SET_NOT_FOUND);
    const { productId, setNumber } = found;
    const stock = await lockKujiInventory(tx, productId);
    const [set] = await lockSets(tx, [setId]);
    if (!stock || !set) throw new Error(`Set ${setId} or the stock row of its product is gone.`);
    if (set.state !== 'open') throw new Problem(kujiProblems.KUJI_SET_NOT_ON_SALE);
    if (stock.reserved > 0) throw new Problem(kujiProblems.KUJI_SET_HAS_HOLDS);
    const note = `set ${String(setNumber)} ended early`;
    await setKujiOnHand(tx, { productId, onHand: 0, now, actor, note });
    await appendLog(tx, {
      set,
      entries: [{ type: 'closed', reason }],
      change: {
        state: 'closed',
        closedAt: now,
        closeReason: reason,
        ...(await publishWhenOpened(tx, set, now)),
      },
      now,
    });
    await recordAudit(tx, {
      id: app.newId(),
      actor,
      action: 'kuji_set.closed',
      targetType: 'kuji_set',
      targetId: setId,
      before: { state: 'open', unsold: stock.onHand },
      after: { state: 'closed', reason },
      requestId,
    });
    const closed = await loadAdminSet(tx, setId);
    if (!closed) throw new Error(`Set ${setId} vanished although it is locked.`);
    return presentSet(closed);
  });
}
