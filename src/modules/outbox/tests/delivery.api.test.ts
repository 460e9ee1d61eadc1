import { eq } from 'drizzle-orm';
import supertest from 'supertest';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { svixHeaders } from '../../../../sandbox/resend/svix-signature.ts';
import { callAs } from '../../../../testing/call-as.ts';
import {
  anAdmin,
  aPaidOrder,
  aProduct,
  type OpenCheckout,
  type SignedIn,
  type TestProduct,
} from '../../../../testing/factories.ts';
import { refusesStrangers } from '../../../../testing/refuses-strangers.ts';
import { environmentFor, world, type World } from '../../../../testing/world.ts';
import { readConfig } from '../../../config/index.ts';
import { inTx } from '../../../db/client.ts';
import { outboxMails } from '../../../db/schema/outbox.ts';
import { HOUR_MS } from '../../../kernel/clock.ts';
import { newId } from '../../../kernel/ids.ts';
import { buildApp } from '../../../main/build-app.ts';
import { createLogger } from '../../../main/create-logger.ts';
import { buildHttp } from '../../../main/http.ts';
import { viewOrder } from '../../orders/index.ts';
import { enqueueMail, forgetDeadSecrets, sendMail } from '../index.ts';
import type { AdminMail, AdminSuppression } from '../outbox.admin-contract.ts';

type Page<T> = { items: T[]; nextCursor: string | null };

let w: World;
let admin: SignedIn;
let product: TestProduct;
beforeAll(async () => {
  w = await world();
  admin = await anAdmin(w);
  product = await aProduct(w, { onHand: 100 });
});
afterAll(() => w.close());
afterEach(() => {
  w.clock.offsetMs = 0;
  w.sandbox.setResendWebhookUrl(null);
});

const anOrder = (email: string) =>
  aPaidOrder(
    w,
    [{ productId: product.productId, productVariantId: product.variantId, quantity: 1 }],
    { email },
  );

const uniqueEmail = () => `${newId()}@example.com`;

async function enqueue(recipient: string): Promise<string> {
  const key = `test/${newId()}`;
  await inTx(w.app, 'test', (tx, now) =>
    enqueueMail(tx, w.app, {
      key,
      kind: 'test',
      orderId: null,
      recipient,
      replyTo: null,
      subject: 'Hello',
      html: '<p>Hello</p>',
      text: 'Hello',
      secret: null,
      now,
    }),
  );
  const [row] = await w.app.database.db.select().from(outboxMails).where(eq(outboxMails.key, key));
  if (!row) throw new Error('The mail was not written.');
  return row.id;
}

const listMails = async (query: Record<string, string>) =>
  (
    await callAs<Page<AdminMail>>(w, admin, [
      'get',
      `/admin/mails?${String(new URLSearchParams(query))}`,
    ])
  ).data;

async function find(query: Record<string, string>): Promise<AdminMail> {
  const { items } = await listMails(query);
  const [mail] = items;
  if (!mail || items.length > 1) throw new Error(`${String(items.length)} mails fit.`);
  return mail;
}

const confirmationOf = (order: OpenCheckout) =>
  find({ orderId: order.orderId, kind: 'order-confirmed' });

const load = async (id: string) => {
  const [row] = await w.app.database.db.select().from(outboxMails).where(eq(outboxMails.id, id));
  if (!row) throw new Error('There is no such mail.');
  return row;
};

const received = (key: string) => w.sandbox.mails().filter((mail) => mail.key === key);

const post = (body: string, headers: Record<string, string>) =>
  w.http
    .post('/api/v1/webhooks/resend')
    .set({ 'content-type': 'application/json', ...headers })
    .send(body);

function signed(body: string, id = `msg_${newId()}`): Record<string, string> {
  const secret = w.sandbox.core.settings.resendWebhookSecret ?? '';
  return svixHeaders(secret, id, Math.floor(Date.now() / 1000), body);
}

