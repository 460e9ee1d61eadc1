import { z } from 'zod';
import { inTx } from '../../../db/client.ts';
import type { OrderStatus } from '../../../db/schema/orders.ts';
import type { App } from '../../../kernel/app.ts';
import { Problem } from '../../../kernel/problems.ts';
import { recordAudit } from '../../audit/index.ts';
import { findSuppressions } from '../../outbox/index.ts';
import { writeRefunded } from '../mails/write-refunded.ts';
import { ordersProblems } from '../orders.problems.ts';
import { insertEvent } from '../queries/load-order-facts.ts';
import { enqueueConfirmation, orderUrl, toShopper } from './enqueue-order-mails.ts';
import { lockOrder } from './keep-order.ts';
import { nameStatus } from './name-status.ts';
import type { StaffRequest } from './pack-order.ts';

export type ResentMail = 'order-confirmed' | 'order-refunded';

/** What a shopper with an order in this status would look for in his mailbox. */
function mailOf(status: OrderStatus): ResentMail | null {
  if (status === 'paid' || status === 'packed' || status === 'shipped') return 'order-confirmed';
  return status === 'refunded' ? 'order-refunded' : null;
}

/**
 * Use case: the mail about an order goes out again, whatever became of the first, with a link of its own. Each request is
 * a mail of its own; what it is named after is its entry in the timeline.
 *
 * @throws Problem ORDER_NOT_FOUND, ORDER_MAIL_NOT_ELIGIBLE, ORDER_MAIL_UNDELIVERABLE
 */
export function resendConfirmation(app: App, request: StaffRequest): Promise<ResentMail> {
  const { orderId, actor, requestId } = request;
  return inTx(app, 'orders.resend', async (tx, now) => {
    const order = await lockOrder(tx, orderId);
    if (!order) throw new Problem(ordersProblems.ORDER_NOT_FOUND);
    const kind = mailOf(order.status);
    if (kind === null) {
      throw new Problem(ordersProblems.ORDER_MAIL_NOT_ELIGIBLE, {
        message: `This order is ${nameStatus(order.status)}. ${ordersProblems.ORDER_MAIL_NOT_ELIGIBLE.message}`,
        details: { status: order.status },
      });
    }
    const { email } = order.customerSnapshot;
    const isSuppressed = (await findSuppressions(tx, app, [order.email])).size > 0;
    if (order.erasedAt !== null || isSuppressed || !z.email().safeParse(email).success) {
      throw new Problem(ordersProblems.ORDER_MAIL_UNDELIVERABLE);
    }
    const eventId = await insertEvent(tx, {
      orderId,
      kind: 'mail_resent',
      actor,
      details: { mail: kind },
      now,
    });
    const entityId = `${orderId}/${String(eventId)}`;
    if (kind === 'order-confirmed') await enqueueConfirmation(tx, app, { order, entityId, now });
    else {
      const mail = writeRefunded(order, orderUrl(app, order));
      await toShopper(tx, app, { order, kind, entityId, mail, opensOrder: true, now });
    }
    await recordAudit(tx, {
      id: app.newId(),
      actor,
      action: 'order.mail_resent',
      targetType: 'order',
      targetId: orderId,
      before: null,
      after: { mail: kind },
      requestId,
    });
    return kind;
  });
}
