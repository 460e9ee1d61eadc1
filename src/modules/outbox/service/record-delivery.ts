import { eq } from 'drizzle-orm';
import type { Tx } from '../../../db/client.ts';
import {
  DELIVERIES,
  outboxMails,
  suppressedAddresses,
  type Delivery,
} from '../../../db/schema/outbox.ts';
import type { App } from '../../../kernel/app.ts';
import { mailFailed } from '../outbox.hooks.ts';
import { findSuppressions } from './find-suppressions.ts';
import { normaliseAddress } from './hash-address.ts';
import type { StoredMail } from './provider-key.ts';

export type DeliveryReport = {
  /** Id of the mail at the provider. */
  providerId: string;
  delivery: Delivery;
  /** A bounce that may pass, such as a full mailbox. */
  isTransient: boolean;
  /** The provider's words, without addresses. */
  reason: string | null;
  now: Date;
};

/**
 * Step: notes what became of a sent mail. Reports come twice and in any order, so a worse fate outweighs a better one and
 * the same one changes nothing. A bounce that will not pass, or a complaint, stops all further mail to the address.
 *
 * `unknown`: no sent mail has this id; perhaps not yet, because the report was faster than the answer to our call.
 */
export async function recordDelivery(
  tx: Tx,
  app: Pick<App, 'newId' | 'hooks' | 'config'>,
  report: DeliveryReport,
): Promise<'recorded' | 'no_effect' | 'unknown'> {
  const { delivery, reason, now } = report;
  const [mail] = await tx
    .select()
    .from(outboxMails)
    .where(eq(outboxMails.providerId, report.providerId))
    .for('no key update');
  if (mail?.state !== 'sent') return 'unknown';
  const isFinal = delivery === 'complained' || (delivery === 'bounced' && !report.isTransient);
  // Whom an erased mail went to is not known any more. A bounce that lasts may follow one that passed.
  if (isFinal && mail.erasedAt === null) {
    await suppress(tx, app, mail, { reason: delivery, detail: reason, now });
  }
  if (mail.delivery !== null && rank(delivery) <= rank(mail.delivery)) return 'no_effect';
  await tx
    .update(outboxMails)
    .set({ delivery, deliveryAt: now, deliveryReason: reason })
    .where(eq(outboxMails.id, mail.id));
  if (delivery !== 'delivered' && mail.orderId !== null) {
    const { orderId, kind } = mail;
    await app.hooks.run(mailFailed, tx, { orderId, kind, delivery, now });
  }
  return 'recorded';
}

const rank = (delivery: Delivery) => DELIVERIES.indexOf(delivery);

async function suppress(
  tx: Tx,
  app: Pick<App, 'newId' | 'config'>,
  mail: StoredMail,
  why: { reason: 'bounced' | 'complained'; detail: string | null; now: Date },
): Promise<void> {
  const { reason, detail, now } = why;
  const facts = { reason, detail, mailId: mail.id, createdAt: now };
  const [known] = (await findSuppressions(tx, app, [mail.recipient])).values();
  if (known && known.addressHash !== null) {
    // Erased before: it stays a hash, and one entry.
    if (known.reason === 'complained') return;
    await tx.update(suppressedAddresses).set(facts).where(eq(suppressedAddresses.id, known.id));
    return;
  }
  await tx
    .insert(suppressedAddresses)
    .values({ id: app.newId(), email: normaliseAddress(mail.recipient), ...facts })
    // Who complained after a bounce must not be taken off the list as somebody whose mailbox works again.
    .onConflictDoUpdate({
      target: suppressedAddresses.email,
      set: facts,
      setWhere: eq(suppressedAddresses.reason, 'bounced'),
    });
}
