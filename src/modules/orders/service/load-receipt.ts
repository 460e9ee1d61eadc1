import { eq, sql } from 'drizzle-orm';
import type { Reader } from '../../../db/client.ts';
import { prepareStatement } from '../../../db/prepare-statement.ts';
import { orderPaymentRefs } from '../../../db/schema/orders-views.ts';
import { loadTaxRegistrations } from '../../settings/index.ts';
import type { Receipt } from '../mails/describe-receipt.ts';

const refOfOrder = prepareStatement((db) =>
  db
    .select()
    .from(orderPaymentRefs)
    .where(eq(orderPaymentRefs.orderId, sql.placeholder('orderId'))),
);

/** What the confirmation of a paid order says of its payment and taxes. The payment must be booked already. */
export async function loadReceipt(reader: Reader, orderId: string): Promise<Receipt> {
  const [[payment], registrations] = await Promise.all([
    refOfOrder(reader, { orderId }),
    loadTaxRegistrations(reader),
  ]);
  return { paymentId: payment?.paymentIntentId ?? null, registrations };
}
