import type { App } from '../../../kernel/app.ts';
import { expireOrder, failPayment, finaliseOrder, finaliseOrders } from '../../checkout/index.ts';
import { followDispute, syncRefundsOfIntent } from '../../refunds/index.ts';
import { ignored, NO_EFFECT, workEach, type Inbound, type Verdict } from './work-events.ts';

const ACTOR = 'stripe:webhook';

/** Reads the event's object again and acts on its present state; the answer names what came of it. */
type Effect = (app: App, objectId: string, inbound: Inbound) => Promise<string>;

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

/**
 * News of money whose own event is late or lost: the payment is booked first. Ignored, the news would never come again, and
 * the goods would be handed over for money that is gone.
 */
function afterPayment(effect: Effect): Effect {
  return async (app, objectId, inbound) => {
    const outcome = await effect(app, objectId, inbound);
    if (outcome !== 'not_ours' || !(await bookPayment(app, inbound))) return outcome;
    return effect(app, objectId, inbound);
  };
}

/** False if the payment is none of this shop's. */
async function bookPayment(app: App, inbound: Inbound): Promise<boolean> {
  const intentId = inbound.payload['payment_intent'];
  if (typeof intentId !== 'string') return false;
  const session = await app.stripe.findSessionByPaymentIntent(intentId);
  if (!session || session.orderId === null) return false;
  await finaliseOrder(app, { sessionId: session.id, actor: ACTOR });
  return true;
}

const syncRefundsOfPayment = afterPayment(syncRefunds);
const disputeOfPayment = afterPayment(dispute);

/** Each says that a session may be paid now. They come many at once, so they are acted on together. */
const PAYMENTS: readonly string[] = [
  'checkout.session.completed',
  'checkout.session.async_payment_succeeded',
];

/** Every other type of event that the shop acts on. */
const EFFECTS: ReadonlyMap<string, Effect> = new Map([
  [
    'checkout.session.async_payment_failed',
    (app, sessionId) => failPayment(app, { sessionId, actor: ACTOR }),
  ],
  ['checkout.session.expired', expire],
  ['refund.created', syncRefundsOfPayment],
  ['refund.updated', syncRefundsOfPayment],
  ['refund.failed', syncRefundsOfPayment],
  ['charge.refunded', syncRefundsOfPayment],
  ['charge.dispute.created', disputeOfPayment],
  ['charge.dispute.updated', disputeOfPayment],
  ['charge.dispute.closed', disputeOfPayment],
  ['charge.dispute.funds_withdrawn', disputeOfPayment],
  ['charge.dispute.funds_reinstated', disputeOfPayment],
]);

/** What Stripe's webhook endpoint is to be set up for, and what is swept for after an outage. */
export const stripeEventTypes: readonly string[] = [...PAYMENTS, ...EFFECTS.keys()];

export function hasEffect(type: string): boolean {
  return stripeEventTypes.includes(type);
}

/** Does what events of Stripe ask for. An event only says that something happened to an object. */
export async function actOnStripeEvents(
  app: App,
  events: readonly Inbound[],
): Promise<PromiseSettledResult<Verdict>[]> {
  const payments = events.flatMap((event) =>
    PAYMENTS.includes(event.type) && event.objectId !== null
      ? [{ event, sessionId: event.objectId }]
      : [],
  );
  const sessionIds = payments.map(({ sessionId }) => sessionId);
  const finalised = await finaliseOrders(app, { sessionIds, actor: ACTOR });
  const ends = new Map(payments.map(({ event }, index) => [event, finalised[index]]));
  return workEach(events, async (event) => {
    if (!ends.has(event)) return actOnOne(app, event);
    const end = ends.get(event);
    if (end?.status !== 'fulfilled') throw end?.reason;
    return toVerdict(end.value);
  });
}

async function actOnOne(app: App, event: Inbound): Promise<Verdict> {
  if (event.objectId === null) return ignored('The event names no object.');
  const effect = EFFECTS.get(event.type);
  if (effect === undefined) return ignored(NO_EFFECT);
  return toVerdict(await effect(app, event.objectId, event));
}

function toVerdict(outcome: string): Verdict {
  return outcome === 'not_ours'
    ? ignored('The object does not belong to an order of this shop.')
    : { state: 'processed', reason: outcome };
}
