import { sql } from 'drizzle-orm';
import pLimit from 'p-limit';
import { inTx } from '../../../db/client.ts';
import { prepareStatement } from '../../../db/prepare-statement.ts';
import { inboundEvents, type InboundState } from '../../../db/schema/webhooks.ts';
import { oneOfIds } from '../../../db/one-of.ts';
import type { App } from '../../../kernel/app.ts';
import { describeError } from '../../../kernel/describe-error.ts';
import type { Job } from '../../../queue/queue.ts';

export type Inbound = {
  id: string;
  eventId: string;
  type: string;
  objectId: string | null;
  payload: (typeof inboundEvents.$inferSelect)['payload'];
  isLastTry: boolean;
};
export type Verdict = { state: 'processed' | 'ignored'; reason: string | null };

/** Of events that are worked each for itself, how many at a time: below the pool's size, so that requests find a connection. */
const PARALLEL = 4;

/** Works each for itself, a few side by side. */
export function workEach(
  events: readonly Inbound[],
  act: (event: Inbound) => Promise<Verdict>,
): Promise<PromiseSettledResult<Verdict>[]> {
  const sideBySide = pLimit(PARALLEL);
  return Promise.allSettled(events.map((event) => sideBySide(act, event)));
}

/** Why most types of event are only kept. */
export const NO_EFFECT = 'Events of this type have no effect here.';

export function ignored(reason: string): Verdict {
  return { state: 'ignored', reason };
}

const eventsOfIds = prepareStatement((db) =>
  db
    .select()
    .from(inboundEvents)
    .where(sql`${inboundEvents.id} = ${oneOfIds('ids')}`),
);

/**
 * Works stored events with `act`, which answers in their order what came of each, and records it. What fails is tried again
 * with growing delays and, after the last try, parked where an operator sees it.
 */
export async function workEvents(
  app: App,
  jobs: readonly Job<{ inboundId: string }>[],
  act: (events: readonly Inbound[]) => Promise<PromiseSettledResult<Verdict>[]>,
): Promise<PromiseSettledResult<unknown>[]> {
  const ids = [...new Set(jobs.map(({ payload }) => payload.inboundId))];
  const stored = await inTx(app, 'webhooks.load', (tx) => eventsOfIds(tx, { ids }));
  const open = stored
    .filter(({ state }) => state !== 'processed' && state !== 'ignored')
    .map((event) => ({ ...event, isLastTry: isLastTry(jobs, event.id) }));
  const ends = open.length === 0 ? [] : await act(open);
  const worked = open.map((event, index) => ({ event, end: ends[index] ?? NOT_WORKED }));
  await record(app, worked);
  return jobs.map(
    ({ payload }) => worked.find(({ event }) => event.id === payload.inboundId)?.end ?? DONE,
  );
}

/** Of several jobs for one event, a later one may still try it. */
function isLastTry(jobs: readonly Job<{ inboundId: string }>[], id: string): boolean {
  return jobs.every(({ payload, context }) => payload.inboundId !== id || context.isLastTry);
}

const DONE = { status: 'fulfilled', value: undefined } as const;
const NOT_WORKED = { status: 'rejected', reason: new Error('Nobody worked the event.') } as const;

type Worked = { event: Inbound; end: PromiseSettledResult<Verdict> };

async function record(app: App, worked: readonly Worked[]): Promise<void> {
  if (worked.length === 0) return;
  const outcomes = worked.map(({ event, end }) => ({
    id: event.id,
    ...(end.status === 'fulfilled' ? end.value : describeFailure(app, event, end.reason)),
  }));
  await inTx(app, 'webhooks.record', (tx, now) =>
    // Two workers may have had the event: whoever failed must not undo what the other did.
    tx.execute(sql`
      UPDATE popbox.inbound_events e SET state = o.state, attempts = attempts + 1, reason = o.reason,
        processed_at = CASE WHEN o.state IN ('processed', 'ignored') THEN ${now.toISOString()}::timestamptz END
      FROM json_to_recordset(${JSON.stringify(outcomes)}::json) AS o(id uuid, state text, reason text)
      WHERE e.id = ANY (${sql.param(outcomes.map(({ id }) => id))}::uuid[]) AND e.id = o.id
        AND e.state NOT IN ('processed', 'ignored')`),
  );
}

function describeFailure(
  app: App,
  event: Inbound,
  error: unknown,
): { state: InboundState; reason: string } {
  const { type, message, code } = describeError(error);
  app.reports.failed(error, { flow: 'webhook', eventId: event.eventId });
  return {
    state: event.isLastTry ? 'parked' : 'failed',
    // What Postgres cannot keep would keep it from recording the others, too.
    reason: `${type}${code === undefined ? '' : ` ${code}`}: ${message}`
      .slice(0, 300)
      .replace(/[\p{Cc}\p{Cs}]+/gu, ' '),
  };
}