const eventOf = (type: string, providerId: string | null, data: object = {}) =>
  JSON.stringify({ type: `email.${type}`, data: { email_id: providerId, ...data } });

/** Tells the shop that this happened to a mail, and works the event. */
async function tell(type: string, mailId: string, data: object = {}): Promise<void> {
  const { providerId } = await load(mailId);
  const body = eventOf(type, providerId, data);
  const response = await post(body, signed(body));
  expect(response.body).toMatchObject({ data: { received: true, duplicate: false } });
  await w.drain();
}

const countEvents = async () => {
  const { rows } = await w.app.database.pool.query<{ count: string }>(
    `SELECT count(*) FROM popbox.inbound_events WHERE provider = 'resend'`,
  );
  return Number(rows[0]?.count);
};

describe('POST /webhooks/resend', () => {
  it('notes by itself that a mail was delivered', async () => {
    w.sandbox.setResendWebhookUrl(`${w.url}/api/v1/webhooks/resend`);
    const order = await anOrder(uniqueEmail());
    await w.drain();
    expect((await confirmationOf(order)).delivery).toMatchObject({ state: 'delivered' });
    // Each order has mails that arrived; its timeline tells only of what somebody has to know.
    const { rows } = await w.app.database.pool.query(
      `SELECT kind FROM popbox.order_events WHERE order_id = $1 AND kind LIKE 'mail\\_%'`,
      [order.orderId],
    );
    expect(rows).toEqual([]);
  });

  it('refuses what is not signed by the provider, and stores nothing of it', async () => {
    const before = await countEvents();
    const body = eventOf('bounced', 'x');
    const good = signed(body);
    const old = svixHeaders(
      w.sandbox.core.settings.resendWebhookSecret ?? '',
      'msg_old',
      Math.floor(Date.now() / 1000) - 400,
      body,
    );
    const answers = [
      await post(body, {}),
      await post(`${body} `, good),
      await post(body, { ...good, 'svix-id': 'msg_other' }),
      await post(body, { ...good, 'svix-signature': 'v1,AAAA' }),
      await post(body, old),
      await post('nonsense', signed('nonsense')),
      await post(body, svixHeaders('whsec_b3RoZXI=', 'msg_x', Math.floor(Date.now() / 1000), body)),
    ];
    for (const { status, body: answer } of answers) {
      expect(status).toBe(400);
      expect(answer).toMatchObject({ errors: { code: 'SIGNATURE_INVALID' } });
    }
    const long = `msg_${'x'.repeat(300)}`;
    expect((await post(body, signed(body, long))).body).toMatchObject({
      errors: { code: 'EVENT_MALFORMED' },
    });
    expect(await countEvents()).toBe(before);
  });

  it('stores an event once and works it once', async () => {
    const mailId = await enqueue(uniqueEmail());
    await w.drain();
    const { providerId } = await load(mailId);
    const body = eventOf('delivered', providerId);
    const headers = signed(body);
    const before = await countEvents();
    expect((await post(body, headers)).body).toMatchObject({ data: { duplicate: false } });
    await w.drain();
    expect((await post(body, headers)).body).toMatchObject({ data: { duplicate: true } });
    expect(await countEvents()).toBe(before + 1);
  });

  it('lets a worse fate outweigh a better one, in whichever order they come', async () => {
    const mailId = await enqueue(uniqueEmail());
    await w.drain();
    await tell('complained', mailId);
    await tell('delivered', mailId);
    expect(await load(mailId)).toMatchObject({ state: 'sent', delivery: 'complained' });
  });

  it('waits for a mail whose id is not known yet, and in the end for none', async () => {
    const body = eventOf('delivered', 'not-a-mail-of-ours');
    await post(body, signed(body));
    await w.drain();
    const state = async () => {
      const { rows } = await w.app.database.pool.query<{ state: string }>(
        `SELECT state FROM popbox.inbound_events WHERE object_id = 'not-a-mail-of-ours'`,
      );
      return rows[0]?.state;
    };
    expect(await state()).toBe('failed');
    // The next tries are due later; their times pass.
    await w.until('the last try', async () => {
      await w.app.database.pool.query(
        `UPDATE pgboss.job SET start_after = now() WHERE name = 'resend-event' AND state = 'retry'`,
      );
      await w.drain();
      return (await state()) === 'ignored';
    });
  });

  it('takes other events and does nothing', async () => {
    const body = JSON.stringify({ type: 'domain.updated', data: { id: 'd' } });
    expect((await post(body, signed(body))).status).toBe(200);
    await w.drain();
    const { rows } = await w.app.database.pool.query<{ state: string }>(
      `SELECT state FROM popbox.inbound_events WHERE type = 'domain.updated'`,
    );
    expect(rows).toEqual([{ state: 'ignored' }]);
  });
});

