import type { RefundState } from '../../../db/schema/refunds.ts';

const RANK: Readonly<Record<RefundState, number>> = {
  requested: 0,
  pending: 1,
  requires_action: 1,
  succeeded: 2,
  canceled: 3,
  failed: 3,
};

/** Stripe's states only go forward; whatever leads back was read earlier. */
export function advance(from: RefundState, to: RefundState): RefundState {
  return RANK[to] < RANK[from] || RANK[from] === RANK.failed ? from : to;
}
