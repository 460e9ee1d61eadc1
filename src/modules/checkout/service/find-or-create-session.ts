import { ProviderError } from '../../../integrations/provider-error.ts';
import type { SessionParams, StripeSession } from '../../../integrations/stripe/stripe-port.ts';
import type { App } from '../../../kernel/app.ts';
import type { Payment } from '../../payments/index.ts';

// Stripe's clock is not ours; sessions of an hour earlier are looked through as well.
const CLOCK_SLACK_SECONDS = 3600;

/**
 * The one Stripe session of an order: created, or found where an earlier answer was lost. The key is made of our own id
 * and the parameters are the stored ones, so repeating gives the same session.
 *
 * @throws ProviderError `rejected` or `misconfigured`: there is no session; `unknown`: there may be one, so what it is
 *   for must stay held
 */
export async function findOrCreateSession(app: App, payment: Payment): Promise<StripeSession> {
  // Written by this module, exactly as it is to be sent.
  const params = payment.sessionParams as SessionParams;
  const key = `checkout/${payment.orderId}`;
  try {
    return await app.stripe.createSession(params, key);
  } catch (error) {
    if (!(error instanceof ProviderError) || error.kind !== 'unknown') throw error;
    const found = await findSession(app, payment);
    if (found) return found;
    // Stripe repeats a stored 500 under its key for a day. It was answered and nothing was made, so a second key cannot
    // open a second page; after a timeout it could.
    if (error.status !== null && error.status >= 500) {
      return app.stripe.createSession(params, `${key}/again`);
    }
    throw error;
  }
}

/** Looks through the sessions made since the order was. */
export function findSession(app: App, payment: Payment): Promise<StripeSession | null> {
  const since = Math.floor(payment.createdAt.getTime() / 1000) - CLOCK_SLACK_SECONDS;
  return app.stripe.findSessionForOrder(payment.orderId, since);
}
