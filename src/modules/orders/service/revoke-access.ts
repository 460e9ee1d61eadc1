import { inTx } from '../../../db/client.ts';
import { orderEvents } from '../../../db/schema/orders-follow-up.ts';
import type { App } from '../../../kernel/app.ts';
import { Problem } from '../../../kernel/problems.ts';
import { recordAudit } from '../../audit/index.ts';
import { ordersProblems } from '../orders.problems.ts';
import { revokeGrants } from './issue-grant.ts';
import { lockOrder } from './keep-order.ts';

/**
 * Use case: ends every guest access to an order at once, for instance because a link was passed on. The next mail about
 * the order brings a new link. Mails that still wait keep their old one, which then opens nothing.
 *
 * @throws Problem ORDER_NOT_FOUND
 */
export async function revokeAccess(
  app: App,
  request: { orderId: string; actor: string; requestId: string | null },
): Promise<{ orderId: string; revoked: number }> {
  const { orderId, actor, requestId } = request;
  return inTx(app, 'orders.revoke-access', async (tx, now) => {
    if (!(await lockOrder(tx, orderId))) throw new Problem(ordersProblems.ORDER_NOT_FOUND);
    const revoked = await revokeGrants(tx, { orderId, now });
    await tx.insert(orderEvents).values({
      orderId,
      kind: 'guest_access_revoked',
      actor,
      details: { grants: revoked },
      createdAt: now,
    });
    await recordAudit(tx, {
      id: app.newId(),
      actor,
      action: 'order.guest_access_revoked',
      targetType: 'order',
      targetId: orderId,
      before: { liveGrants: revoked },
      after: { liveGrants: 0 },
      requestId,
    });
    return { orderId, revoked };
  });
}
