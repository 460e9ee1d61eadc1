import type { outboxMails } from '../../../db/schema/outbox.ts';
import { HOUR_MS } from '../../../kernel/clock.ts';

export type StoredMail = typeof outboxMails.$inferSelect;

/** The provider forgets a key after 24 hours; a later repeat under it could be a second mail. */
export const KEY_REMEMBERED_MS = 23 * HOUR_MS;

/** The mail's identity at the provider: its own key, and a number from the second round on. */
export function providerKey(mail: Pick<StoredMail, 'key' | 'round'>): string {
  return mail.round === 1 ? mail.key : `${mail.key}#${String(mail.round)}`;
}

/** Whether a try now cannot become a second mail: the provider still knows what it got under this key. */
export function isKeyRemembered(mail: Pick<StoredMail, 'tryingSince'>, now: Date): boolean {
  return now.getTime() - mail.tryingSince.getTime() < KEY_REMEMBERED_MS;
}
