import { ProviderError } from '../../../integrations/provider-error.ts';
import type { SessionParams, StripeSession } from '../../../integrations/stripe/stripe-port.ts';
import { readNow } from '../../../db/client.ts';
import type { App } from '../../../kernel/app.ts';
import { HOUR_MS } from '../../../kernel/clock.ts';
import type { Payment } from '../../payments/index.ts';

// Stripe's clock is not ours; sessions of an hour earlier are looked through as well.
const CLOCK_SLACK_SECONDS = 3600;
const MAX_TRIES = 3;

/** An order's payment page as it was asked for, or is to be. */
export type PaymentPage = Pick<Payment, 'orderId' | 'createdAt' | 'sessionParams'>;

/**
 * The one Stripe session of an order: created, or found where an earlier answer was lost. The key is made of our own id
 * and the parameters are the stored ones, so repeating gives the same session.
 *
 * @throws ProviderError `rejected` or `misconfigured`: this call made no session, an earlier one may have; `unknown`: this
 *   one may have, too, so what it is for must stay held
 */
export async function findOrCreateSession(app: App, payment: PaymentPage): Promise<StripeSession> {
  // Written by this module, exactly as it is to be sent.
  const params = payment.sessionParams as SessionParams;
  for (let tries = 1; ; tries += 1) {
    try {
      return await app.stripe.createSession(params, await keyOf(app, payment.orderId, tries));
    } catch (error) {
      if (!(error instanceof ProviderError) || error.kind !== 'unknown') throw error;
      // Whatever keeps Stripe from telling: there may be a page.
      const found = await findSession(app, payment).catch(() => {
        throw error;
      });
      if (found) return found;
      const mayGoOn = error.status !== null && error.status >= 500 && tries < MAX_TRIES;
      if (!mayGoOn) throw error;
    }
  }
}

/**
 * Stripe repeats a stored 500 under its key for a day. It was answered and nothing was made, so another key cannot open a
 * second page; after a timeout it could. All keys are the order's, so that two at once get one page; the last is another
 * each hour, because the second may have met a 500, too.
 */
async function keyOf(app: App, orderId: string, tries: number): Promise<string> {
  const key = `checkout/${orderId}`;
  if (tries === 1) return key;
  if (tries === 2) return `${key}/again`;
  const hour = Math.floor((await readNow(app)).getTime() / HOUR_MS);
  return `${key}/again/${String(hour)}`;
}

/** Looks through the sessions made since the order was. */
export function findSession(app: App, payment: PaymentPage): Promise<StripeSession | null> {
  const since = Math.floor(payment.createdAt.getTime() / 1000) - CLOCK_SLACK_SECONDS;
  return app.stripe.findSessionForOrder(payment.orderId, since);
}
