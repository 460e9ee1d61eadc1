import type { OrderStatus } from '../../../db/schema/orders.ts';

const WORDS: Readonly<Record<OrderStatus, string>> = {
  pending_payment: 'waiting for its payment',
  paid: 'paid',
  packed: 'packed',
  shipped: 'shipped',
  cancelled: 'cancelled',
  refunded: 'refunded',
  paid_needs_attention: 'paid, but needs attention',
  expired: 'expired',
};

/** A status within a sentence for people: "This order is …". */
export function nameStatus(status: OrderStatus): string {
  return WORDS[status];
}
