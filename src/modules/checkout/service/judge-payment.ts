import type { StripeSession } from '../../../integrations/stripe/stripe-port.ts';
import type { AttentionReason } from './attention-reasons.ts';

/**
 * Compares what was paid with what was asked. Never corrects: any difference is for a person, with both amounts kept.
 * Returns null if all agrees.
 */
export function judgePayment(
  session: StripeSession,
  order: { currency: string; totalCents: number },
): AttentionReason | null {
  // A price of nothing is a mistake until somebody says otherwise.
  if (session.paymentStatus === 'no_payment_required') return 'NO_PAYMENT_INTENT';
  if (session.currency !== order.currency) return 'CURRENCY_DIFFERS';
  if (session.amountTotalCents !== order.totalCents) return 'AMOUNT_DIFFERS';
  return receivedFrom(session) === order.totalCents ? null : 'AMOUNT_DIFFERS';
}

/** What a paid session brought. */
export function receivedFrom(session: StripeSession): number {
  return session.amountReceivedCents ?? session.amountTotalCents;
}
