import { readOptionalAuthorization } from '../../http/read-credentials.ts';
import { handle, type Mounted } from '../../http/handle-route.ts';
import { readIdempotencyKey, REPLAYED } from '../../http/read-idempotency-key.ts';
import type { App } from '../../kernel/app.ts';
import { guestCookie } from '../orders/index.ts';
import { cancelSessionRoute } from './checkout.cancel-contract.ts';
import { openSessionRoute, quoteRoute, successRoute } from './checkout.contract.ts';
import { cancelOwnCheckout } from './service/cancel-own-checkout.ts';
import { identifyBrowser, knownBrowser } from './service/identify-browser.ts';
import { openSession } from './service/open-session.ts';
import { quoteCart } from './service/quote-cart.ts';
import { showSuccess } from './service/show-success.ts';

export function checkoutRouter(app: App): Mounted[] {
  return [
    handle(app, quoteRoute, async ({ body }, context) => ({
      data: await quoteCart(app, { body, authorization: readOptionalAuthorization(app, context) }),
    })),
    handle(app, openSessionRoute, async ({ body }, context) => {
      const idempotencyKey = readIdempotencyKey(context);
      const browser = identifyBrowser(app, context.cookie, { idempotencyKey, body });
      // With a refusal, too: after a payment page that did not open his goods may be held all the same.
      context.setCookie(browser.cookie);
      const { opened, replayed } = await openSession(app, {
        body,
        browser,
        idempotencyKey,
        authorization: readOptionalAuthorization(app, context),
      });
      return {
        status: 201 as const,
        data: opened,
        message: 'Your items are reserved for ten minutes.',
        ...(replayed ? { headers: REPLAYED } : {}),
      };
    }),
    handle(app, cancelSessionRoute, async ({ params }, context) => ({
      data: await cancelOwnCheckout(app, {
        publicId: params.publicId,
        authorization: context.header('authorization'),
        browserHash: knownBrowser(app, context.cookie),
      }),
      message: 'Your items are no longer reserved.',
    })),
    handle(app, successRoute, async ({ query }, context) => {
      const success = await showSuccess(app, query.session_id);
      if (success.pending) {
        const { publicId, status } = success;
        const message = 'We have received your payment and are finishing your order.';
        return {
          status: 202 as const,
          data: { pending: true as const, retryable: true as const, publicId, status, message },
        };
      }
      const { grant, ...data } = success;
      const cookie = await guestCookie(app, { present: context.cookie, add: grant });
      return { status: 200 as const, data, cookies: [cookie] };
    }),
  ];
}
