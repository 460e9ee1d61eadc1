import { inTx } from '../../../db/client.ts';
import type { App } from '../../../kernel/app.ts';
import { lockOrder } from '../../orders/index.ts';
import { findPaymentByIntent, loadPayment } from '../../payments/index.ts';
import { findSurplusByIntent } from '../queries/keep-surplus.ts';
import { applyRefunds } from './apply-refunds.ts';
import { returnSecondPayment } from './return-second-payment.ts';

/**
 * Use case: reads all refunds of an order's payment at Stripe and brings ours up to date, also those made by hand.
 *
 * @returns null if nothing was paid that could go back
 */
export async function syncRefunds(
  app: App,
  { orderId, actor }: { orderId: string; actor: string },
): Promise<{ drift: boolean } | null> {
  const payment = await loadPayment(app.database.db, orderId);
  if (!payment?.intentId) return null;
  const seen = await app.stripe.listRefunds(payment.intentId);
  return inTx(app, 'refunds.sync', async (tx, now) => {
    const order = await lockOrder(tx, orderId);
    if (!order) throw new Error(`Order ${orderId} does not exist.`);
    return applyRefunds(tx, app, { order, seen, now, actor });
  });
}

/** Use case: the same for whatever order a payment intent belongs to; for events. */
export async function syncRefundsOfIntent(
  app: App,
  { intentId, actor }: { intentId: string; actor: string },
): Promise<'up_to_date' | 'not_ours'> {
  const payment = await findPaymentByIntent(app.database.db, intentId);
  if (!payment) return syncSecond(app, intentId);
  await syncRefunds(app, { orderId: payment.orderId, actor });
  return 'up_to_date';
}

async function syncSecond(app: App, intentId: string): Promise<'up_to_date' | 'not_ours'> {
  const surplus = await findSurplusByIntent(app.database.db, intentId);
  if (!surplus) return 'not_ours';
  await returnSecondPayment(app, { surplusId: surplus.id });
  return 'up_to_date';
}
