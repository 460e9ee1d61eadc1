import { defineHook } from '../../kernel/hooks.ts';

/**
 * A paid order is about to be served after all, under its lock. Whoever knows that its money is on the way back, though
 * Stripe has not answered yet, calls `refuse`.
 */
export const orderRecovering = defineHook<{ orderId: string; refuse: () => never }>(
  'checkout.order-recovering',
);

/**
 * An order is about to be served although its payment is odd, under its lock. A part of its money may have gone back;
 * whoever knows of some that is still on its way calls `refuse`.
 */
export const orderAccepting = defineHook<{ orderId: string; refuse: () => never }>(
  'checkout.order-accepting',
);

/** The money of an order whose goods are gone was booked, and all of it is to go back. The order is locked. */
export const latePaymentReturning = defineHook<{ orderId: string; now: Date }>(
  'checkout.late-payment-returning',
);

/** An order was paid by another session than its own. That money is not the order's; it is to go back. The order is locked. */
export const orderPaidTwice = defineHook<{
  orderId: string;
  sessionId: string;
  intentId: string;
  amountCents: number;
  currency: string;
  now: Date;
  /** Called if it was told before: nothing new is on its way. */
  isKnown: () => void;
}>('checkout.order-paid-twice');
