import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { world, type World } from '../../../../testing/world.ts';
import { MINUTE_MS } from '../../../kernel/clock.ts';
import { sendMail } from '../../outbox/index.ts';

let w: World;
beforeAll(async () => {
  w = await world();
});
// Each test begins in a window without messages.
beforeEach(() => {
  w.clock.offsetMs += 11 * MINUTE_MS;
});
afterAll(() => w.close());

let counter = 0;
const aMessage = (overrides: Record<string, unknown> = {}) => ({
  firstName: 'Aiko',
  lastName: 'Tremblay',
  email: `contact-${String((counter += 1))}@example.com`,
  inquiryType: 'general',
  message: 'Do you ship the large ones, too?',
  ...overrides,
});

const contact = (body: object) => w.http.post('/api/v1/contact').send(body);

const storedFrom = async (email: string): Promise<Record<string, unknown>[]> => {
  const { rows } = await w.app.database.pool.query<Record<string, unknown>>(
    'SELECT * FROM popbox.contact_messages WHERE email = $1',
    [email],
  );
  return rows;
};

const countMessages = async (): Promise<number> => {
  const { rows } = await w.app.database.pool.query<{ count: number }>(
    'SELECT count(*)::int AS count FROM popbox.contact_messages',
  );
  return rows[0]?.count ?? -1;
};

const mailsFrom = (email: string) => w.sandbox.mails().filter((mail) => mail.html.includes(email));

