import { expect, it } from 'vitest';
import { ORDER_STATUSES, type OrderStatus } from '../../../db/schema/orders.ts';
import { canFollow, checkTransition } from './check-transition.ts';

/** The order statuses' table as docs/data-model.md states it, written down a second time on purpose. */
const ALLOWED = new Set([
  'pending_payment > paid',
  'pending_payment > cancelled',
  'pending_payment > expired',
  'pending_payment > paid_needs_attention',
  'paid > packed',
  'paid > refunded',
  'paid > paid_needs_attention',
  'packed > shipped',
  'packed > refunded',
  'shipped > refunded',
  'paid_needs_attention > paid',
  'paid_needs_attention > packed',
  'paid_needs_attention > refunded',
  'paid_needs_attention > cancelled',
  // money that arrives too late
  'expired > paid',
  'expired > paid_needs_attention',
  'cancelled > paid',
  'cancelled > paid_needs_attention',
  // a refund that failed afterwards
  'refunded > paid_needs_attention',
]);

const pairs = ORDER_STATUSES.flatMap((from) => ORDER_STATUSES.map((to) => ({ from, to })));

it.each(pairs)('$from > $to', ({ from, to }: { from: OrderStatus; to: OrderStatus }) => {
  const allowed = ALLOWED.has(`${from} > ${to}`);
  expect(canFollow(from, to)).toBe(allowed);
  const check = () => {
    checkTransition(from, to);
  };
  if (allowed) expect(check).not.toThrow();
  else expect(check).toThrow(`An order that is ${from} cannot become ${to}.`);
});
