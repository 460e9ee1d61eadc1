import type { Tx } from '../../../db/client.ts';
import { endHolds, type HoldRow } from '../inventory.queries.ts';

export type EndedHold = HoldRow;

/**
 * Step: the goods of these orders' live holds are sold. The caller has locked the orders. Returns the holds that this very
 * call converted; fewer than an order has lines means that some were gone, and the caller rolls back.
 */
export function convertHolds(
  tx: Tx,
  request: { orderIds: readonly string[]; lineCount: number; now: Date; actor: string },
): Promise<EndedHold[]> {
  return endHolds(tx, { ...request, state: 'converted', reason: 'sold', takesGoods: true });
}

/** Step: frees the stock of an order's live holds; without any it does nothing. The caller has locked the order. */
export function releaseHolds(
  tx: Tx,
  request: {
    orderId: string;
    lineCount: number;
    as: 'expired' | 'released';
    now: Date;
    actor: string;
  },
): Promise<EndedHold[]> {
  const { as, orderId, ...rest } = request;
  const reason = as === 'expired' ? 'hold_expired' : 'hold_released';
  return endHolds(tx, { ...rest, orderIds: [orderId], state: as, reason, takesGoods: false });
}
