import { eq } from 'drizzle-orm';
import type { Tx } from '../../../db/client.ts';
import { paymentEntries, payments } from '../../../db/schema/payments.ts';
import type { Payment } from './keep-payment.ts';

/** Step: books that a refund left (`refunded`), or that the provider took it back (`refund_reversed`). Once per kind. */
export async function recordRefundEntry(
  tx: Tx,
  request: {
    paymentId: string;
    kind: 'refunded' | 'refund_reversed';
    /** Positive; the sign follows from the kind. */
    amountCents: number;
    currency: string;
    providerRef: string;
    now: Date;
  },
): Promise<void> {
  const { now: createdAt, ...entry } = request;
  const amountCents = entry.kind === 'refunded' ? -entry.amountCents : entry.amountCents;
  await tx.insert(paymentEntries).values({ ...entry, amountCents, createdAt });
}

/** Step: what went back so far. The payment must be locked and paid. */
export async function saveRefundedSum(
  tx: Tx,
  payment: Payment,
  refundedCents: number,
): Promise<void> {
  const isAll = refundedCents > 0 && refundedCents === payment.receivedCents;
  await tx
    .update(payments)
    .set({ refundedCents, state: isAll ? 'refunded' : 'paid' })
    .where(eq(payments.id, payment.id));
}
