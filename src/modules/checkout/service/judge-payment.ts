import type { StripeSession } from '../../../integrations/stripe/stripe-port.ts';
import type { AttentionReason } from './attention-reasons.ts';

/**
 * Compares what was paid with what was asked. Never corrects: any difference is for a person, with both amounts kept.
 * Returns null if all agrees.
 */
export function judgePayment(
  session: StripeSession,
  order: { currency: string; totalCents: number },
  payment: { sessionId: string | null },
): AttentionReason | null {
  if (payment.sessionId !== null && payment.sessionId !== session.id) return 'SESSION_DIFFERS';
  if (session.currency !== order.currency) return 'CURRENCY_DIFFERS';
  if (session.amountTotalCents !== order.totalCents) return 'AMOUNT_DIFFERS';
  const received = session.amountReceivedCents ?? session.amountTotalCents;
  return received === order.totalCents ? null : 'AMOUNT_DIFFERS';
}
