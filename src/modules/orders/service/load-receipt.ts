import { eq } from 'drizzle-orm';
import type { Reader } from '../../../db/client.ts';
import { orderPaymentRefs } from '../../../db/schema/orders-views.ts';
import { loadTaxRegistrations } from '../../settings/index.ts';
import type { Receipt } from '../mails/describe-receipt.ts';

/** What the confirmation of a paid order says of its payment and taxes. The payment must be booked already. */
export async function loadReceipt(reader: Reader, orderId: string): Promise<Receipt> {
  const [[payment], registrations] = await Promise.all([
    reader.select().from(orderPaymentRefs).where(eq(orderPaymentRefs.orderId, orderId)),
    loadTaxRegistrations(reader),
  ]);
  return { paymentId: payment?.paymentIntentId ?? null, registrations };
}
