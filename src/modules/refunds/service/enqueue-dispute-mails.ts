import type { Tx } from '../../../db/client.ts';
import type { StripeDispute } from '../../../integrations/stripe/stripe-port.ts';
import type { App } from '../../../kernel/app.ts';
import { formatCents } from '../../../kernel/money.ts';
import {
  DISPUTED,
  enqueueShopNotice,
  enqueueShopperNotice,
  type OrderWithLines,
} from '../../orders/index.ts';

type About = { order: OrderWithLines; dispute: StripeDispute; now: Date };

/** Step: tells the shop of a new dispute, and the shopper if his order stops because of it. `order` is as it was before. */
export async function enqueueDisputeMails(tx: Tx, app: App, about: About): Promise<void> {
  const { order, dispute, now } = about;
  await enqueueShopNotice(tx, app, {
    order,
    kind: 'order-disputed-notice',
    entityId: dispute.id,
    heading: `The payment of order ${order.publicId} is disputed`,
    sentences: [
      `${DISPUTED.message} It is about ${amountOf(dispute)}, and the order was ${order.status}.`,
      `What to do: ${DISPUTED.hint}`,
    ],
    now,
  });
  if (order.status !== 'paid') return;
  await enqueueShopperNotice(tx, app, {
    order,
    kind: 'order-disputed',
    entityId: dispute.id,
    heading: `Your PopBox Studio order ${order.publicId} is on hold`,
    sentences: [
      `A bank has told us that the payment for order ${order.publicId} is disputed. Until it is decided we do not send the order.`,
      'If you do not know why, please answer this mail.',
    ],
    now,
  });
}

/** Step: tells the shop how a dispute ended. */
export function enqueueDisputeClosedNotice(
  tx: Tx,
  app: App,
  { order, dispute, isWon, now }: About & { isWon: boolean },
): Promise<void> {
  return enqueueShopNotice(tx, app, {
    order,
    kind: 'dispute-closed-notice',
    entityId: dispute.id,
    heading: `The dispute about order ${order.publicId} was ${isWon ? 'won' : 'lost'}`,
    sentences: isWon
      ? [`${amountOf(dispute)} stay with the shop. The order goes on where it was.`]
      : [`${amountOf(dispute)} are gone, and booked as refunded. Do not refund them again.`],
    now,
  });
}

/** Step: tells the shop of a dispute about a second payment, once when it is new and once when it has ended. */
export function enqueueSecondDisputeNotice(
  tx: Tx,
  app: App,
  { order, dispute, isEnded, now }: About & { isEnded: boolean },
): Promise<void> {
  const amount = amountOf(dispute);
  return enqueueShopNotice(tx, app, {
    order,
    kind: isEnded ? 'second-dispute-ended-notice' : 'second-dispute-notice',
    entityId: dispute.id,
    heading: `The second payment of order ${order.publicId} ${isEnded ? 'is not disputed any more' : 'is disputed'}`,
    sentences: isEnded
      ? [`The dispute about ${amount} ended: ${dispute.status.replaceAll('_', ' ')}.`]
      : [
          `A bank disputes ${amount} of it. The order was paid by another payment and goes on.`,
          'Answer the dispute at Stripe in time; if the money went back already, say so there.',
        ],
    now,
  });
}

function amountOf({ amountCents, currency }: StripeDispute): string {
  return `${formatCents(amountCents)} ${currency}`;
}
