import type { RefundState } from '../../../db/schema/refunds.ts';
import type { Refund } from '../queries/keep-refunds.ts';

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

/** A refund whose money has just left, or come back, as the ledger has it. */
export type Moved = { refund: Refund; entry: 'refunded' | 'refund_reversed'; providerRef: string };

/** What a refund's new state means for the money; null if nothing moved. */
export function entryFor(from: RefundState, to: RefundState): Moved['entry'] | null {
  if (from !== 'succeeded' && to === 'succeeded') return 'refunded';
  return from === 'succeeded' && to !== 'succeeded' ? 'refund_reversed' : null;
}
