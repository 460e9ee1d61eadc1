import type { Tx } from '../../../db/client.ts';
import { anonymiseOrders } from '../../orders/index.ts';
import { eraseMails } from '../../outbox/index.ts';
import { erasePayers } from '../../payments/index.ts';
import { eraseRefundReasons } from '../../refunds/index.ts';

/** Step: takes the person out of settled orders that are locked, and out of what hangs on them. */
export async function eraseOrders(
  tx: Tx,
  request: { orderIds: readonly string[]; now: Date },
): Promise<{ mails: number }> {
  const { orderIds, now } = request;
  await anonymiseOrders(tx, { orderIds, now });
  await eraseRefundReasons(tx, orderIds);
  await erasePayers(tx, orderIds);
  return { mails: await eraseMails(tx, { email: null, orderIds, keys: [] }, now) };
}
