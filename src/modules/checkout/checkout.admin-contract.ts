import { z } from 'zod';
import { defineRoute } from '../../http/route.ts';
import { defineProblems } from '../../kernel/problems.ts';

export const recoveryProblems = defineProblems({
  ORDER_NOT_FOUND: { status: 404, message: 'This order was not found.' },
  ORDER_NOT_RECOVERABLE: {
    status: 409,
    message: 'Only an order whose payment could not be finalised can be recovered.',
  },
  ORDER_RECOVERY_IN_PROGRESS: {
    status: 409,
    message: 'This order is being recovered at this moment.',
  },
  STRIPE_SESSION_NOT_FOUND: {
    status: 404,
    message: 'Stripe does not know the payment page of this order.',
  },
  STRIPE_PAYMENT_NOT_PAID: { status: 409, message: 'Stripe says that this order is not paid.' },
  STRIPE_PAYMENT_REFUNDED: {
    status: 409,
    message: 'This payment was refunded, in part or in full.',
  },
  STRIPE_ORDER_METADATA_MISMATCH: {
    status: 409,
    message: 'The payment at Stripe belongs to another order.',
  },
  PAYMENT_AMOUNT_MISMATCH: {
    status: 409,
    message: 'The amount received is not the amount that the order asks for.',
  },
  ORDER_FINALIZATION_FAILED: {
    status: 500,
    message: 'There is not enough stock to serve this order. Restock and try again, or refund it.',
  },
});

const cents = z.int().min(0);

export const recoverPaymentRoute = defineRoute({
  operationId: 'recoverPayment',
  method: 'post',
  path: '/api/v1/admin/orders/:id/recover-payment',
  summary: 'Serve an order that was paid but could not be finalised',
  description:
    'Stripe is asked again whether the payment is there, whole and of this order. Then stock is taken, tickets are drawn ' +
    'and the confirmation is queued, all or nothing.',
  tag: 'Admin orders',
  access: 'admin',
  params: z.object({ id: z.uuid() }),
  replies: {
    200: z.object({
      order: z.object({ id: z.uuid(), publicId: z.string(), status: z.literal('paid') }),
      reconciliation: z.object({
        expectedBeforeDiscountCents: cents,
        discountCents: cents,
        expectedAfterDiscountCents: cents,
        stripeAmountTotalCents: cents,
        stripeAmountReceivedCents: cents,
      }),
      finalization: z.object({
        paymentUpdated: z.boolean(),
        reservationsConverted: z.boolean(),
        inventoryUpdated: z.boolean(),
        ticketsCreated: z.int().min(0),
      }),
      email: z.object({ status: z.enum(['sent', 'already_sent', 'skipped', 'failed']) }),
    }),
  },
  problems: Object.values(recoveryProblems),
});
export type RecoveredPayment = z.output<(typeof recoverPaymentRoute.replies)[200]>;

export const acceptProblems = defineProblems({
  ORDER_NOT_ACCEPTABLE: {
    status: 409,
    message:
      'Only an order that needs attention can be accepted, and none whose payment is disputed or was refunded.',
  },
  ORDER_MONEY_RETURNING: {
    status: 409,
    message: 'A refund of this order is on its way. Wait until it is decided.',
  },
  ORDER_GOODS_GONE: {
    status: 409,
    message: 'There is not enough stock to serve this order. Restock and try again, or refund it.',
  },
});

const acceptedOrderSchema = z.object({
  id: z.uuid(),
  publicId: z.string(),
  status: z.literal('paid'),
});
export type AcceptedOrder = z.output<typeof acceptedOrderSchema>;

export const acceptOrderRoute = defineRoute({
  operationId: 'acceptOrder',
  method: 'post',
  path: '/api/v1/admin/orders/:id/accept',
  summary: 'Serve an order as it is, although its payment does not fit',
  description:
    'For an order that needs attention. Goods that were never sold are taken now, tickets are drawn and the confirmation is ' +
    'queued, all or nothing. What was expected and what was received both stay on record.',
  tag: 'Admin orders',
  access: 'admin',
  params: z.object({ id: z.uuid() }),
  body: z
    .object({ reason: z.string().trim().max(300, 'Must have at most 300 characters.').optional() })
    .optional(),
  replies: { 200: acceptedOrderSchema },
  problems: [
    recoveryProblems.ORDER_NOT_FOUND,
    recoveryProblems.ORDER_RECOVERY_IN_PROGRESS,
    ...Object.values(acceptProblems),
  ],
});
