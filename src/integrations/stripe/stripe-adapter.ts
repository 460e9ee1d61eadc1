import Stripe from 'stripe';
import { ZodError } from 'zod';
import { assertOutsideTransaction } from '../../db/transaction-context.ts';
import { ProviderError } from '../provider-error.ts';
import { describeStripeFailure } from './describe-stripe-failure.ts';
import { readEvent } from './read-event.ts';
import { readDispute, readOwnSession, readRefund, readSession } from './read-objects.ts';
import { isUnknownResource, sortStripeError } from './sort-stripe-error.ts';
import { WebhookSignatureInvalid } from './stripe-port.ts';
import type { SessionParams, StripeEvent, StripePort, StripeSession } from './stripe-port.ts';

/** Raised only together with the SDK (its types fit one version) and the webhook endpoint's version. */
export const STRIPE_API_VERSION = '2026-10-28.endive';

/** Stripe's own 80 s are longer than a shopper waits. */
const DEFAULT_TIMEOUT_MS = 15_000;
/** The SDK repeats with the same key; more than one repeat belongs to a job, not to a request. */
const MAX_NETWORK_RETRIES = 1;
const PAGE_SIZE = 100;

export type StripeSettings = {
  secretKey: string;
  webhookSecret: string;
  /** Null: Stripe itself. */
  apiBaseUrl: string | null;
  timeoutMs?: number;
};

/** Payments through Stripe. Opens no connection until it is asked something. */
export function createStripeAdapter(settings: StripeSettings): StripePort {
  const stripe = new Stripe(settings.secretKey, {
    apiVersion: STRIPE_API_VERSION,
    timeout: settings.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    maxNetworkRetries: MAX_NETWORK_RETRIES,
    telemetry: false,
    ...addressOf(settings.apiBaseUrl),
  });
  const expand = ['payment_intent'];
  return {
    createSession: (params, idempotencyKey) =>
      call('createSession', async () =>
        readSession(
          await stripe.checkout.sessions.create(
            { ...toCreateParams(params), expand },
            { idempotencyKey },
          ),
        ),
      ),
    retrieveSession: (id) =>
      call('retrieveSession', () =>
        nullIfUnknown(async () =>
          readOwnSession(await stripe.checkout.sessions.retrieve(id, { expand })),
        ),
      ),
    expireSession: (id, idempotencyKey) =>
      call('expireSession', () => expireSession(stripe, id, idempotencyKey)),
    findSessionForOrder: (orderId, createdSinceSeconds) =>
      call('findSessionForOrder', () => findSessionForOrder(stripe, orderId, createdSinceSeconds)),
    findSessionByPaymentIntent: (paymentIntentId) =>
      call('findSessionByPaymentIntent', async () => {
        const { data } = await stripe.checkout.sessions.list({
          payment_intent: paymentIntentId,
          limit: 1,
          expand: ['data.payment_intent'],
        });
        return data[0] === undefined ? null : readOwnSession(data[0]);
      }),
    createRefund: ({ paymentIntentId, amountCents, metadata }, idempotencyKey) =>
      call('createRefund', async () =>
        readRefund(
          await stripe.refunds.create(
            { payment_intent: paymentIntentId, amount: amountCents, metadata },
            { idempotencyKey },
          ),
        ),
      ),
    retrieveDispute: (id) =>
      call('retrieveDispute', () =>
        nullIfUnknown(async () => readDispute(await stripe.disputes.retrieve(id))),
      ),
    listRefunds: (paymentIntentId) =>
      call('listRefunds', async () => {
        const pages = stripe.refunds.list({ payment_intent: paymentIntentId, limit: PAGE_SIZE });
        return (await readAll(pages)).map(readRefund);
      }),
    listSessions: (createdSinceSeconds) =>
      pageThrough('listSessions', readOwnSession, (startingAfter) =>
        stripe.checkout.sessions.list({
          created: { gte: createdSinceSeconds },
          limit: PAGE_SIZE,
          expand: ['data.payment_intent'],
          ...startingAfter,
        }),
      ),
    listUndeliveredEvents: (sinceSeconds, types) =>
      pageThrough('listUndeliveredEvents', readEvent, (startingAfter) =>
        stripe.events.list({
          delivery_success: false,
          created: { gte: sinceSeconds },
          types: [...types],
          limit: PAGE_SIZE,
          ...startingAfter,
        }),
      ),
    readWebhook: (rawBody, signatureHeader) =>
      readWebhook(stripe, settings.webhookSecret, rawBody, signatureHeader),
  };
}