describe('a mail that bounces', () => {
  it('stops all further mail to the address, and the shop sees it', async () => {
    const email = uniqueEmail();
    const order = await anOrder(email.toUpperCase());
    w.sandbox.setResendWebhookUrl(`${w.url}/api/v1/webhooks/resend`);
    const { recipient, id } = await confirmationOf(order);
    expect(await w.sandbox.odd('bounce', (await load(id)).providerId ?? '')).toBe(true);
    await w.drain();

    const bounced = await confirmationOf(order);
    expect(bounced).toMatchObject({
      recipient,
      state: 'sent',
      delivery: { state: 'bounced' },
      suppression: { reason: 'bounced' },
      retry: 'confirm',
    });
    const { db } = w.app.database;
    const shown = await viewOrder(db, w.app, { orderId: order.orderId, audience: 'admin' });
    expect(shown.mailSuppression).toMatchObject({ reason: 'bounced' });
    const guest = await viewOrder(db, w.app, { orderId: order.orderId, audience: 'guest' });
    expect(guest).not.toHaveProperty('mailSuppression');
    const { rows } = await w.app.database.pool.query<Record<string, unknown>>(
      `SELECT details FROM popbox.order_events WHERE order_id = $1 AND kind = 'mail_bounced'`,
      [order.orderId],
    );
    expect(rows).toEqual([{ details: { mail: 'order-confirmed' } }]);

    const next = await enqueue(email);
    await w.drain();
    const dead = await load(next);
    expect(dead).toMatchObject({ state: 'dead', lastError: 'the address is suppressed (bounced)' });
    expect(received(dead.key)).toEqual([]);
    const path = ['post', `/admin/mails/${next}/retry`] as const;
    expect(await callAs(w, admin, path, { confirm: true })).toMatchObject({
      status: 409,
      code: 'MAIL_ADDRESS_SUPPRESSED',
    });
  });

  it('quotes no address, neither in the event nor to the shop', async () => {
    const email = uniqueEmail();
    const mailId = await enqueue(email);
    await w.drain();
    const bounce = { type: 'Permanent', subType: 'General', message: `550 <${email}> is unknown` };
    await tell('bounced', mailId, { bounce });
    expect(await load(mailId)).toMatchObject({ deliveryReason: '550 <[address]> is unknown' });
    const dump = await w.app.database.pool.query(
      `SELECT jsonb_agg(to_jsonb(e))::text AS rows FROM popbox.inbound_events e`,
    );
    expect(JSON.stringify(dump.rows)).not.toContain(email);
    expect(w.logLines.join('')).not.toContain(email);
  });

  it('for a while only is told and stops nothing, until it bounces for good', async () => {
    const email = uniqueEmail();
    const mailId = await enqueue(email);
    await w.drain();
    const bounce = { type: 'Transient', subType: 'MailboxFull', message: 'full' };
    await tell('bounced', mailId, { bounce });
    expect(await find({ recipient: email })).toMatchObject({
      delivery: { state: 'bounced', reason: 'full' },
      suppression: null,
    });
    await tell('bounced', mailId, { bounce: { ...bounce, type: 'Permanent' } });
    expect(await find({ recipient: email })).toMatchObject({ suppression: { reason: 'bounced' } });
  });
});

