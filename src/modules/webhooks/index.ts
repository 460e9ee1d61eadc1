export { webhooksAdminRouter } from './webhooks.admin-router.ts';
export { webhooksRouter } from './webhooks.router.ts';
export { resendEventQueue, stripeEventQueue } from './webhooks.queue.ts';
export { stripeEventTypes } from './service/act-on-stripe-event.ts';
export { reconcileStripe, type StripeReconciliation } from './service/reconcile-stripe.ts';
export { requeueStrandedEvents } from './service/requeue-stranded-events.ts';
export { workResendEvent } from './service/work-resend-event.ts';
export { workStripeEvent } from './service/work-stripe-event.ts';
export { forgetPayloads } from './service/forget-payloads.ts';
