import { inTx, type Tx } from '../../../db/client.ts';
import type { App } from '../../../kernel/app.ts';
import { addMs, MINUTE_MS } from '../../../kernel/clock.ts';
import { Problem, problems } from '../../../kernel/problems.ts';
import { enqueueMail } from '../../outbox/index.ts';
import type { ContactBody } from '../content.contract.ts';
import { writeContactNotice } from '../mails/write-contact-notice.ts';
import {
  insertContactMessage,
  loadNthNewest,
  lockSender,
} from '../queries/keep-contact-messages.ts';
import { hashSender } from './hash-sender.ts';

const WINDOW_MS = 10 * MINUTE_MS;

/** Messages within the window from one e-mail address at one network address. */
const MAX_PER_PERSON = 5;

/** The same for a network address, where many people may be: a family, an office, a proxy that is not trusted. */
const MAX_PER_NETWORK = 30;

/**
 * Keeps a message from the contact form and mails it to the shop, both or neither. The limits are counted in the
 * database, so several processes share them and a restart forgets nothing.
 *
 * @throws Problem RATE_LIMITED
 */
export async function receiveContact(
  app: App,
  request: { body: ContactBody; clientAddress: string; isExemptCaller: boolean },
): Promise<void> {
  const { website, ...message } = request.body;
  // People do not see this field. Told of the refusal, a robot would learn to leave it empty.
  if (website !== undefined && website.trim() !== '') return;
  const senderHash = hashSender(app.config.orderTokenPepper, request.clientAddress);
  await inTx(app, 'receiveContact', async (tx, now) => {
    await lockSender(tx, senderHash);
    await requireRoom(tx, { senderHash, email: message.email, max: MAX_PER_PERSON, now });
    // Behind the shop's own server are all its shoppers.
    if (!request.isExemptCaller) {
      await requireRoom(tx, { senderHash, email: null, max: MAX_PER_NETWORK, now });
    }
    const id = app.newId();
    await insertContactMessage(tx, { id, ...message, senderHash, createdAt: now });
    await enqueueMail(tx, app, {
      ...writeContactNotice(message),
      key: `contact/${id}`,
      kind: 'contact',
      orderId: null,
      recipient: app.config.mail.contactTo,
      replyTo: message.email,
      secret: null,
      now,
    });
  });
}

/** @throws Problem RATE_LIMITED, with the seconds until the oldest of the last `max` leaves the window */
async function requireRoom(
  tx: Tx,
  count: { senderHash: string; email: string | null; max: number; now: Date },
): Promise<void> {
  const { senderHash, email, max, now } = count;
  const since = addMs(now, -WINDOW_MS);
  const oldest = await loadNthNewest(tx, { senderHash, email, since, skip: max - 1 });
  if (!oldest) return;
  throw new Problem(problems.RATE_LIMITED, {
    retryAfterSeconds: Math.max(1, Math.ceil((oldest.getTime() - since.getTime()) / 1000)),
  });
}