describe('suppressed addresses', () => {
  const listed = async (email: string) =>
    (
      await callAs<Page<AdminSuppression>>(w, admin, [
        'get',
        `/admin/suppressed-addresses?recipient=${encodeURIComponent(email)}`,
      ])
    ).data.items;

  it('are listed, and get mail again when an admin takes them off', async () => {
    const email = uniqueEmail();
    const mailId = await enqueue(email);
    await w.drain();
    await tell('complained', mailId);
    const [entry, ...more] = await listed(email.toUpperCase());
    expect(more).toEqual([]);
    expect(entry).toMatchObject({ email, reason: 'complained', mailId });
    const path = ['delete', `/admin/suppressed-addresses/${entry?.id ?? ''}`] as const;
    expect(await callAs(w, admin, path)).toMatchObject({ status: 200, data: { deleted: true } });
    expect(await callAs(w, admin, path)).toMatchObject({
      status: 404,
      code: 'SUPPRESSION_NOT_FOUND',
    });
    expect(await listed(email)).toEqual([]);
    const { rows } = await w.app.database.pool.query<Record<string, unknown>>(
      `SELECT actor, action, before FROM popbox.audit_entries WHERE target_id = $1`,
      [entry?.id],
    );
    expect(rows).toMatchObject([
      { actor: `admin:${admin.userId}`, action: 'suppression.removed', before: { mailId } },
    ]);
    expect(JSON.stringify(rows)).not.toContain(email);

    const next = await enqueue(email);
    await w.drain();
    expect((await load(next)).state).toBe('sent');
    // What he complained of has reached him: it is not sent again.
    expect(await find({ recipient: email, delivery: 'complained' })).toMatchObject({ retry: 'no' });
  });

  it('keep the complaint when a bounce follows', async () => {
    const email = uniqueEmail();
    const [first, second] = [await enqueue(email), await enqueue(email)];
    await w.drain();
    await tell('complained', first);
    await tell('bounced', second);
    expect(await listed(email)).toMatchObject([{ reason: 'complained', mailId: first }]);
  });

  it('take the complaint for the reason when a bounce came first', async () => {
    const email = uniqueEmail();
    const [first, second] = [await enqueue(email), await enqueue(email)];
    await w.drain();
    await tell('bounced', first);
    await tell('complained', second);
    expect(await listed(email)).toMatchObject([{ reason: 'complained', mailId: second }]);
  });
});

describe('GET /admin/mails', () => {
  it('finds mails by state, fate, kind, order and recipient, page by page', async () => {
    const email = uniqueEmail();
    const order = await anOrder(email);
    expect(
      (await listMails({ orderId: order.orderId })).items.map(({ kind }) => kind).sort(),
    ).toEqual(['order-confirmed', 'order-notice']);
    const mails = [await enqueue(email), await enqueue(email)];
    const first = await listMails({ recipient: ` ${email.toUpperCase()} `, limit: '2' });
    expect(first.items.map(({ id }) => id)).toEqual([...mails].reverse());
    const rest = await listMails({ recipient: email, cursor: first.nextCursor ?? '' });
    expect(rest).toMatchObject({ items: [{ kind: 'order-confirmed' }], nextCursor: null });
    expect(await listMails({ recipient: email, state: 'queued' })).toMatchObject({
      items: [{ retry: 'no' }, { retry: 'no' }],
    });
    await w.drain();
    await tell('failed', mails[0] ?? '', { failed: { reason: 'reached_daily_quota' } });
    expect(await find({ recipient: email, delivery: 'failed' })).toMatchObject({
      id: mails[0],
      delivery: { reason: 'reached_daily_quota' },
      retry: 'confirm',
    });
    expect(JSON.stringify(first)).not.toContain('<p>');
  });

  it('writes no address into the log', async () => {
    const email = uniqueEmail();
    await listMails({ recipient: email });
    expect(w.logLines.join('')).not.toContain(encodeURIComponent(email));
    expect(w.logLines.join('')).not.toContain(email);
  });
});

