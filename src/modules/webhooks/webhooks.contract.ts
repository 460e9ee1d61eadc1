import { z } from 'zod';
import { defineRoute } from '../../http/route.ts';
import { defineProblems } from '../../kernel/problems.ts';

export const webhooksProblems = defineProblems({
  SIGNATURE_INVALID: { status: 400, message: 'The signature is missing or does not fit the body.' },
});

export const stripeWebhookRoute = defineRoute({
  operationId: 'receiveStripeEvent',
  method: 'post',
  path: '/api/v1/webhooks/stripe',
  summary: 'Take an event from Stripe',
  description:
    'The signature is checked over the untouched bytes. The event is stored and queued in one transaction before it is ' +
    'answered; what it says is never believed, the object it names is read again.',
  tag: 'Webhooks',
  access: 'signature',
  bodyKind: 'raw',
  body: z.unknown(),
  replies: { 200: z.object({ received: z.literal(true), duplicate: z.boolean() }) },
  problems: [webhooksProblems.SIGNATURE_INVALID],
});
