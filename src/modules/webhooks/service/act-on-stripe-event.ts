import type { App } from '../../../kernel/app.ts';
import { expireOrder, failPayment, finaliseOrder } from '../../checkout/index.ts';
import { followDispute, syncRefundsOfIntent } from '../../refunds/index.ts';
import { ignored, NO_EFFECT, type Inbound, type Verdict } from './work-event.ts';

const ACTOR = 'stripe:webhook';

/** Reads the event's object again and acts on its present state; the answer names what came of it. */
type Effect = (app: App, objectId: string, inbound: Inbound) => Promise<string>;

const finalise: Effect = (app, sessionId) => finaliseOrder(app, { sessionId, actor: ACTOR });

const expire: Effect = async (app, sessionId) => {
  const session = await app.stripe.retrieveSession(sessionId);
  if (!session || session.orderId === null) return 'not_ours';
  if (session.status !== 'expired') return 'no_effect';
  const { orderId } = session;
  return (await expireOrder(app, { orderId, sessionId, actor: ACTOR })) ? 'expired' : 'no_effect';
};

/** All refunds of the payment are read, so whichever event comes first brings the whole picture. */
const syncRefunds: Effect = async (app, _refundId, inbound) => {
  const intentId = inbound.payload['payment_intent'];
  if (typeof intentId !== 'string') return 'not_ours';
  return syncRefundsOfIntent(app, { intentId, actor: ACTOR });
};

const dispute: Effect = (app, disputeId) => followDispute(app, { disputeId, actor: ACTOR });

/** Every type of event that the shop acts on. */
const EFFECTS: ReadonlyMap<string, Effect> = new Map([
  ['checkout.session.completed', finalise],
  ['checkout.session.async_payment_succeeded', finalise],
  [
    'checkout.session.async_payment_failed',
    (app, sessionId) => failPayment(app, { sessionId, actor: ACTOR }),
  ],
  ['checkout.session.expired', expire],
  ['refund.created', syncRefunds],
  ['refund.updated', syncRefunds],
  ['refund.failed', syncRefunds],
  ['charge.refunded', syncRefunds],
  ['charge.dispute.created', dispute],
  ['charge.dispute.updated', dispute],
  ['charge.dispute.closed', dispute],
  ['charge.dispute.funds_withdrawn', dispute],
  ['charge.dispute.funds_reinstated', dispute],
]);

export function hasEffect(type: string): boolean {
  return EFFECTS.has(type);
}

/** Does what an event of Stripe asks for. The event only says that something happened to an object. */
export async function actOnStripeEvent(app: App, inbound: Inbound): Promise<Verdict> {
  const effect = EFFECTS.get(inbound.type);
  if (effect === undefined) return ignored(NO_EFFECT);
  if (inbound.objectId === null) return ignored('The event names no object.');
  const outcome = await effect(app, inbound.objectId, inbound);
  return outcome === 'not_ours'
    ? ignored('The object does not belong to an order of this shop.')
    : { state: 'processed', reason: outcome };
}
