import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { svixHeaders } from '../../../sandbox/resend/svix-signature.ts';
import { startSandbox } from '../../../sandbox/start-sandbox.ts';
import type { Sandbox } from '../../../sandbox/start-sandbox.ts';
import { runInsideTransaction } from '../../db/transaction-context.ts';
import { MailWebhookInvalid } from './mail-port.ts';
import type { OutgoingMail } from './mail-port.ts';
import { createResendAdapter } from './resend-adapter.ts';

const MAIL: OutgoingMail = {
  key: 'order-confirmed/1',
  from: 'PopBox Studio <orders@popbox.test>',
  to: 'shopper@example.test',
  replyTo: 'help@popbox.test',
  subject: 'Your order',
  html: '<p>Thank you</p>',
  text: 'Thank you',
};
const WEBHOOK_SECRET = `whsec_${Buffer.from('a secret of at least 24 bytes').toString('base64')}`;

describe('resend adapter: sending', () => {
  let sandbox: Sandbox;

  beforeAll(async () => {
    sandbox = await startSandbox();
  });
  afterAll(async () => {
    await sandbox.close();
  });
  beforeEach(() => {
    sandbox.reset();
  });

  it('sends a mail once per key and answers the same id', async () => {
    const mail = createResendAdapter({
      apiKey: 're_sandbox',
      baseUrl: sandbox.url,
    });
    const first = await mail.send(MAIL);
    expect(await mail.send(MAIL)).toEqual(first);
    expect(sandbox.core.mails).toMatchObject([
      {
        id: first.providerId,
        key: MAIL.key,
        replyTo: ['help@popbox.test'],
        html: MAIL.html,
      },
    ]);
  });

  it('tells "never again" from "wrongly set up"', async () => {
    const mail = createResendAdapter({
      apiKey: 're_sandbox',
      baseUrl: sandbox.url,
    });
    await mail.send(MAIL);
    await expect(mail.send({ ...MAIL, text: 'other' })).rejects.toMatchObject({
      kind: 'rejected',
    });
    const other = createResendAdapter({
      apiKey: 'not-a-key',
      baseUrl: sandbox.url,
    });
    await expect(other.send(MAIL)).rejects.toMatchObject({
      provider: 'resend',
      operation: 'send',
      kind: 'misconfigured',
    });
  });

  it('says whether it is well, without sending', async () => {
    const ask = (apiKey: string) => createResendAdapter({ apiKey, baseUrl: sandbox.url }).ask();
    await expect(ask('re_sandbox')).resolves.toBeUndefined();
    await expect(ask('not-a-key')).rejects.toMatchObject({
      operation: 'ask',
      kind: 'misconfigured',
    });
    sandbox.fault({ match: 'GET /emails/:id', kind: 'error_500', times: 1 });
    await expect(ask('re_sandbox')).rejects.toMatchObject({ kind: 'unknown' });
    expect(sandbox.core.mails).toEqual([]);
  });

  it('sends nothing twice when the first answer was lost', async () => {
    sandbox.fault({
      match: 'POST /emails',
      kind: 'timeout_after_work',
      times: 1,
      delayMs: 5_000,
    });
    const hasty = createResendAdapter({
      apiKey: 're_sandbox',
      baseUrl: sandbox.url,
      timeoutMs: 300,
    });
    await expect(hasty.send(MAIL)).rejects.toMatchObject({ kind: 'unknown' });
    // The provider calls the first try "in flight" until it notices that nobody listens any more.
    const { providerId } = await vi.waitFor(() => hasty.send(MAIL));
    expect(sandbox.mails().map(({ id }) => id)).toEqual([providerId]);
  });

  it('refuses to work inside a transaction', async () => {
    const mail = createResendAdapter({
      apiKey: 're_sandbox',
      baseUrl: sandbox.url,
    });
    await expect(runInsideTransaction('test', () => mail.send(MAIL))).rejects.toThrow(
      'resend.send was called inside the transaction "test"',
    );
    expect(sandbox.core.mails).toEqual([]);
  });
});

describe('resend adapter: no usable answer', () => {
  let server: Server;
  let baseUrl: string;
  let answer: { status: number; body: string } | null;

  beforeEach(async () => {
    server = createServer((_request, response) => {
      if (answer === null) return;
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body);
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const { port } = server.address() as AddressInfo;
    baseUrl = `http://127.0.0.1:${String(port)}`;
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  it.each([
    ['silence', null],
    ['an error page', { status: 502, body: '<html>' }],
    ['a rate limit', { status: 429, body: '{"statusCode":429,"name":"rate_limit_exceeded"}' }],
    ['a first try in flight', { status: 409, body: inFlight() }],
    ['success without an id', { status: 200, body: '{}' }],
  ])('calls %s unknown', async (_name, given) => {
    answer = given;
    const mail = createResendAdapter({
      apiKey: 're_sandbox',
      baseUrl,
      timeoutMs: 200,
    });
    await expect(mail.send(MAIL)).rejects.toMatchObject({ kind: 'unknown' });
  });

  function inFlight(): string {
    return '{"statusCode":409,"name":"concurrent_idempotent_requests","message":"in progress"}';
  }
});

describe('resend adapter: webhooks', () => {
  const mail = createResendAdapter({
    apiKey: 're_sandbox',
    baseUrl: null,
    webhookSecret: WEBHOOK_SECRET,
  });
  const bounce = JSON.stringify({
    type: 'email.bounced',
    created_at: '2026-03-01T18:04:11Z',
    data: {
      email_id: 'mail-1',
      bounce: { type: 'Permanent', subType: 'General', message: 'No' },
    },
  });

  function signed(body: string, ageSeconds = 0): Record<string, string> {
    const timestamp = Math.floor(Date.now() / 1000) - ageSeconds;
    return svixHeaders(WEBHOOK_SECRET, 'msg_1', timestamp, body);
  }

  it('reads a genuine event', () => {
    expect(mail.readWebhook(Buffer.from(bounce), signed(bounce))).toEqual({
      id: 'msg_1',
      outcome: 'bounced',
      type: 'email.bounced',
      providerId: 'mail-1',
      isTransient: false,
      reason: 'No',
    });
    const full = bounce.replace('Permanent', 'Transient');
    expect(mail.readWebhook(Buffer.from(full), signed(full))).toMatchObject({ isTransient: true });
    const other = '{"type":"domain.updated","data":{"id":"x"}}';
    expect(mail.readWebhook(Buffer.from(other), signed(other))).toMatchObject({
      outcome: 'other',
      providerId: null,
    });
  });

  it.each([
    ['changed bytes', Buffer.from(`${bounce} `), signed(bounce)],
    ['an old signature', Buffer.from(bounce), signed(bounce, 301)],
    ['no headers', Buffer.from(bounce), {}],
    ['signed nonsense', Buffer.from('nonsense'), signed('nonsense')],
  ])('refuses %s', (_name, body, headers) => {
    expect(() => mail.readWebhook(body, headers)).toThrow(MailWebhookInvalid);
  });

  it('refuses everything without a secret', () => {
    const closed = createResendAdapter({ apiKey: 're_sandbox', baseUrl: null });
    expect(() => closed.readWebhook(Buffer.from(bounce), signed(bounce))).toThrow(
      MailWebhookInvalid,
    );
  });
});