describe('POST /contact', () => {
  it('keeps the message, then mails it to the shop with the sender to answer to', async () => {
    const body = aMessage({
      firstName: '  Aiko ',
      lastName: ' ',
      inquiryType: 'ticket-support',
      orderNumber: ' PBX-ABCDEF0123 ',
      message: '  My ticket <b>does not</b> open.  ',
    });
    const response = await contact(body);
    expect(response.status).toBe(200);
    expect(response.body).toMatchObject({ success: true, code: 200, data: null });
    const [stored, ...others] = await storedFrom(body.email);
    expect(others).toEqual([]);
    expect(stored).toMatchObject({
      first_name: 'Aiko',
      last_name: null,
      inquiry_type: 'ticket-support',
      order_number: 'PBX-ABCDEF0123',
      requested_series: null,
      message: 'My ticket <b>does not</b> open.',
    });
    expect(JSON.stringify(stored)).not.toContain('127.0.0.1');

    await w.drain();
    const [mail, ...more] = mailsFrom(body.email);
    expect(more).toEqual([]);
    expect(mail).toMatchObject({
      to: ['hello@popbox.test'],
      subject: 'Ticket support from Aiko',
      key: `contact/${String(stored?.id)}`,
    });
    expect(JSON.stringify(mail)).toContain(body.email);
    expect(mail?.html).toContain('My ticket &lt;b&gt;does not&lt;/b&gt; open.');
  });

  it('is not lost while the mail provider is down', async () => {
    w.sandbox.fault({ match: 'POST /emails', kind: 'error_500' });
    const body = aMessage();
    expect((await contact(body)).status).toBe(200);
    await w.drain();
    expect(mailsFrom(body.email)).toEqual([]);
    const [stored] = await storedFrom(body.email);
    const { rows } = await w.app.database.pool.query<{ id: string }>(
      `SELECT id FROM popbox.outbox_mails WHERE state = 'queued' AND key = $1`,
      [`contact/${String(stored?.id)}`],
    );
    // What the queue does when the delay of its second try is over.
    await sendMail(w.app, { mailId: rows[0]?.id ?? '' }, { isLastTry: false });
    expect(mailsFrom(body.email)).toHaveLength(1);
  });

  it.each([
    ['general', {}],
    ['product-request', { requestedSeries: 'Iron Lullaby' }],
    ['order-support', { orderNumber: 'PBX-ABCDEF0123' }],
    ['shipping-support', { orderNumber: 'PBX-ABCDEF0123' }],
    ['ticket-support', { orderNumber: 'PBX-ABCDEF0123' }],
  ])('takes an inquiry of type %s', async (inquiryType, fields) => {
    const body = aMessage({ inquiryType, ...fields });
    expect((await contact(body)).status).toBe(200);
    expect(await storedFrom(body.email)).toHaveLength(1);
  });

  it('needs no last name, order number or series where nothing asks for them', async () => {
    const { lastName: _lastName, ...body } = aMessage();
    expect((await contact(body)).status).toBe(200);
    expect(
      (await contact(aMessage({ lastName: '', orderNumber: '', requestedSeries: '' }))).status,
    ).toBe(200);
    expect((await contact(aMessage({ lastName: null, orderNumber: null }))).status).toBe(200);
  });

  it.each([
    ['firstName', { firstName: '' }],
    ['firstName', { firstName: '   ' }],
    ['firstName', { firstName: 'x'.repeat(51) }],
    ['firstName', { firstName: undefined }],
    ['firstName', { firstName: 5 }],
    ['firstName', { firstName: 'A\nB' }],
    ['lastName', { lastName: 'x'.repeat(51) }],
    ['email', { email: 'nobody' }],
    ['email', { email: 'a@b.co\nBcc: all@example.com' }],
    ['email', { email: null }],
    ['email', { email: `${'x'.repeat(320)}@example.com` }],
    ['inquiryType', { inquiryType: 'complaint' }],
    ['orderNumber', { inquiryType: 'order-support' }],
    ['orderNumber', { inquiryType: 'shipping-support', orderNumber: ' ' }],
    ['orderNumber', { inquiryType: 'ticket-support', orderNumber: null }],
    ['orderNumber', { orderNumber: 'x'.repeat(51) }],
    ['requestedSeries', { inquiryType: 'product-request' }],
    ['requestedSeries', { inquiryType: 'product-request', requestedSeries: 'x'.repeat(121) }],
    ['message', { message: 'Too short  ' }],
    ['message', { message: 'x'.repeat(1_001) }],
    ['message', { message: ['Do you ship?'] }],
    ['message', { message: 'Do you ship\u0007 to us?' }],
  ])('refuses a bad %s (case %#)', async (field, overrides) => {
    const before = await countMessages();
    const response = await contact(aMessage(overrides));
    expect(response.status).toBe(400);
    const { errors } = response.body as {
      errors: { code: string; fields: Record<string, unknown> };
    };
    expect(errors.code).toBe('VALIDATION_FAILED');
    expect(Object.keys(errors.fields)).toEqual([field]);
    expect(await countMessages()).toBe(before);
  });

  it('lets a robot that fills the hidden field believe that it was heard', async () => {
    const body = aMessage({ website: 'https://spam.example' });
    const heard = await contact(aMessage({ website: '' }));
    const dropped = await contact(body);
    expect(dropped.status).toBe(200);
    expect({ ...dropped.body, requestId: '' }).toEqual({ ...heard.body, requestId: '' });
    expect(await storedFrom(body.email)).toEqual([]);
    await w.drain();
    expect(mailsFrom(body.email)).toEqual([]);
  });

  it('takes five messages of one sender in ten minutes, also when they come at once', async () => {
    const body = aMessage();
    const responses = await Promise.all(
      Array.from({ length: 8 }, (_, i) =>
        contact({ ...body, message: `Message number ${String(i)}` }),
      ),
    );
    const refused = responses.filter((response) => response.status === 429);
    expect(responses.filter((response) => response.status === 200)).toHaveLength(5);
    expect(refused).toHaveLength(3);
    for (const response of refused) {
      expect(response.body).toMatchObject({
        success: false,
        code: 429,
        errors: { code: 'RATE_LIMITED' },
      });
      const wait = Number(response.headers['retry-after']);
      expect(wait).toBeGreaterThan(590);
      expect(wait).toBeLessThanOrEqual(600);
    }
    expect(await storedFrom(body.email)).toHaveLength(5);

    expect((await contact({ ...body, email: body.email.toUpperCase() })).status).toBe(429);
    // Another person behind the same proxy is not his neighbour's keeper.
    expect((await contact(aMessage())).status).toBe(200);
    w.clock.offsetMs += 10 * MINUTE_MS + 1_000;
    expect((await contact(body)).status).toBe(200);
  });

  it('takes thirty messages of one network in ten minutes', async () => {
    for (let i = 0; i < 30; i += 1) expect((await contact(aMessage())).status).toBe(200);
    const refused = await contact(aMessage());
    expect(refused.status).toBe(429);
    expect(refused.headers['retry-after']).toMatch(/^\d+$/);
  });
});
