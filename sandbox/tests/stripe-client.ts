import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import Stripe from 'stripe';
import type { Sandbox } from '../start-sandbox.ts';

/** The real SDK, pointed at the sandbox. */
export function stripeClient(sandbox: Sandbox, config: Stripe.StripeConfig = {}): Stripe {
  return new Stripe(sandbox.core.settings.stripeSecretKey, {
    host: '127.0.0.1',
    port: sandbox.port,
    protocol: 'http',
    maxNetworkRetries: 0,
    telemetry: false,
    ...config,
  });
}

/** A cart of 2 x 45.00 and shipping of 9.99: 99.99 CAD. */
export function cartOf(orderId: string): Stripe.Checkout.SessionCreateParams {
  return {
    mode: 'payment',
    client_reference_id: orderId,
    metadata: { orderId },
    payment_intent_data: { metadata: { orderId, from: 'intent' } },
    customer_email: 'shopper@example.test',
    line_items: [line('Fox <figure>', 4500, 2), line('Shipping within Canada', 999, 1)],
    allowed_payment_method_types: ['card', 'link'],
    success_url: 'http://shop.test/checkout/success?session_id={CHECKOUT_SESSION_ID}',
    cancel_url: 'http://shop.test/cart',
  };
}

export function line(
  name: string,
  unitAmount: number,
  quantity: number,
): Stripe.Checkout.SessionCreateParams.LineItem {
  return {
    quantity,
    price_data: { currency: 'cad', unit_amount: unitAmount, product_data: { name } },
  };
}

export type Receiver = {
  url: string;
  events: Stripe.Event[];
  /** Ids that were refused or accepted, in the order of arrival. */
  arrivals: string[];
  /** Statuses of the next answers; 200 when used up. */
  answers: number[];
  close: () => void;
};

/** A shop's webhook endpoint that checks each signature with the real SDK. */
export async function startReceiver(stripe: Stripe, secret: string): Promise<Receiver> {
  const events: Stripe.Event[] = [];
  const arrivals: string[] = [];
  const answers: number[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const header = request.headers['stripe-signature'] ?? '';
      const event = stripe.webhooks.constructEvent(body, header, secret);
      arrivals.push(event.id);
      const status = answers.shift() ?? 200;
      if (status === 200) events.push(event);
      response.writeHead(status, status === 302 ? { location: '/elsewhere' } : {}).end();
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${String(port)}/webhooks`,
    events,
    arrivals,
    answers,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
