import type { Delivery } from '../../db/schema/outbox.ts';
import { defineHook } from '../../kernel/hooks.ts';

/**
 * A mail about an order is to go out again, and its secret is gone. Whoever owns the order gives a new one; without it
 * the mail stays as it is.
 */
export const mailSecretRenewing = defineHook<{
  orderId: string;
  kind: string;
  now: Date;
  give: (secret: string) => void;
}>('outbox.mail-secret-renewing');

/** The provider could not deliver a mail about an order, or its reader called it spam. */
export const mailFailed = defineHook<{
  orderId: string;
  kind: string;
  delivery: Exclude<Delivery, 'delivered'>;
  now: Date;
}>('outbox.mail-failed');
