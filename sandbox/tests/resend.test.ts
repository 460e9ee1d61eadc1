import { Resend } from 'resend';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { svixHeaders } from '../resend/svix-signature.ts';
import { openSandbox } from './open-sandbox.ts';
import type { OpenSandbox } from './open-sandbox.ts';

const MAIL = {
  from: 'PopBox Studio <orders@popbox.test>',
  to: 'shopper@example.test',
  subject: 'Your order',
  html: '<p>Thank you</p>',
  text: 'Thank you',
};

describe('mail server', () => {
  let sandbox: OpenSandbox;
  let resend: Resend;

  beforeAll(async () => {
    sandbox = await openSandbox();
  });
  afterAll(async () => {
    await sandbox.close();
  });
  beforeEach(() => {
    sandbox.reset();
    resend = new Resend('re_sandbox', { baseUrl: sandbox.baseUrl });
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
    expect(stored.data).toMatchObject({ subject: 'Your order', last_event: 'delivered' });
  });

  it('refuses another body under the same key', async () => {
    await resend.emails.send(MAIL, { idempotencyKey: 'order/1' });
    const other = await resend.emails.send(
      { ...MAIL, subject: 'Another' },
      { idempotencyKey: 'order/1' },
    );
    expect(other.error).toMatchObject({ statusCode: 409, name: 'invalid_idempotent_request' });
    expect(sandbox.core.mails).toHaveLength(1);
  });

  it('lets a refused mail be corrected under its key', async () => {
    const bad = await resend.emails.send({ ...MAIL, to: 'nobody' }, { idempotencyKey: 'order/1' });
    expect(bad.error).toMatchObject({ statusCode: 422, name: 'validation_error' });
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
    const response = await fetch(`${sandbox.baseUrl}/emails`, {
      method: 'POST',
      headers: { authorization: 'Bearer re_sandbox', 'content-type': 'application/json' },
      body: JSON.stringify({ ...MAIL, ...change }),
    });
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({ statusCode: 422, name });
    expect(sandbox.core.mails).toEqual([]);
  });

  it('asks for an API key', async () => {
    const missing = await fetch(`${sandbox.baseUrl}/emails`, { method: 'POST' });
    expect(missing.status).toBe(401);
    const wrong = await new Resend('sk_other', { baseUrl: sandbox.baseUrl }).emails.send(MAIL);
    expect(wrong.error).toMatchObject({ statusCode: 403, name: 'invalid_api_key' });
  });

  it('takes a batch whole or not at all', async () => {
    const bad = await resend.batch.send([MAIL, { ...MAIL, to: 'nobody' }]);
    expect(bad.error?.name).toBe('validation_error');
    expect(sandbox.core.mails).toEqual([]);
    const good = await resend.batch.send([MAIL, { ...MAIL, to: 'second@example.test' }]);
    expect(good.data?.data.map(({ id }) => id)).toEqual(sandbox.core.mails.map(({ id }) => id));
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
