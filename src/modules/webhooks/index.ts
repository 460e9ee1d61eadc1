export { webhooksAdminRouter } from './webhooks.admin-router.ts';
export { webhooksRouter } from './webhooks.router.ts';
export { resendEventQueue, stripeEventQueue } from './webhooks.queue.ts';
export { stripeEventTypes } from './service/act-on-stripe-events.ts';
export { reconcileStripe, type StripeReconciliation } from './service/reconcile-stripe.ts';
export { requeueStrandedEvents } from './service/requeue-stranded-events.ts';
export { workResendEvents } from './service/work-resend-events.ts';
export { workStripeEvents } from './service/work-stripe-events.ts';
export { forgetPayloads } from './service/forget-payloads.ts';