/** Host, port and protocol hold for every address that the SDK knows. */
function addressOf(baseUrl: string | null): Stripe.StripeConfig {
  if (baseUrl === null) return {};
  const { protocol, hostname, port } = new URL(baseUrl);
  const isHttp = protocol === 'http:';
  return {
    protocol: isHttp ? 'http' : 'https',
    host: hostname,
    port: port === '' ? (isHttp ? 80 : 443) : Number(port),
  };
}

/** No transaction may wait for the network, and no SDK error leaves this file. */
async function call<T>(operation: string, work: () => Promise<T>): Promise<T> {
  assertOutsideTransaction(`stripe.${operation}`);
  try {
    return await work();
  } catch (cause) {
    throw new ProviderError({
      provider: 'stripe',
      kind: sortStripeError(cause),
      operation,
      cause: describeStripeFailure(cause),
      status: statusOf(cause),
    });
  }
}

/** What Stripe answered with; null when it did not. */
function statusOf(cause: unknown): number | null {
  return cause instanceof Stripe.errors.StripeError ? (cause.statusCode ?? null) : null;
}

async function nullIfUnknown<T>(read: () => Promise<T>): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    if (isUnknownResource(error)) return null;
    throw error;
  }
}

/**
 * Every way in which an account's settings could change the price, or the way of paying it, is
 * closed: what is charged is the quote. The ids stand in three places, because Stripe copies no
 * metadata from the session to the payment intent.
 */
function toCreateParams(params: SessionParams): Stripe.Checkout.SessionCreateParams {
  const metadata = { orderId: params.orderId, orderPublicId: params.publicId };
  return {
    mode: 'payment',
    client_reference_id: params.orderId,
    metadata,
    payment_intent_data: { metadata },
    customer_email: params.customerEmail,
    line_items: params.lines.map((line) => ({
      quantity: line.quantity,
      price_data: {
        currency: params.currency.toLowerCase(),
        unit_amount: line.unitAmountCents,
        product_data: {
          name: line.name,
          // Stripe refuses an empty text.
          ...(line.description === null || line.description === ''
            ? {}
            : { description: line.description }),
        },
      },
    })),
    automatic_tax: { enabled: false },
    adaptive_pricing: { enabled: false },
    allow_promotion_codes: false,
    // `payment_method_types` is refused since API version 2026-09-30.
    allowed_payment_method_types: params.paymentMethods,
    expires_at: params.expiresAtSeconds,
    success_url: params.successUrl,
    cancel_url: params.cancelUrl,
  };
}

async function expireSession(
  stripe: Stripe,
  id: string,
  idempotencyKey: string,
): Promise<'expired' | 'not_open' | 'not_found'> {
  try {
    const session = await stripe.checkout.sessions.expire(id, {}, { idempotencyKey });
    return session.status === 'expired' ? 'expired' : 'not_open';
  } catch (error) {
    if (isUnknownResource(error)) return 'not_found';
    // The call has no parameters that could be wrong: its only plain refusal is the state.
    if (sortStripeError(error) === 'rejected') return 'not_open';
    throw error;
  }
}

/** Sessions cannot be searched by metadata, so that all of them are looked at, newest first. */
async function findSessionForOrder(
  stripe: Stripe,
  orderId: string,
  createdSinceSeconds: number,
): Promise<StripeSession | null> {
  const sessions = stripe.checkout.sessions.list({
    created: { gte: createdSinceSeconds },
    limit: PAGE_SIZE,
    expand: ['data.payment_intent'],
  });
  for await (const session of sessions) {
    if (session.client_reference_id === orderId) return readSession(session);
  }
  return null;
}

/** Page by page, each a call of its own, so that nothing of thousands of objects stays in memory. */
async function* pageThrough<Raw extends { id: string }, T>(
  operation: string,
  read: (raw: Raw) => T | null,
  load: (startingAfter: { starting_after?: string }) => Promise<Stripe.ApiList<Raw>>,
): AsyncGenerator<T[]> {
  let startingAfter: { starting_after?: string } = {};
  for (;;) {
    const page = await call(operation, () => load(startingAfter));
    const last = page.data.at(-1);
    yield page.data.map(read).filter((item) => item !== null);
    if (!page.has_more || last === undefined) return;
    startingAfter = { starting_after: last.id };
  }
}

async function readAll<T>(pages: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of pages) all.push(item);
  return all;
}

function readWebhook(
  stripe: Stripe,
  webhookSecret: string,
  rawBody: Buffer,
  signatureHeader: string,
): StripeEvent | null {
  try {
    return readEvent(stripe.webhooks.constructEvent(rawBody, signatureHeader, webhookSecret));
  } catch (cause) {
    // Signed with our secret, and JSON, but of another shape than this version of the API has.
    if (cause instanceof ZodError) return null;
    throw new WebhookSignatureInvalid(cause);
  }
}
