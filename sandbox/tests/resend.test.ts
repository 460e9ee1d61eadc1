import { createServer } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import { text } from 'node:stream/consumers';
import { Resend } from 'resend';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { svixHeaders } from '../resend/svix-signature.ts';
import { startSandbox } from '../start-sandbox.ts';
import type { Sandbox } from '../start-sandbox.ts';

const MAIL = {
  from: 'PopBox Studio <orders@popbox.test>',
  to: 'shopper@example.test',
  subject: 'Your order',
  html: '<p>Thank you</p>',
  text: 'Thank you',
};

describe('mail server', () => {
  let sandbox: Sandbox;
  let resend: Resend;

  beforeAll(async () => {
    sandbox = await startSandbox();
  });
  afterAll(async () => {
    await sandbox.close();
  });
  beforeEach(() => {
    sandbox.reset();
    resend = new Resend('re_sandbox', { baseUrl: sandbox.url });
  });

  it('puts a mail into the mailbox once, however often its key is sent', async () => {
    const send = () =>
      resend.emails.send({ ...MAIL, replyTo: 'help@popbox.test' }, { idempotencyKey: 'order/1' });
    const first = await send();
    const second = await send();
    expect(second.data?.id).toBe(first.data?.id);
    expect(sandbox.core.mails).toMatchObject([
      {
        id: first.data?.id,
        key: 'order/1',
        to: ['shopper@example.test'],
        replyTo: ['help@popbox.test'],
        kind: 'resend',
      },
    ]);
    const stored = await resend.emails.get(first.data?.id ?? '');
    expect(stored.data).toMatchObject({
      subject: 'Your order',
      last_event: 'delivered',
    });
  });

  it('spares as many requests as a fault says', async () => {
    sandbox.fault({ match: 'POST /emails', kind: 'error_500', every: 3, times: 2 });
    const statuses: (number | null)[] = [];
    for (let request = 0; request < 9; request += 1) {
      const { error } = await resend.emails.send(MAIL);
      statuses.push(error?.statusCode ?? 200);
    }
    expect(statuses).toEqual([200, 200, 500, 200, 200, 500, 200, 200, 200]);
  });

  it('refuses another body under the same key', async () => {
    await resend.emails.send(MAIL, { idempotencyKey: 'order/1' });
    const other = await resend.emails.send(
      { ...MAIL, subject: 'Another' },
      { idempotencyKey: 'order/1' },
    );
    expect(other.error).toMatchObject({
      statusCode: 409,
      name: 'invalid_idempotent_request',
    });
    expect(sandbox.core.mails).toHaveLength(1);
  });

  it('lets a refused mail be corrected under its key', async () => {
    const bad = await resend.emails.send({ ...MAIL, to: 'nobody' }, { idempotencyKey: 'order/1' });
    expect(bad.error).toMatchObject({
      statusCode: 422,
      name: 'validation_error',
    });
    const good = await resend.emails.send(MAIL, { idempotencyKey: 'order/1' });
    expect(good.error).toBeNull();
  });

  it.each([
    [{ from: undefined }, 'missing_required_field'],
    [{ to: [] }, 'missing_required_field'],
    [{ subject: '' }, 'missing_required_field'],
    [{ html: '', text: '' }, 'validation_error'],
    [{ from: 'PopBox <nobody>' }, 'validation_error'],
    [{ tags: [{ name: 'has space', value: 'x' }] }, 'validation_error'],
  ])('refuses %j as %s', async (change, name) => {
    const response = await fetch(`${sandbox.url}/emails`, {
      method: 'POST',
      headers: {
        authorization: 'Bearer re_sandbox',
        'content-type': 'application/json',
      },
      body: JSON.stringify({ ...MAIL, ...change }),
    });
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({ statusCode: 422, name });
    expect(sandbox.core.mails).toEqual([]);
  });

  it('asks for an API key', async () => {
    const missing = await fetch(`${sandbox.url}/emails`, { method: 'POST' });
    expect(missing.status).toBe(401);
    const wrong = await new Resend('sk_other', {
      baseUrl: sandbox.url,
    }).emails.send(MAIL);
    expect(wrong.error).toMatchObject({
      statusCode: 403,
      name: 'invalid_api_key',
    });
  });

  it('takes a batch whole or not at all', async () => {
    const bad = await resend.batch.send([MAIL, { ...MAIL, to: 'nobody' }]);
    expect(bad.error?.name).toBe('validation_error');
    expect(sandbox.core.mails).toEqual([]);
    const good = await resend.batch.send([MAIL, { ...MAIL, to: 'second@example.test' }]);
    expect(good.data?.data.map(({ id }) => id)).toEqual(sandbox.core.mails.map(({ id }) => id));
  });

  it('lets a mail bounce or be complained about, now or next time', async () => {
    const sent = await resend.emails.send(MAIL);
    expect(await sandbox.odd('complaint', sent.data?.id ?? '')).toBe(true);
    expect((await resend.emails.get(sent.data?.id ?? '')).data?.last_event).toBe('complained');
    expect(await sandbox.odd('bounce', 'later@example.test')).toBe(true);
    const later = await resend.emails.send({
      ...MAIL,
      to: 'Later <later@example.test>',
    });
    expect((await resend.emails.get(later.data?.id ?? '')).data?.last_event).toBe('bounced');
    expect(await sandbox.odd('bounce', 'no-such-mail')).toBe(false);
  });

  it('answers a repeat in flight as the real server does', async () => {
    const gate = sandbox.gate('POST /emails', 'after');
    const first = resend.emails.send(MAIL, { idempotencyKey: 'order/1' });
    await gate.arrived;
    const repeat = await resend.emails.send(MAIL, {
      idempotencyKey: 'order/1',
    });
    expect(repeat.error).toMatchObject({
      statusCode: 409,
      name: 'concurrent_idempotent_requests',
    });
    gate.open();
    expect((await first).error).toBeNull();
    expect(sandbox.mails()).toHaveLength(1);
  });

  it('tells the shop what became of a mail, signed so that the SDK believes it', async () => {
    const received: { headers: IncomingHttpHeaders; body: string }[] = [];
    const shop = createServer((request, response) => {
      void text(request).then((body) => {
        received.push({ headers: request.headers, body });
        response.end();
      });
    });
    await new Promise<void>((resolve) => {
      shop.listen(0, '127.0.0.1', resolve);
    });
    const address = shop.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    sandbox.setResendWebhookUrl(`http://127.0.0.1:${String(port)}/webhooks/resend`);
    const sent = await resend.emails.send(MAIL);
    await sandbox.webhooksIdle();
    sandbox.setResendWebhookUrl(null);
    shop.closeAllConnections();
    shop.close();
    const [event] = received;
    const header = (name: string) => String(event?.headers[name]);
    const verified = resend.webhooks.verify({
      payload: event?.body ?? '',
      headers: {
        id: header('svix-id'),
        timestamp: header('svix-timestamp'),
        signature: header('svix-signature'),
      },
      webhookSecret: sandbox.core.settings.resendWebhookSecret ?? '',
    });
    expect(verified).toMatchObject({
      type: 'email.delivered',
      data: { email_id: sent.data?.id },
    });
  });

  it('signs the worked example as Standard Webhooks does', () => {
    const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
    const headers = svixHeaders(
      secret,
      'msg_p5jXN8AQM9LWM0D4loKWxJek',
      1614265330,
      '{"test": 2432232314}',
    );
    expect(headers['svix-signature']).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
  });
});
