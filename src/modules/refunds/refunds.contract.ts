import { z } from 'zod';
import { REFUND_STATES } from '../../db/schema/refunds.ts';
import { idempotencyProblems } from '../../http/idempotency-problems.ts';
import { defineRoute } from '../../http/route.ts';
import { orderDetailSchema } from '../orders/index.ts';
import { refundsProblems } from './refunds.problems.ts';

const params = z.object({ id: z.uuid() });
const count = z.int().min(0);

/** What may be chosen of an order, instead of an amount. */
const CHOICES = ['lines', 'ticketIds', 'includeShipping'] as const;

const refundBodySchema = z
  .object({
    amountCents: z.int('Must be a whole number.').min(1, 'Must be at least 1.').optional(),
    lines: z
      .array(z.object({ orderLineId: z.uuid(), quantity: z.int().min(1).max(20) }))
      .max(50)
      .optional(),
    ticketIds: z.array(z.uuid()).max(1000).optional(),
    includeShipping: z.boolean().optional(),
    restock: z.boolean().optional(),
    reason: z.string().trim().max(300, 'Must have at most 300 characters.').optional(),
  })
  .superRefine((body, context) => {
    if (body.amountCents === undefined) {
      refuseEmptyChoice(body, context);
      return;
    }
    for (const field of [...CHOICES, 'restock'] as const) {
      if (body[field] === undefined) continue;
      context.addIssue({
        code: 'custom',
        path: [field],
        message: 'Cannot be combined with an amount.',
      });
    }
  });
type Choice = Partial<Record<(typeof CHOICES)[number], boolean | unknown[] | undefined>>;

/** A form in which nothing was ticked must not give everything back. */
function refuseEmptyChoice(body: Choice, context: z.RefinementCtx): void {
  const given = CHOICES.filter((field) => body[field] !== undefined);
  const isEmpty = given.every((field) => {
    const chosen = body[field];
    return Array.isArray(chosen) ? chosen.length === 0 : chosen !== true;
  });
  if (!isEmpty) return;
  for (const field of given) {
    context.addIssue({
      code: 'custom',
      path: [field],
      message: 'Chooses nothing. To refund all that remains, leave it out.',
    });
  }
}

export type RefundBody = z.output<typeof refundBodySchema>;

export const refundOrderRoute = defineRoute({
  operationId: 'refundOrder',
  method: 'post',
  path: '/api/v1/admin/orders/:id/refund',
  summary: 'Refund an order',
  description:
    'By amount; or by lines, tickets and shipping with their share of the tax; with neither, all that remains. ' +
    'Unopened tickets go back to their box, the numbers of opened ones stay out of it. `restock` puts the goods of `lines` back ' +
    'on the shelf. The shopper reads the `reason` at the tickets that are taken back. The same key answers for the same refund, however often it is sent.',
  tag: 'Admin orders',
  access: 'admin',
  params,
  body: refundBodySchema,
  headers: [
    {
      name: 'Idempotency-Key',
      required: true,
      description: '1 to 255 characters, new for each refund.',
    },
  ],
  replies: { 200: orderDetailSchema },
  problems: [...Object.values(idempotencyProblems), ...Object.values(refundsProblems)],
});

const refundSchema = z.object({
  id: z.uuid(),
  stripeRefundId: z.string().nullable(),
  amountCents: count,
  currency: z.string(),
  status: z.enum(REFUND_STATES),
  reason: z.string().nullable(),
  requestedBy: z.string(),
  createdAt: z.iso.datetime({ precision: 3 }),
});

export const reconcileRefundsRoute = defineRoute({
  operationId: 'reconcileRefunds',
  method: 'post',
  path: '/api/v1/admin/orders/:id/refund/reconcile',
  summary: 'Bring the refunds of an order up to date',
  description:
    'Reads all refunds of the payment at Stripe, also those made in its Dashboard. `drift`: the order was refunded, but its ' +
    'refunds no longer cover what was paid; it then needs attention.',
  tag: 'Admin orders',
  access: 'admin',
  params,
  replies: {
    200: z.object({
      order: orderDetailSchema,
      summary: z.object({
        refundCount: count,
        succeededCount: count,
        refundedCents: count,
        isFullyRefunded: z.boolean(),
        drift: z.boolean(),
      }),
      refunds: z.array(refundSchema),
    }),
  },
  problems: [
    refundsProblems.REFUND_ORDER_NOT_FOUND,
    refundsProblems.NOTHING_PAID,
    refundsProblems.REFUND_UNCONFIRMED,
  ],
});
