import { z } from 'zod';
import { flag, integer, metadata, readParams, text } from './read-params.ts';
import { StripeRefusal, invalidParam } from './stripe-refusal.ts';

const MIN_LIFE_SECONDS = 30 * 60;
const MAX_LIFE_SECONDS = 24 * 60 * 60;
const MIN_TOTAL_CENTS = 50;
const MAX_TOTAL_CENTS = 99_999_999;

/** A check by shape: `{CHECKOUT_SESSION_ID}` makes it no valid URL yet. */
const url = text().regex(/^https?:\/\/\S+$/, 'Not a valid URL');

const lineItem = z.strictObject({
  quantity: integer.pipe(z.number().min(1)),
  price_data: z.strictObject({
    currency: z.string().regex(/^[a-zA-Z]{3}$/, 'Invalid currency'),
    unit_amount: integer.pipe(z.number().min(0).max(MAX_TOTAL_CENTS)),
    tax_behavior: z.enum(['exclusive', 'inclusive', 'unspecified']).optional(),
    product_data: z.strictObject({
      name: text(),
      description: text().optional(),
      images: z.array(url).max(8).optional(),
      metadata: metadata.optional(),
    }),
  }),
});

const createParams = z.strictObject({
  mode: z.literal('payment', { error: 'The sandbox knows only mode "payment"' }),
  line_items: z.array(lineItem).min(1).max(100),
  success_url: url,
  cancel_url: url.optional(),
  client_reference_id: text(200)
    .regex(/^[\w-]+$/, 'Invalid characters')
    .optional(),
  customer_email: z.email('Invalid email address').max(512).optional(),
  metadata: metadata.default({}),
  payment_intent_data: z
    .strictObject({ metadata: metadata.default({}), description: text(1000).optional() })
    .default({ metadata: {} }),
  expires_at: integer.optional(),
  allowed_payment_method_types: z.array(text()).min(1).optional(),
  excluded_payment_method_types: z.array(text()).optional(),
  adaptive_pricing: z.strictObject({ enabled: flag }).optional(),
  automatic_tax: z.strictObject({ enabled: flag }).optional(),
  allow_promotion_codes: flag.optional(),
  locale: z.string().optional(),
  submit_type: z.string().optional(),
  expand: z.array(z.string()).default([]),
});

export type CreateParams = z.infer<typeof createParams>;

/**
 * Checks what a session shall be, as Stripe does.
 * @throws StripeRefusal `invalid_request_error` that names the parameter
 */
export function readCreateParams(sent: unknown, nowSeconds: number): CreateParams {
  refuseOldMethodTypes(sent);
  const params = readParams(createParams, sent);
  const currencies = new Set(params.line_items.map((line) => line.price_data.currency));
  if (currencies.size > 1) {
    throw invalidParam('All line items must have the same currency.', 'line_items');
  }
  checkTotal(totalOf(params), [...currencies][0] ?? '');
  if (params.expires_at !== undefined) checkLife(params.expires_at - nowSeconds);
  return params;
}

export function totalOf(params: Pick<CreateParams, 'line_items'>): number {
  return params.line_items.reduce(
    (sum, line) => sum + line.quantity * line.price_data.unit_amount,
    0,
  );
}

/** The parameter is gone since API version 2026-09-30; older code still sends it. */
function refuseOldMethodTypes(sent: unknown): void {
  if (typeof sent !== 'object' || sent === null || !('payment_method_types' in sent)) return;
  throw new StripeRefusal(400, {
    type: 'invalid_request_error',
    code: 'payment_method_types_no_longer_supported',
    message:
      'payment_method_types is no longer supported. Use allowed_payment_method_types or dynamic payment methods.',
    param: 'payment_method_types',
  });
}

function checkTotal(total: number, currency: string): void {
  if (total > 0 && total < MIN_TOTAL_CENTS) {
    throw invalidParam(
      `The Checkout Session's total amount must convert to at least 50 cents ${currency}.`,
      'line_items',
      'amount_too_small',
    );
  }
  if (total > MAX_TOTAL_CENTS) {
    throw invalidParam(
      `The Checkout Session's total amount must be no more than 999,999.99 ${currency}.`,
      'line_items',
      'amount_too_large',
    );
  }
}

function checkLife(seconds: number): void {
  if (seconds < MIN_LIFE_SECONDS) {
    throw invalidParam(
      'The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation.',
      'expires_at',
    );
  }
  if (seconds > MAX_LIFE_SECONDS) {
    throw invalidParam(
      'The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.',
      'expires_at',
    );
  }
}
