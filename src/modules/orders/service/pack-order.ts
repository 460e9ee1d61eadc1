import { inTx } from '../../../db/client.ts';
import type { App } from '../../../kernel/app.ts';
import { Problem } from '../../../kernel/problems.ts';
import { recordAudit } from '../../audit/index.ts';
import { revealAll } from '../../kuji/index.ts';
import { ordersProblems } from '../orders.problems.ts';
import { lockOrder } from './keep-order.ts';
import { markPacked } from './mark-order.ts';
import { nameStatus } from './name-status.ts';
import { requireMoneyStays } from './require-money-stays.ts';

/** Who asks for a change of which order. */
export type StaffRequest = { orderId: string; actor: string; requestId: string | null };

/**
 * Use case: the goods are in the box. Who packs must see the prizes, so tickets that are still closed are opened in the
 * same transaction; the order's page says how many before. Of two who pack at once the second is told that it is done.
 *
 * @throws Problem ORDER_NOT_FOUND, ORDER_NOT_PACKABLE (also while the payment is disputed: the order then needs attention),
 *   ORDER_MONEY_LEAVING
 */
export function packOrder(app: App, request: StaffRequest): Promise<{ revealedTickets: number }> {
  const { orderId, actor, requestId } = request;
  return inTx(app, 'orders.pack', async (tx, now) => {
    const order = await lockOrder(tx, orderId);
    if (!order) throw new Problem(ordersProblems.ORDER_NOT_FOUND);
    if (order.status !== 'paid') {
      throw new Problem(ordersProblems.ORDER_NOT_PACKABLE, {
        message: `This order is ${nameStatus(order.status)}. ${ordersProblems.ORDER_NOT_PACKABLE.message}`,
        details: { status: order.status },
      });
    }
    await requireMoneyStays(tx, app, orderId);
    const revealedTickets = await revealAll(tx, { orderId, now });
    await markPacked(tx, { order, revealedTickets, now, actor });
    await recordAudit(tx, {
      id: app.newId(),
      actor,
      action: 'order.packed',
      targetType: 'order',
      targetId: orderId,
      before: { status: order.status },
      after: { status: 'packed', revealedTickets },
      requestId,
    });
    return { revealedTickets };
  });
}

/** What an answer says after packing. */
export function tellPacked({ revealedTickets }: { revealedTickets: number }): string {
  if (revealedTickets === 0) return 'The order is packed.';
  return revealedTickets === 1
    ? 'The order is packed. One ticket that was still closed has been opened.'
    : `The order is packed. ${String(revealedTickets)} tickets that were still closed have been opened.`;
}
