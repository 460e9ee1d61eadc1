import { z } from 'zod';
import { emailSchema } from '../../http/email-schema.ts';
import { idempotencyProblems } from '../../http/idempotency-problems.ts';
import { defineRoute } from '../../http/route.ts';
import { accountsProblems } from '../accounts/index.ts';
import { orderDetailSchema, orderStatusSchema } from '../orders/index.ts';
import { pricingProblems, provinceCodeSchema, quoteSchema } from '../pricing/index.ts';
import { checkoutProblems } from './checkout.problems.ts';

const CONTROL = /\p{Cc}/u;
const CONTROL_BUT_BREAKS = /[^\P{Cc}\n\r\t]/u;

const line = (max: number) =>
  z
    .string()
    .trim()
    .min(1, 'Must not be empty.')
    .max(max)
    .refine((value) => !CONTROL.test(value), 'Must not contain control characters.');

/** Absent, null and blank mean the same: not given. */
const optionalLine = (max: number) =>
  z
    .string()
    .trim()
    .max(max)
    .refine((value) => !CONTROL.test(value), 'Must not contain control characters.')
    .nullish()
    .transform((value) => (value === undefined || value === '' ? null : value));

export const MAX_QUANTITY = 20;
const MAX_LINES = 50;

const checkoutItem = z.object({
  productId: z.uuid(),
  productVariantId: z
    .uuid()
    .nullish()
    .transform((value) => value ?? null),
  quantity: z
    .int()
    .min(1)
    .max(MAX_QUANTITY, `Must be at most ${String(MAX_QUANTITY)}.`),
});
export type CheckoutItem = z.infer<typeof checkoutItem>;

const shippingAddress = z.object({
  fullName: line(240),
  line1: line(240),
  line2: optionalLine(240),
  city: line(120),
  province: provinceCodeSchema,
  postalCode: line(20),
  // Not a literal: another country has a code of its own instead of a validation text.
  countryCode: z.string().trim().max(2),
  phone: optionalLine(40),
});

export const checkoutBody = z.object({
  email: emailSchema,
  items: z
    .array(checkoutItem)
    .min(1)
    .max(MAX_LINES, `Must be at most ${String(MAX_LINES)} lines.`),
  shippingAddress,
  confirmedAddress: z.boolean().optional(),
  phone: optionalLine(40),
  firstName: optionalLine(120),
  lastName: optionalLine(120),
  customerNote: z
    .string()
    .trim()
    .max(200)
    .refine((value) => !CONTROL_BUT_BREAKS.test(value), 'Must not contain control characters.')
    .nullish()
    .transform((value) => (value === undefined || value === '' ? null : value)),
});
export type CheckoutBody = z.infer<typeof checkoutBody>;

const cartProblems = [
  checkoutProblems.AUTH_CHECKOUT_EMAIL_MISMATCH,
  checkoutProblems.PRODUCT_NOT_FOUND,
  checkoutProblems.PRODUCT_NOT_AVAILABLE,
  checkoutProblems.PRODUCT_VARIANT_REQUIRED,
  checkoutProblems.PRODUCT_VARIANT_MISMATCH,
  checkoutProblems.PRODUCT_VARIANT_NOT_FOUND,
  checkoutProblems.PRODUCT_VARIANT_INACTIVE,
  checkoutProblems.PRODUCT_VARIANT_OUT_OF_STOCK,
  checkoutProblems.KUJI_TICKETS_UNAVAILABLE,
  checkoutProblems.PURCHASE_LIMIT_EXCEEDED,
  checkoutProblems.KUJI_SALES_PAUSED,
  checkoutProblems.KUJI_REGION_BLOCKED,
  checkoutProblems.KUJI_LIMIT_EXCEEDED,
  ...Object.values(pricingProblems),
  ...Object.values(accountsProblems),
];

/** The same body as a checkout; what only an order keeps (note, names) is not read. */
const quoteBody = checkoutBody.pick({
  email: true,
  items: true,
  shippingAddress: true,
  confirmedAddress: true,
});
export type QuoteBody = z.infer<typeof quoteBody>;

export const quoteRoute = defineRoute({
  operationId: 'quoteCheckout',
  method: 'post',
  path: '/api/v1/checkout/quote',
  summary: 'What a cart costs, delivered',
  description:
    'Checks prices, stock and address like a checkout, reserves nothing and writes nothing. The total is what Stripe would charge.',
  tag: 'Checkout',
  access: 'optionalCustomer',
  // Asked for after every pause while an address is typed, and it writes nothing.
  limit: 'public',
  body: quoteBody,
  replies: { 200: quoteSchema },
  problems: cartProblems,
});

export const openSessionRoute = defineRoute({
  operationId: 'openCheckoutSession',
  method: 'post',
  path: '/api/v1/checkout/session',
  summary: 'Reserve a cart and open its payment page',
  description:
    'Prices come from the shop, never from the client. Everything in the cart is held for ten minutes. ' +
    'Repeating the request with the same key and body gives the same payment page. A shopper who starts again, with the ' +
    'same account or in the same browser (by a cookie that this operation sets), gives up what he held and had not paid.',
  tag: 'Checkout',
  access: 'optionalCustomer',
  headers: [
    {
      name: 'Idempotency-Key',
      required: true,
      description: '1 to 255 characters; new for every new try.',
    },
  ],
  body: checkoutBody,
  replies: {
    201: z.object({
      checkoutUrl: z.string().min(1),
      sessionId: z.string().min(1),
      publicId: z.string().min(1),
      orderId: z.uuid(),
    }),
  },
  problems: [
    ...cartProblems,
    ...Object.values(idempotencyProblems),
    checkoutProblems.IDEMPOTENCY_IN_PROGRESS,
    checkoutProblems.KUJI_NEEDS_PAYMENT,
    checkoutProblems.TOO_MANY_OPEN_CHECKOUTS,
    checkoutProblems.CHECKOUT_COMPLETED,
    checkoutProblems.CHECKOUT_ENDED,
    checkoutProblems.PAYMENT_PAGE_REFUSED,
    checkoutProblems.PAYMENT_PAGE_UNKNOWN,
  ],
});

export type OpenedSession = z.infer<(typeof openSessionRoute)['replies'][201]>;

export const successRoute = defineRoute({
  operationId: 'showCheckoutSuccess',
  method: 'get',
  path: '/api/v1/checkout/success',
  summary: 'What became of a payment',
  description:
    'Called after the payment page, as often as the client likes. Sets the guest cookie once the order is finalised, ' +
    'for a day after the payment; later the link in the e-mail is the way in.',
  tag: 'Checkout',
  query: z.object({ session_id: z.string().trim().min(1).max(255) }),
  replies: {
    200: z.object({
      pending: z.literal(false),
      publicId: z.string(),
      needsAttention: z.boolean(),
      order: orderDetailSchema,
    }),
    202: z.object({
      pending: z.literal(true),
      retryable: z.literal(true),
      publicId: z.string(),
      status: orderStatusSchema,
      message: z.string().min(1),
    }),
  },
  problems: [checkoutProblems.SESSION_NOT_FOUND, checkoutProblems.SESSION_NOT_PAID],
});
