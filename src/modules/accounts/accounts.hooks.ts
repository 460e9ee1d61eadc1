import { defineHook } from '../../kernel/hooks.ts';

/**
 * An account is being opened: this person has proved that the e-mail is theirs. Whoever keeps what guests did under that
 * e-mail gives it to the account. Runs before the customer's row is written, because whoever finalises an order holds the
 * order first and the customer's row second.
 */
export const accountOpening = defineHook<{ now: Date; userId: string; email: string }>(
  'accounts.account-opening',
);
