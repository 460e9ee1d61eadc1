import { inTx, readNow, type Tx } from '../../../db/client.ts';
import type { App } from '../../../kernel/app.ts';
import { addMs } from '../../../kernel/clock.ts';
import { recordAudit } from '../../audit/index.ts';
import type { LogEntry } from '../proof/chain-log.ts';
import { findDueSets, lockUnpublishedSet } from '../queries/find-due-sets.ts';
import type { KujiSet } from '../queries/lock-sets.ts';
import { EVERY_TICKET, hasClosedTickets, markRevealed } from '../queries/write-reveals.ts';
import { appendLog } from './append-log.ts';
import { toRevealEntries } from './publish-when-opened.ts';

const BATCH = 100;
/** How long after the end of a sale tickets may stay closed; then they are opened for everybody. */
const OPEN_ALL_AFTER_MS = 30 * 24 * 3_600_000;
const SOLD_OUT = 'sold out';

/**
 * Job: publishes sets whose tickets are all opened, or whose sale ended thirty days ago; then what is left is opened
 * first. A sold-out set is closed with it. One transaction per set, so that a set that fails holds up no other, and
 * several instances may work at once.
 */
export async function closeDueSets(app: App): Promise<{ published: number }> {
  let published = 0;
  let after: string | null = null;
  do {
    const deadline = addMs(await readNow(app), -OPEN_ALL_AFTER_MS);
    const due: string[] = await findDueSets(app.database.db, { deadline, after, limit: BATCH });
    for (const setId of due) {
      if (await publishDueSet(app, setId)) published += 1;
    }
    // By id and not from the start again: a set that fails would come back for ever.
    after = due.length < BATCH ? null : (due.at(-1) ?? null);
  } while (after !== null);
  if (published > 0) app.log.info({ published }, 'kuji sets published');
  return { published };
}

async function publishDueSet(app: App, setId: string): Promise<boolean> {
  try {
    return await inTx(app, 'kuji.publish-set', (tx, now) => publish(tx, app, { setId, now }));
  } catch (error) {
    app.log.error({ err: error, setId }, 'a kuji set could not be published');
    return false;
  }
}

async function publish(
  tx: Tx,
  deps: Pick<App, 'newId'>,
  request: { setId: string; now: Date },
): Promise<boolean> {
  const { setId, now } = request;
  const set = await lockUnpublishedSet(tx, setId);
  // Judged again under the lock: a refund may have reopened the set, and its tickets been sold anew, since it was found.
  if (!set || (!isOver(set, now) && (await hasClosedTickets(tx, setId)))) return false;
  const opened = await markRevealed(tx, { ...EVERY_TICKET, setIds: [setId], now });
  const entries: LogEntry[] = toRevealEntries(opened);
  const isClosing = set.state !== 'closed';
  if (isClosing) entries.push({ type: 'closed', reason: SOLD_OUT });
  await appendLog(tx, {
    set,
    entries,
    change: {
      publishedAt: now,
      ...(isClosing ? { state: 'closed', closedAt: now, closeReason: SOLD_OUT } : {}),
    },
    now,
  });
  await recordAudit(tx, {
    id: deps.newId(),
    actor: 'system:close-kuji-sets',
    action: 'kuji_set.published',
    targetType: 'kuji_set',
    targetId: setId,
    before: { state: set.state },
    after: { state: 'closed', openedByJob: opened.length },
    requestId: null,
  });
  return true;
}

function isOver(set: KujiSet, now: Date): boolean {
  const endedAt = set.soldOutAt ?? set.closedAt;
  return endedAt !== null && endedAt <= addMs(now, -OPEN_ALL_AFTER_MS);
}
