import { handle, type Mounted } from '../../http/handle-route.ts';
import type { App } from '../../kernel/app.ts';
import { receiveResendEvent } from './service/receive-resend-event.ts';
import { receiveStripeEvent } from './service/receive-stripe-event.ts';
import { resendWebhookRoute, stripeWebhookRoute } from './webhooks.contract.ts';

/** Of no bytes, where the body parser had nothing to read. */
const bytesOf = (body: unknown): Buffer => (Buffer.isBuffer(body) ? body : Buffer.alloc(0));

export function webhooksRouter(app: App): Mounted[] {
  return [
    handle(app, stripeWebhookRoute, async ({ body }, context) => ({
      data: await receiveStripeEvent(app, {
        rawBody: bytesOf(body),
        signature: context.header('stripe-signature'),
      }),
    })),
    handle(app, resendWebhookRoute, async ({ body }, context) => ({
      data: await receiveResendEvent(app, { rawBody: bytesOf(body), header: context.header }),
    })),
  ];
}
