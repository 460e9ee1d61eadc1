export { revalidationAdminRouter } from './revalidation.admin-router.ts';
export { webhookDeliveryQueue } from './revalidation.queue.ts';
export { announceChanges } from './service/announce-changes.ts';
export { deliverWebhook } from './service/deliver-webhook.ts';
