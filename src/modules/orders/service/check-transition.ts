import type { OrderStatus } from '../../../db/schema/orders.ts';

/**
 * Which status may follow which. Whatever is not here cannot happen, whoever asks.
 *
 * Out of `expired` and `cancelled` leads only money that came too late: what was held for it is reserved anew, or a
 * person looks at it. Out of `refunded` leads only a refund that the provider took back.
 */
const NEXT: Readonly<Record<OrderStatus, readonly OrderStatus[]>> = {
  pending_payment: ['paid', 'cancelled', 'expired', 'paid_needs_attention'],
  paid: ['packed', 'refunded', 'paid_needs_attention'],
  packed: ['shipped', 'refunded'],
  shipped: ['refunded'],
  paid_needs_attention: ['paid', 'packed', 'refunded', 'cancelled'],
  cancelled: ['paid', 'paid_needs_attention'],
  expired: ['paid', 'paid_needs_attention'],
  refunded: ['paid_needs_attention'],
};

export function canFollow(from: OrderStatus, to: OrderStatus): boolean {
  return NEXT[from].includes(to);
}

/** @throws Error if `to` may not follow `from`: whoever changes an order has looked at its status under the lock */
export function checkTransition(from: OrderStatus, to: OrderStatus): void {
  if (!canFollow(from, to)) throw new Error(`An order that is ${from} cannot become ${to}.`);
}
