import type { App } from '../../../kernel/app.ts';
import type { JobContext } from '../../../queue/queue.ts';
import { expireOrder, failPayment, finaliseOrder } from '../../checkout/index.ts';
import { followDispute, syncRefundsOfIntent } from '../../refunds/index.ts';
import { ignored, workEvent, type Inbound, type Verdict } from './work-event.ts';

const ACTOR = 'stripe:webhook';

/**
 * Job: works a stored event of Stripe. The event only says that something happened to an object; the object is read again
 * and its present state decides, so repetition and order of events do not matter.
 */
export function workStripeEvent(
  app: App,
  payload: { inboundId: string },
  context: JobContext,
): Promise<void> {
  return workEvent(app, payload, context, (inbound) => act(app, inbound));
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
