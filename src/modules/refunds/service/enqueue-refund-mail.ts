import type { Tx } from '../../../db/client.ts';
import type { App } from '../../../kernel/app.ts';
import { formatCents } from '../../../kernel/money.ts';
import { enqueueShopNotice, issueGrant, type OrderWithLines } from '../../orders/index.ts';
import { enqueueMail, SECRET_PLACEHOLDER } from '../../outbox/index.ts';
import { writeRefund } from '../mails/write-refund.ts';
import type { Refund } from '../queries/keep-refunds.ts';

/** Step: tells the shopper that money went back, once per refund. */
export async function enqueueRefundMail(
  tx: Tx,
  app: App,
  { order, refund, now }: { order: OrderWithLines; refund: Refund; now: Date },
): Promise<void> {
  const grant = await issueGrant(tx, app, { orderId: order.id, purpose: 'mail:refund', now });
  const url = `${app.config.clientBaseUrl}/orders/${order.publicId}?token=${SECRET_PLACEHOLDER}`;
  await enqueueMail(tx, app, {
    ...writeRefund(order, refund, url),
    key: `refund/${refund.id}`,
    kind: 'refund',
    orderId: order.id,
    recipient: order.customerSnapshot.email,
    replyTo: app.config.mail.contactTo,
    secret: grant.token,
    now,
  });
}

/**
 * Step: tells the shop that money which was to go back did not. Not whoever asked for it and is answered right now; nobody
 * waits for one that the shop began by itself.
 */
export async function enqueueRefundFailedNotice(
  tx: Tx,
  app: App,
  request: { order: OrderWithLines; refund: Refund; now: Date; actor: string },
): Promise<void> {
  const { order, refund, now, actor } = request;
  const { requestedBy } = refund;
  const isAnswered =
    refund.state === 'requested' && requestedBy === actor && !requestedBy.startsWith('system:');
  if (isAnswered) return;
  const amount = `${formatCents(refund.amountCents)} ${refund.currency}`;
  await enqueueShopNotice(tx, app, {
    order,
    kind: 'refund-failed-notice',
    entityId: refund.id,
    heading: `A refund of order ${order.publicId} failed`,
    sentences: [
      `Stripe could not give back ${amount}: the money is still the shop's.`,
      'Ask the shopper for another way, or refund the order again.',
    ],
    now,
  });
}
