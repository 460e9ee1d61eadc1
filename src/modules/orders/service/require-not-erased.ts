import { Problem } from '../../../kernel/problems.ts';
import { ordersProblems } from '../orders.problems.ts';
import type { LockedOrder } from './keep-order.ts';

/**
 * Words of staff, a tracking number or a link could bring back the person whom an order was made to forget. What is
 * erased is settled: nothing is left to be shipped that would need them. Dates and what clears a field may pass.
 *
 * @throws Problem ORDER_ERASED
 */
export function requireNotErased(
  order: LockedOrder,
  texts: readonly (string | null | undefined)[],
): void {
  const says = texts.some((text) => typeof text === 'string' && text !== '');
  if (order.erasedAt !== null && says) throw new Problem(ordersProblems.ORDER_ERASED);
}