describe('POST /admin/mails/:id/retry', () => {
  const retry = (id: string, body: object = {}) =>
    callAs<AdminMail>(w, admin, ['post', `/admin/mails/${id}/retry`], body);

  /** A paid order whose confirmation was given up, because the provider was down for so long. */
  async function aDeadConfirmation() {
    w.sandbox.fault({ match: 'POST /emails', kind: 'error_500', times: 3 });
    const order = await anOrder(uniqueEmail());
    const { id } = await confirmationOf(order);
    await sendMail(w.app, { mailId: id }, { isLastTry: true });
    return { order, mail: await confirmationOf(order) };
  }

  const tokenIn = (text: string) => /\?token=([\w-]{32})$/m.exec(text)?.[1] ?? '';
  const opens = async (order: OpenCheckout, token: string) => {
    const path = `/api/v1/orders/${order.publicId}/access`;
    return (await w.http.get(path).query({ token }).redirects(0)).status === 302;
  };

  it('sends the same mail under the same key, with the link it had', async () => {
    const { order, mail } = await aDeadConfirmation();
    expect(mail).toMatchObject({ state: 'dead', retry: 'yes', attempts: 2 });
    const before = await load(mail.id);
    const answer = await retry(mail.id);
    expect(answer).toMatchObject({ status: 200, data: { state: 'queued', retry: 'no' } });
    await w.drain();
    expect(await load(mail.id)).toMatchObject({ state: 'sent', round: 1, sealedSecret: null });
    const [sent, ...more] = received(before.key);
    expect(more).toEqual([]);
    expect(await opens(order, tokenIn(sent?.text ?? ''))).toBe(true);
    const { rows } = await w.app.database.pool.query<Record<string, unknown>>(
      `SELECT actor, action, before->>'state' AS before, after->>'state' AS after
       FROM popbox.audit_entries WHERE target_id = $1`,
      [mail.id],
    );
    const actor = `admin:${admin.userId}`;
    expect(rows).toEqual([{ actor, action: 'mail.retried', before: 'dead', after: 'queued' }]);
  });

  it('queues it once when two admins press at once', async () => {
    const { mail } = await aDeadConfirmation();
    const answers = await Promise.all([retry(mail.id), retry(mail.id)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    await w.drain();
    expect(received((await load(mail.id)).key)).toHaveLength(1);
  });

  it('leaves the payment what it was', async () => {
    const { order } = await aDeadConfirmation();
    const { db } = w.app.database;
    const view = await viewOrder(db, w.app, { orderId: order.orderId, audience: 'admin' });
    expect(view.status).toBe('paid');
  });

  it('asks for confirmation when the provider may have forgotten the key, and brings a new link', async () => {
    const { order, mail } = await aDeadConfirmation();
    const before = await load(mail.id);
    w.clock.offsetMs = 23 * HOUR_MS + 60_000;
    await forgetDeadSecrets(w.app);
    expect((await load(mail.id)).sealedSecret).toBeNull();
    // A session of more than twelve hours ago is none.
    admin = await anAdmin(w);
    expect(await confirmationOf(order)).toMatchObject({ retry: 'confirm' });
    expect(await retry(mail.id)).toMatchObject({
      status: 409,
      code: 'MAIL_RETRY_NEEDS_CONFIRMATION',
    });
    expect((await retry(mail.id, { confirm: true })).status).toBe(200);
    await w.drain();
    expect(received(before.key)).toEqual([]);
    const [sent] = received(`${before.key}#2`);
    expect(await opens(order, tokenIn(sent?.text ?? ''))).toBe(true);
    expect(await load(mail.id)).toMatchObject({ state: 'sent', round: 2 });
  });

  // Red if it waits for its old 23 hours again: it would be given up at once, however often somebody presses.
  it('asks about a mail without a link as well, and then sends it', async () => {
    const mailId = await enqueue(uniqueEmail());
    w.clock.offsetMs = 23 * HOUR_MS + 60_000;
    await w.drain();
    admin = await anAdmin(w);
    expect(await load(mailId)).toMatchObject({ state: 'dead', needsSecret: false });
    expect((await retry(mailId)).code).toBe('MAIL_RETRY_NEEDS_CONFIRMATION');
    expect((await retry(mailId, { confirm: true })).status).toBe(200);
    await w.drain();
    expect(await load(mailId)).toMatchObject({ state: 'sent', round: 2 });
  });

  it('repeats knowingly what came back, under a new key', async () => {
    const email = uniqueEmail();
    const mailId = await enqueue(email);
    await w.drain();
    await tell('bounced', mailId, { bounce: { type: 'Transient', message: 'full' } });
    expect((await retry(mailId)).code).toBe('MAIL_RETRY_NEEDS_CONFIRMATION');
    await retry(mailId, { confirm: true });
    await w.drain();
    const { key, delivery } = await load(mailId);
    expect(delivery).toBeNull();
    expect([received(key).length, received(`${key}#2`).length]).toEqual([1, 1]);
  });

  it('refuses what waits, what arrived, what cannot be renewed and what is not there', async () => {
    const waiting = await enqueue(uniqueEmail());
    expect((await retry(waiting)).code).toBe('MAIL_NOT_RETRYABLE');
    await w.drain();
    expect((await retry(waiting, { confirm: true })).code).toBe('MAIL_NOT_RETRYABLE');
    expect(await retry(newId())).toMatchObject({ status: 404, code: 'MAIL_NOT_FOUND' });
    const lost = await enqueue('nobody-at-all');
    await w.drain();
    await w.app.database.db
      .update(outboxMails)
      .set({ needsSecret: true })
      .where(eq(outboxMails.id, lost));
    expect((await retry(lost, { confirm: true })).code).toBe('MAIL_CANNOT_BE_RENEWED');
    expect((await retry(lost, { confirm: 'yes' })).status).toBe(400);
  });
});

it('staff may look and change nothing', async () => {
  const someMail = await enqueue(uniqueEmail());
  const role = (name: string) =>
    w.app.database.pool.query('UPDATE popbox.users SET role = $1 WHERE id = $2', [
      name,
      admin.userId,
    ]);
  await role('staff');
  try {
    for (const path of ['/admin/mails', '/admin/suppressed-addresses']) {
      expect((await callAs(w, admin, ['get', path])).status).toBe(200);
    }
    for (const [method, path] of [
      ['post', `/admin/mails/${someMail}/retry`],
      ['delete', `/admin/suppressed-addresses/${newId()}`],
    ] as const) {
      expect((await callAs(w, admin, [method, path])).code).toBe('ADMIN_ROLE_REQUIRED');
    }
  } finally {
    await role('admin');
  }
});

describe('without a signing secret', () => {
  it('the webhook says that it is not set up, so that the sender keeps its events', async () => {
    const environment = environmentFor(w.sandbox, w.app.config.databaseUrl);
    const app = buildApp({
      config: readConfig({ ...environment, RESEND_WEBHOOK_SECRET: '' }),
      log: createLogger({ level: 'silent', environment: 'test' }),
    });
    const before = await countEvents();
    const body = eventOf('delivered', 'x');
    const answer = await supertest(buildHttp(app))
      .post('/api/v1/webhooks/resend')
      .set({ 'content-type': 'application/json', ...signed(body) })
      .send(body);
    expect(answer.status).toBe(503);
    expect(answer.body).toMatchObject({ errors: { code: 'MAIL_WEBHOOK_NOT_CONFIGURED' } });
    expect(await countEvents()).toBe(before);
    await app.database.close();
  });
});

refusesStrangers(
  () => w,
  [
    ['get', '/admin/mails'],
    ['post', '/admin/mails/0198c0de-0000-7000-8000-000000000001/retry'],
    ['get', '/admin/suppressed-addresses'],
    ['delete', '/admin/suppressed-addresses/0198c0de-0000-7000-8000-000000000001'],
  ],
);
