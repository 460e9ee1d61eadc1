import { z } from 'zod';
import { defineRoute } from '../../http/route.ts';
import { defineProblems } from '../../kernel/problems.ts';

export const webhooksProblems = defineProblems({
  EVENT_MALFORMED: { status: 400, message: 'This is no event of this sender.' },
  MAIL_WEBHOOK_NOT_CONFIGURED: {
    status: 503,
    message:
      'This shop does not take events about mails. Its operator has to set the signing secret.',
  },
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

export const resendWebhookRoute = defineRoute({
  operationId: 'receiveResendEvent',
  method: 'post',
  path: '/api/v1/webhooks/resend',
  summary: 'Take an event from Resend',
  description:
    'The Svix signature is checked over the untouched bytes; nothing is stored when it does not fit. Without a signing ' +
    'secret the answer is 503, so that the sender keeps its events for when there is one.',
  tag: 'Webhooks',
  access: 'signature',
  bodyKind: 'raw',
  body: z.unknown(),
  headers: [
    { name: 'svix-id', required: true, description: 'The event; the same in every repeat.' },
    { name: 'svix-timestamp', required: true, description: 'Seconds; five minutes off at most.' },
    { name: 'svix-signature', required: true, description: '`v1,` and the base64 HMAC-SHA256.' },
  ],
  replies: { 200: z.object({ received: z.literal(true), duplicate: z.boolean() }) },
  problems: [
    webhooksProblems.SIGNATURE_INVALID,
    webhooksProblems.EVENT_MALFORMED,
    webhooksProblems.MAIL_WEBHOOK_NOT_CONFIGURED,
  ],
});
