import { defineHook } from '../../kernel/hooks.ts';

/**
 * The goods of an order are about to leave the shop, under its lock. Whoever knows that all of its money is on the way back
 * calls `refuse`.
 */
export const goodsLeaving = defineHook<{ orderId: string; refuse: () => never }>(
  'orders.goods-leaving',
);
