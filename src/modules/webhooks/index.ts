export { webhooksAdminRouter } from './webhooks.admin-router.ts';
export { webhooksRouter } from './webhooks.router.ts';
export { stripeEventQueue } from './webhooks.queue.ts';
export { requeueStrandedEvents } from './service/requeue-stranded-events.ts';
export { workStripeEvent } from './service/work-stripe-event.ts';
export { forgetPayloads } from './service/forget-payloads.ts';
