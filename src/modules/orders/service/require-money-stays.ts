import type { Tx } from '../../../db/client.ts';
import type { App } from '../../../kernel/app.ts';
import { Problem } from '../../../kernel/problems.ts';
import { goodsLeaving } from '../orders.hooks.ts';
import { ordersProblems } from '../orders.problems.ts';

/**
 * Step: nobody packs or ships what is being refunded in full: once the bank has answered, goods and money would both be
 * gone. The caller has locked the order.
 *
 * @throws Problem ORDER_MONEY_LEAVING
 */
export async function requireMoneyStays(tx: Tx, app: App, orderId: string): Promise<void> {
  await app.hooks.run(goodsLeaving, tx, {
    orderId,
    refuse: () => {
      throw new Problem(ordersProblems.ORDER_MONEY_LEAVING);
    },
  });
}
