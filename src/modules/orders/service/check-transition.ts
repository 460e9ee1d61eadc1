import { NEXT_STATUSES, type OrderStatus } from '../../../db/schema/orders.ts';

/** True if an order may go straight from one status to the other. */
export function canFollow(from: OrderStatus, to: OrderStatus): boolean {
  return NEXT_STATUSES[from].includes(to);
}

/** @throws Error if `to` may not follow `from`: whoever changes an order has looked at its status under the lock */
export function checkTransition(from: OrderStatus, to: OrderStatus): void {
  if (!canFollow(from, to)) throw new Error(`An order that is ${from} cannot become ${to}.`);
}
