import type { Tx } from '../../../db/client.ts';
import type { App } from '../../../kernel/app.ts';
import { issueGrant, type OrderWithLines } from '../../orders/index.ts';
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
