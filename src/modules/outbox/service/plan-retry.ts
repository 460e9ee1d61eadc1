import { isKeyRemembered, type StoredMail } from './provider-key.ts';

/**
 * How a mail may go out again. `same_mail`: same key, same body, so the provider sends it once at the most. `new_mail`:
 * under a new key, which may bring its reader a second one.
 */
export type RetryPlan = 'none' | 'same_mail' | 'new_mail';

export function planRetry(mail: StoredMail, options: { hasSecret: boolean; now: Date }): RetryPlan {
  // Nothing is left of it, and nobody to get it.
  if (mail.erasedAt !== null) return 'none';
  if (mail.state === 'dead') {
    const isComplete = options.hasSecret || !mail.needsSecret;
    return isComplete && isKeyRemembered(mail, options.now) ? 'same_mail' : 'new_mail';
  }
  // The provider took it and answers its old id to a repeat. A complaint is an answer, not a failure.
  const cameBack = mail.delivery === 'failed' || mail.delivery === 'bounced';
  return mail.state === 'sent' && cameBack ? 'new_mail' : 'none';
}
