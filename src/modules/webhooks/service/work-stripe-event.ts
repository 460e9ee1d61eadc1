import { and, eq, notInArray, sql } from 'drizzle-orm';
import { inTx } from '../../../db/client.ts';
import { inboundEvents, type InboundState } from '../../../db/schema/webhooks.ts';
import type { App } from '../../../kernel/app.ts';
import { describeError } from '../../../kernel/describe-error.ts';
import type { JobContext } from '../../../queue/queue.ts';
import { expireOrder, failPayment, finaliseOrder } from '../../checkout/index.ts';
import { followDispute, syncRefundsOfIntent } from '../../refunds/index.ts';

type Inbound = {
  id: string;
  eventId: string;
  type: string;
  objectId: string | null;
  payload: (typeof inboundEvents.$inferSelect)['payload'];
};
type Verdict = { state: 'processed' | 'ignored'; reason: string | null };

const ACTOR = 'stripe:webhook';

/**
 * Job: works a stored event. The event only says that something happened to an object; the object is read again and its
 * present state decides, so repetition and order of events do not matter. What fails is tried again with growing delays
 * and, after the last try, parked where an operator sees it.
 */
export async function workStripeEvent(
  app: App,
  payload: { inboundId: string },
  context: JobContext,
): Promise<void> {
  const [inbound] = await app.database.db
    .select()
    .from(inboundEvents)
    .where(eq(inboundEvents.id, payload.inboundId));
  if (!inbound || inbound.state === 'processed' || inbound.state === 'ignored') return;
  try {
    const verdict = await act(app, inbound);
    await record(app, inbound.id, verdict);
  } catch (error) {
    const { type, message, code } = describeError(error);
    const reason = `${type}${code === undefined ? '' : ` ${code}`}: ${message}`.slice(0, 300);
    app.reports.failed(error, { flow: 'webhook', eventId: inbound.eventId });
    await record(app, inbound.id, { state: context.isLastTry ? 'parked' : 'failed', reason });
    throw error;
  }
}

async function act(app: App, inbound: Inbound): Promise<Verdict> {
  const { objectId } = inbound;
  if (objectId === null) return ignored('The event names no object.');
  switch (inbound.type) {
    case 'checkout.session.completed':
    case 'checkout.session.async_payment_succeeded':
      return verdict(await finaliseOrder(app, { sessionId: objectId, actor: ACTOR }));
    case 'checkout.session.async_payment_failed':
      return verdict(await failPayment(app, { sessionId: objectId, actor: ACTOR }));
    case 'checkout.session.expired':
      return verdict(await expireSession(app, objectId));
    case 'refund.created':
    case 'refund.updated':
    case 'refund.failed':
    case 'charge.refunded':
      return verdict(await bringRefundsUpToDate(app, inbound));
    case 'charge.dispute.created':
    case 'charge.dispute.updated':
    case 'charge.dispute.closed':
    case 'charge.dispute.funds_withdrawn':
    case 'charge.dispute.funds_reinstated':
      return verdict(await followDispute(app, { disputeId: objectId, actor: ACTOR }));
    default:
      return ignored('Events of this type have no effect here.');
  }
}

async function expireSession(app: App, sessionId: string): Promise<string> {
  const session = await app.stripe.retrieveSession(sessionId);
  if (!session || session.orderId === null) return 'not_ours';
  if (session.status !== 'expired') return 'no_effect';
  return (await expireOrder(app, { orderId: session.orderId, actor: ACTOR }))
    ? 'expired'
    : 'no_effect';
}

/** All refunds of the payment are read, so whichever event comes first brings the whole picture. */
async function bringRefundsUpToDate(app: App, inbound: Inbound): Promise<string> {
  const intentId = inbound.payload['payment_intent'];
  if (typeof intentId !== 'string') return 'not_ours';
  return syncRefundsOfIntent(app, { intentId, actor: ACTOR });
}

function verdict(outcome: string): Verdict {
  return outcome === 'not_ours'
    ? ignored('The object does not belong to an order of this shop.')
    : { state: 'processed', reason: outcome };
}

function ignored(reason: string): Verdict {
  return { state: 'ignored', reason };
}

async function record(
  app: App,
  id: string,
  outcome: { state: InboundState; reason: string | null },
): Promise<void> {
  await inTx(app, 'webhooks.record', async (tx, now) => {
    const isDone = outcome.state === 'processed' || outcome.state === 'ignored';
    await tx
      .update(inboundEvents)
      .set({
        ...outcome,
        attempts: sql`${inboundEvents.attempts} + 1`,
        processedAt: isDone ? now : null,
      })
      // Two workers may have had the event: whoever failed must not undo what the other did.
      .where(
        and(eq(inboundEvents.id, id), notInArray(inboundEvents.state, ['processed', 'ignored'])),
      );
  });
}
