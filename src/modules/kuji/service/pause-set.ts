import { eq } from 'drizzle-orm';
import { inTx } from '../../../db/client.ts';
import { kujiSets } from '../../../db/schema/kuji.ts';
import type { App } from '../../../kernel/app.ts';
import { Problem } from '../../../kernel/problems.ts';
import { recordAudit } from '../../audit/index.ts';
import { kujiProblems } from '../kuji.problems.ts';
import type { AdminSet } from '../kuji.sets-contract.ts';
import { loadAdminSet } from '../queries/load-sets.ts';
import { lockSets } from '../queries/lock-sets.ts';
import { presentSet } from './list-sets.ts';

/**
 * Use case: switches the sale of one box off, or on again. Not an event of the box's public log, which proves draws: a
 * pause changes none. Who comes second finds it done.
 *
 * @throws Problem KUJI_SET_NOT_FOUND
 */
export function pauseSet(
  app: App,
  request: { setId: string; pause: boolean; actor: string; requestId: string | null },
): Promise<AdminSet> {
  const { setId, pause, actor, requestId } = request;
  return inTx(app, 'kuji.pause-set', async (tx, now) => {
    const [set] = await lockSets(tx, [setId]);
    if (!set) throw new Problem(kujiProblems.KUJI_SET_NOT_FOUND);
    if ((set.pausedAt !== null) !== pause) {
      const pausedAt = pause ? now : null;
      await tx.update(kujiSets).set({ pausedAt }).where(eq(kujiSets.id, setId));
      await recordAudit(tx, {
        id: app.newId(),
        actor,
        action: pause ? 'kuji_set.paused' : 'kuji_set.resumed',
        targetType: 'kuji_set',
        targetId: setId,
        before: { pausedAt: set.pausedAt?.toISOString() ?? null },
        after: { pausedAt: pausedAt?.toISOString() ?? null },
        requestId,
      });
    }
    const saved = await loadAdminSet(tx, setId);
    if (!saved) throw new Error(`Set ${setId} vanished although it is locked.`);
    return presentSet(saved);
  });
}
