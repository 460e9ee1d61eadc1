import { inTx } from '../../../db/client.ts';
import type { App } from '../../../kernel/app.ts';
import { addMs, DAY_MS } from '../../../kernel/clock.ts';
import { deleteOldAttempts } from '../checkout.queries.ts';

/** A fault of Friday can be looked into on Monday. */
const REMEMBERED_MS = 3 * DAY_MS;
const MAX_BATCHES = 100;

/** Job: forgets the keys of finished attempts, in short transactions. Answers how many. */
export async function pruneAttempts(app: App): Promise<number> {
  let forgotten = 0;
  for (let batch = 0; batch < MAX_BATCHES; batch += 1) {
    const deleted = await inTx(app, 'checkout.prune', (tx, now) =>
      deleteOldAttempts(tx, addMs(now, -REMEMBERED_MS)),
    );
    forgotten += deleted;
    if (deleted === 0) break;
  }
  return forgotten;
}
