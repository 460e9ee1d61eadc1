import { eq, sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { world, type World } from '../../../../testing/world.ts';
import { inTx } from '../../../db/client.ts';
import { outboxMails } from '../../../db/schema/outbox.ts';
import { ProviderError } from '../../../integrations/provider-error.ts';
import { HOUR_MS, MINUTE_MS } from '../../../kernel/clock.ts';
import {
  enqueueMail,
  eraseMails,
  forgetDeadSecrets,
  requeueStrandedMails,
  SECRET_PLACEHOLDER,
  sendMail,
  type MailRequest,
} from '../index.ts';

const SECRET = 'k3yToTheOrder_-abcdefghijklmnop';
const FIRST_TRY = { isLastTry: false };

let w: World;
beforeAll(async () => {
  w = await world();
});
afterAll(() => w.close());
afterEach(() => {
  w.clock.offsetMs = 0;
});

/** Writes a mail as a business transaction does; answers its id. */
async function enqueue(request: Partial<MailRequest> = {}): Promise<string> {
  const key = request.key ?? `test/${w.app.newId()}`;
  await inTx(w.app, 'test', (tx, now) =>
    enqueueMail(tx, w.app, {
      kind: 'test',
      orderId: null,
      recipient: 'ann@shop.test',
      replyTo: null,
      subject: 'Hello',
      html: `<a href="http://shop.test/?token=${SECRET_PLACEHOLDER}">open</a>`,
      text: `http://shop.test/?token=${SECRET_PLACEHOLDER}`,
      secret: SECRET,
      now,
      ...request,
      key,
    }),
  );
  const [row] = await w.app.database.db.select().from(outboxMails).where(eq(outboxMails.key, key));
  if (!row) throw new Error('The mail was not written.');
  return row.id;
}

async function load(id: string) {
  const [row] = await w.app.database.db.select().from(outboxMails).where(eq(outboxMails.id, id));
  if (!row) throw new Error('There is no such mail.');
  return row;
}

const received = (key: string) => w.sandbox.mails().filter((mail) => mail.key === key);

describe('a queued mail', () => {
  it('goes out once, with its secret, which is then forgotten', async () => {
    const id = await enqueue();
    const queued = await load(id);
    expect(JSON.stringify(queued)).not.toContain(SECRET);
    expect(queued.sealedSecret?.includes(SECRET)).toBe(false);

    await w.drain();
    await sendMail(w.app, { mailId: id }, FIRST_TRY);

    const [mail, ...more] = received(queued.key);
    expect(more).toEqual([]);
    expect(mail).toMatchObject({
      from: 'PopBox Studio <shop@popbox.test>',
      to: ['ann@shop.test'],
      html: `<a href="http://shop.test/?token=${SECRET}">open</a>`,
      text: `http://shop.test/?token=${SECRET}`,
    });
    const sent = await load(id);
    expect(sent).toMatchObject({ state: 'sent', sealedSecret: null, providerId: mail?.id });
    expect(sent.attempts).toBe(1);
    expect(sent.html).toContain(SECRET_PLACEHOLDER);
  });

  it('exists once per key, as it was written first', async () => {
    const key = `test/${w.app.newId()}`;
    const id = await enqueue({ key });
    expect(await enqueue({ key, subject: 'Another' })).toBe(id);
    await w.drain();
    expect(received(key).map(({ subject }) => subject)).toEqual(['Hello']);
  });

  it('does not exist if its transaction is undone', async () => {
    const key = `test/${w.app.newId()}`;
    const request = { key, kind: 'test', orderId: null, recipient: 'ann@shop.test', replyTo: null };
    const undone = inTx(w.app, 'test', async (tx, now) => {
      const body = { subject: 'Hello', html: '<p>x</p>', text: 'x', secret: null, now };
      await enqueueMail(tx, w.app, { ...request, ...body });
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    await w.drain();
    expect(received(key)).toEqual([]);
  });

  it('names nobody who was erased as the one to answer to', async () => {
    const replyTo = 'erased-1@erased.invalid';
    expect((await load(await enqueue({ replyTo }))).replyTo).toBeNull();
    expect((await load(await enqueue({ replyTo: 'bo@shop.test' }))).replyTo).toBe('bo@shop.test');
  });

  it('is given up when its reader is erased', async () => {
    const id = await enqueue({ recipient: 'Erin@shop.test', secret: null });
    const person = { email: 'erin@shop.test', orderIds: [], keys: [] };
    expect(await inTx(w.app, 'test', (tx, now) => eraseMails(tx, person, now))).toBe(1);
    await w.drain();
    const { key, state, lastError } = await load(id);
    expect([state, lastError]).toEqual(['dead', 'erased before it was sent']);
    expect(received(key)).toEqual([]);
  });

  it('keeps a placeholder that somebody typed, if it has no secret', async () => {
    const id = await enqueue({ secret: null, text: `I typed ${SECRET_PLACEHOLDER}` });
    await w.drain();
    const { key } = await load(id);
    expect(received(key)[0]?.text).toContain(SECRET_PLACEHOLDER);
  });
});

describe('when the provider does not take it', () => {
  it('waits while the provider is down, then goes out once', async () => {
    const id = await enqueue();
    w.sandbox.fault({ match: 'POST /emails', kind: 'error_500' });
    await expect(sendMail(w.app, { mailId: id }, FIRST_TRY)).rejects.toThrow(ProviderError);
    const failed = await load(id);
    expect(failed).toMatchObject({ state: 'queued', attempts: 1 });
    expect(failed.lastError).toMatch(/^unknown/);

    await sendMail(w.app, { mailId: id }, FIRST_TRY);
    await w.drain();
    expect(await load(id)).toMatchObject({ state: 'sent', attempts: 2, lastError: null });
    expect(received(failed.key)).toHaveLength(1);
  });

  it('is not sent twice if the answer got lost', async () => {
    const id = await enqueue();
    w.sandbox.fault({ match: 'POST /emails', kind: 'timeout_after_work', delayMs: 20 });
    await expect(sendMail(w.app, { mailId: id }, FIRST_TRY)).rejects.toThrow(ProviderError);
    await w.drain();
    const sent = await load(id);
    expect(sent.state).toBe('sent');
    expect(received(sent.key)).toHaveLength(1);
  });

  it('is given up at once if it is refused, without a word about whom it was for', async () => {
    const id = await enqueue({ recipient: 'nobody-at-all' });
    await sendMail(w.app, { mailId: id }, FIRST_TRY);
    const dead = await load(id);
    expect(dead).toMatchObject({ state: 'dead', attempts: 1 });
    expect(dead.lastError).toMatch(/^rejected/);
    expect(dead.lastError).not.toContain('nobody');
    expect(w.logLines.join('')).toContain(id);
    expect(w.logLines.join('')).not.toContain('nobody-at-all');
  });

  it('is given up after the last try', async () => {
    const id = await enqueue();
    w.sandbox.fault({ match: 'POST /emails', kind: 'error_500' });
    await sendMail(w.app, { mailId: id }, { isLastTry: true });
    expect(await load(id)).toMatchObject({ state: 'dead' });
  });

  it('keeps its secret only as long as it may go out again unchanged', async () => {
    const id = await enqueue();
    w.sandbox.fault({ match: 'POST /emails', kind: 'error_500' });
    await sendMail(w.app, { mailId: id }, { isLastTry: true });
    await forgetDeadSecrets(w.app);
    expect((await load(id)).sealedSecret).not.toBeNull();
    w.clock.offsetMs = 23 * HOUR_MS;
    await forgetDeadSecrets(w.app);
    expect((await load(id)).sealedSecret).toBeNull();
  });

  it('is never sent again after 23 hours, when the provider may have forgotten its key', async () => {
    const id = await enqueue();
    w.clock.offsetMs = 23 * HOUR_MS;
    await w.drain();
    const dead = await load(id);
    expect(dead.state).toBe('dead');
    expect(received(dead.key)).toEqual([]);
  });

  // Red if the old round's answer counts for the new one, whose mail would then never go out.
  it('is not settled by the answer to an earlier round', async () => {
    const id = await enqueue();
    const answered = Promise.withResolvers<{ providerId: string }>();
    const asked = Promise.withResolvers<undefined>();
    const mail = {
      ...w.app.mail,
      send: () => {
        asked.resolve(undefined);
        return answered.promise;
      },
    };
    const first = sendMail({ ...w.app, mail }, { mailId: id }, FIRST_TRY);
    await asked.promise;
    // Somebody has given it up meanwhile, and an operator wants it all the same.
    await w.app.database.db.update(outboxMails).set({ round: 2 }).where(eq(outboxMails.id, id));
    answered.resolve({ providerId: 'of-the-first-round' });
    await first;
    expect(await load(id)).toMatchObject({ state: 'queued', providerId: null });
    await w.drain();
    const { key, state } = await load(id);
    expect([state, received(`${key}#2`).length]).toEqual(['sent', 1]);
  });

  it('is given up if its secret cannot be opened', async () => {
    const id = await enqueue();
    const foreign = await load(await enqueue());
    await w.app.database.db
      .update(outboxMails)
      .set({ sealedSecret: foreign.sealedSecret })
      .where(eq(outboxMails.id, id));
    await w.drain();
    expect(await load(id)).toMatchObject({
      state: 'dead',
      lastError: 'the secret cannot be opened',
    });
  });
});

describe('the sweep', () => {
  const loseJobs = () => w.app.database.pool.query(`DELETE FROM pgboss.job WHERE name = 'mail'`);

  it('gives a mail without a job a new one, and only such a mail', async () => {
    await w.drain();
    const lost = await enqueue();
    await loseJobs();
    const waiting = await enqueue();
    expect(await requeueStrandedMails(w.app)).toBe(0);
    w.clock.offsetMs = 3 * MINUTE_MS;
    expect(await requeueStrandedMails(w.app)).toBe(1);
    expect(await requeueStrandedMails(w.app)).toBe(0);
    await w.drain();
    expect((await load(lost)).state).toBe('sent');
    expect((await load(waiting)).state).toBe('sent');
  });

  it('takes at most a hundred at a time', async () => {
    await w.drain();
    for (let i = 0; i < 101; i += 1) await enqueue({ secret: null });
    await loseJobs();
    w.clock.offsetMs = 3 * MINUTE_MS;
    expect(await requeueStrandedMails(w.app)).toBe(100);
    expect(await requeueStrandedMails(w.app)).toBe(1);
    const { rows } = await w.app.database.db.execute<{ count: string }>(
      sql`SELECT count(*) FROM pgboss.job WHERE name = 'mail' AND state = 'created'`,
    );
    expect(rows[0]?.count).toBe('101');
    await w.drain();
  });
});
