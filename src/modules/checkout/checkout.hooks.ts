import { defineHook } from '../../kernel/hooks.ts';

/**
 * A paid order is about to be served after all, under its lock. Whoever knows that its money is on the way back, though
 * Stripe has not answered yet, calls `refuse`.
 */
export const orderRecovering = defineHook<{ orderId: string; refuse: () => never }>(
  'checkout.order-recovering',
);
