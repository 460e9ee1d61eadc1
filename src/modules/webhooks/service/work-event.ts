import { eq, sql } from 'drizzle-orm';
import { inOneStatement } from '../../../db/client.ts';
import { prepareStatement } from '../../../db/prepare-statement.ts';
import { inboundEvents, type InboundState } from '../../../db/schema/webhooks.ts';
import type { App } from '../../../kernel/app.ts';
import { describeError } from '../../../kernel/describe-error.ts';
import type { JobContext } from '../../../queue/queue.ts';

export type Inbound = {
  id: string;
  eventId: string;
  type: string;
  objectId: string | null;
  payload: (typeof inboundEvents.$inferSelect)['payload'];
};
export type Verdict = { state: 'processed' | 'ignored'; reason: string | null };

/** Why most types of event are only kept. */
export const NO_EFFECT = 'Events of this type have no effect here.';

export function ignored(reason: string): Verdict {
  return { state: 'ignored', reason };
}

const eventOfId = prepareStatement((db) =>
  db
    .select()
    .from(inboundEvents)
    .where(eq(inboundEvents.id, sql.placeholder('id'))),
);

/**
 * Works a stored event with `act` and records what came of it. What fails is tried again with growing delays and, after
 * the last try, parked where an operator sees it.
 */
export async function workEvent(
  app: App,
  payload: { inboundId: string },
  context: JobContext,
  act: (inbound: Inbound) => Promise<Verdict>,
): Promise<void> {
  const [inbound] = await eventOfId(app.database.db, { id: payload.inboundId });
  if (!inbound || inbound.state === 'processed' || inbound.state === 'ignored') return;
  try {
    await record(app, inbound.id, await act(inbound));
  } catch (error) {
    const { type, message, code } = describeError(error);
    const reason = `${type}${code === undefined ? '' : ` ${code}`}: ${message}`.slice(0, 300);
    app.reports.failed(error, { flow: 'webhook', eventId: inbound.eventId });
    await record(app, inbound.id, { state: context.isLastTry ? 'parked' : 'failed', reason });
    throw error;
  }
}

async function record(
  app: App,
  id: string,
  outcome: { state: InboundState; reason: string | null },
): Promise<void> {
  const isDone = outcome.state === 'processed' || outcome.state === 'ignored';
  await inOneStatement(app, 'webhooks.record', (db, now) =>
    // Two workers may have had the event: whoever failed must not undo what the other did.
    db.execute(sql`
      UPDATE popbox.inbound_events SET state = ${outcome.state}, attempts = attempts + 1, reason = ${outcome.reason},
        processed_at = ${isDone ? now : null}
      WHERE id = ${id}::uuid AND state NOT IN ('processed', 'ignored')`),
  );
}
