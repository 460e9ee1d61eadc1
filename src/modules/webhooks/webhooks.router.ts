import { handle, type Mounted } from '../../http/route.ts';
import type { App } from '../../kernel/app.ts';
import { receiveStripeEvent } from './service/receive-stripe-event.ts';
import { stripeWebhookRoute } from './webhooks.contract.ts';

export function webhooksRouter(app: App): Mounted[] {
  return [
    handle(app, stripeWebhookRoute, async ({ body }, context) => ({
      data: await receiveStripeEvent(app, {
        rawBody: Buffer.isBuffer(body) ? body : Buffer.alloc(0),
        signature: context.header('stripe-signature'),
      }),
    })),
  ];
}
