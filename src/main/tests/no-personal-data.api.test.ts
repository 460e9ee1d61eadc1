import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  aKuji,
  anAdmin,
  anOpenCheckout,
  aProduct,
  checkout,
  checkoutBody,
  type TestProduct,
} from '../../../testing/factories.ts';
import { startReportSink, type ReportSink } from '../../../testing/report-sink.ts';
import { world, type World } from '../../../testing/world.ts';
import { startSentry } from '../../integrations/sentry/sentry-adapter.ts';
import type { ReportPort } from '../../integrations/sentry/report-port.ts';

/** Texts that may stand in the database and in mails, and nowhere else. */
const MARKERS = [
  'zebulon',
  'markovitch',
  '77 zanzibar',
  'zq-town',
  '5550177',
  'zq-note',
  'zq-token',
  'zq-cookie',
  'cs_zq',
];
const EMAIL = 'zebulon.markovitch@example.com';
const PERSON = {
  fullName: 'Zebulon Markovitch',
  line1: '77 Zanzibar Way',
  line2: null,
  city: 'Zq-Town',
  province: 'AB',
  postalCode: 'T2G 4X3',
  countryCode: 'CA',
  phone: '403 5550177',
};
const ASIDE = { email: EMAIL, shippingAddress: PERSON, customerNote: 'zq-note' };
const MESSAGE = {
  firstName: 'Zebulon',
  lastName: 'Markovitch',
  email: EMAIL,
  inquiryType: 'general',
  message: 'zq-note: do you ship to Zq-Town?',
};

let sink: ReportSink;
let reports: ReportPort;
let w: World;
let product: TestProduct;
let items: { productId: string; productVariantId: string; quantity: number }[];

beforeAll(async () => {
  sink = await startReportSink();
  reports = startSentry({
    dsn: sink.dsn,
    release: 'shop@1.2.3',
    environment: 'test',
    tracesSampleRate: 1,
  });
  w = await world({ reports, limits: { statementTimeoutMs: 300, lockTimeoutMs: 200 } });
  product = await aProduct(w, { onHand: 50 });
  items = [{ productId: product.productId, productVariantId: product.variantId, quantity: 1 }];
});
afterAll(async () => {
  await w.close();
  await reports.flush();
  await sink.close();
});

type Event = {
  level: string;
  release: string;
  tags: Record<string, string>;
  request?: { headers?: Record<string, string>; query_string?: string; data?: unknown };
  exception: { values: { type: string; value: string }[] };
};
const eventsOf = (flow: string) =>
  (sink.items('event') as Event[]).filter((event) => event.tags.flow === flow);

const sql = (text: string) => w.app.database.pool.query(text);

async function expectNothingPersonal(): Promise<void> {
  await reports.flush();
  const said = { log: w.logLines.join('\n'), reports: sink.text() };
  for (const [where, text] of Object.entries(said)) {
    const found = MARKERS.filter((marker) =>
      text.toLowerCase().replaceAll('+', ' ').replaceAll('%20', ' ').includes(marker),
    );
    expect(found, where).toEqual([]);
  }
}

describe('what fails is told without the person it failed for', () => {
  it('where a statement fails: its values, the row, and the text that did not fit', async () => {
    await sql(
      `ALTER TABLE popbox.contact_messages ADD CONSTRAINT nobody_may CHECK (first_name = 'x')`,
    );
    await sql('ALTER TABLE popbox.order_lines RENAME TO order_lines_away');
    try {
      const contact = await w.http.post('/api/v1/contact').send(MESSAGE);
      expect([contact.status, contact.body]).toMatchObject([500, { data: null }]);
      const bought = await checkout(w, checkoutBody(items, ASIDE));
      expect(bought.status).toBe(500);
      expect(JSON.stringify([contact.body, bought.body])).not.toMatch(
        /zebulon|zanzibar|select|insert/i,
      );
    } finally {
      await sql('ALTER TABLE popbox.order_lines_away RENAME TO order_lines');
      await sql('ALTER TABLE popbox.contact_messages DROP CONSTRAINT nobody_may');
    }
    await expectNothingPersonal();
    const told = eventsOf('request');
    expect(told.map(({ tags }) => [tags.operationId, tags.code])).toEqual([
      ['contact', 'INTERNAL_ERROR'],
      ['openCheckoutSession', 'INTERNAL_ERROR'],
    ]);
    const texts = told.flatMap(({ exception }) => exception.values.map(({ value }) => value));
    expect(texts).toContain('A database query failed.');
    expect(texts.join()).toContain('nobody_may');
    expect(told.every(({ release }) => release === 'shop@1.2.3')).toBe(true);
    expect(told.every(({ request }) => request?.data === undefined)).toBe(true);
  });

  it('where the database makes somebody wait too long', async () => {
    const { pool } = w.app.database;
    const client = await pool.connect();
    try {
      await client.query('BEGIN; LOCK TABLE popbox.contact_messages');
      expect((await w.http.post('/api/v1/contact').send(MESSAGE)).status).toBe(503);
    } finally {
      await client.query('ROLLBACK');
      client.release();
    }
    await expectNothingPersonal();
  });

  it('where Stripe fails: the order is named, once', async () => {
    const before = eventsOf('request').length;
    // The SDK tries three times, and then it is looked whether the session exists.
    w.sandbox.fault({ match: 'POST /v1/checkout/sessions', kind: 'reset', times: 4 });
    w.sandbox.fault({ match: 'GET /v1/checkout/sessions', kind: 'error_500', times: 4 });
    const refused = await checkout(w, checkoutBody(items, ASIDE));
    expect(refused.status).toBe(502);
    await fetch(`${w.sandbox.url}/faults`, { method: 'DELETE' });
    await expectNothingPersonal();
    const [told, ...others] = eventsOf('checkout');
    expect(others).toEqual([]);
    expect(Object.keys(told?.tags ?? {}).toSorted()).toEqual(['flow', 'orderId']);
    expect(told?.tags.orderId).toMatch(/^[0-9a-f-]{36}$/);
    expect(eventsOf('request')).toHaveLength(before);
  });

  it('where the work of an event fails: the event is named', async () => {
    const opened = await anOpenCheckout(w, items, ASIDE);
    await sql(`CREATE FUNCTION popbox.fail() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN RAISE EXCEPTION USING ERRCODE = '23514', MESSAGE = 'no', DETAIL = NEW.email; END $$`);
    await sql(
      'CREATE TRIGGER fail BEFORE UPDATE ON popbox.orders FOR EACH ROW EXECUTE FUNCTION popbox.fail()',
    );
    try {
      w.sandbox.pay(opened.sessionId, 'paid');
      await w.drain();
    } finally {
      await sql('DROP TRIGGER fail ON popbox.orders; DROP FUNCTION popbox.fail');
    }
    await expectNothingPersonal();
    const told = eventsOf('webhook');
    expect(told.length).toBeGreaterThan(0);
    expect(Object.keys(told[0]?.tags ?? {}).toSorted()).toEqual(['eventId', 'flow']);
    // The event may have been tried for the last time; the payment must not stay unbooked.
    await w.until('the payment is booked', async () => {
      const success = w.http.get('/api/v1/checkout/success');
      return (await success.query({ session_id: opened.sessionId })).status === 200;
    });
  });

  it('where a mail is refused', async () => {
    w.sandbox.fault({ match: 'POST /emails', kind: 'error_500', times: 2 });
    await w.http.post('/api/v1/contact').send({ ...MESSAGE, message: 'zq-note again, please' });
    await w.drain();
    await expectNothingPersonal();
  });

  it('where a caller shows credentials, in the address, in headers and in cookies', async () => {
    await sql('ALTER TABLE popbox.payments RENAME TO payments_away');
    const success = await w.http
      .get('/api/v1/checkout/success')
      .query({ session_id: 'cs_zq_1', Token: 'zq-token', 'token[]': 'zq-token' })
      .set('User-Agent', 'Browser/1.0')
      .set('X-Forwarded-For', '192.0.2.99')
      .set('Authorization', 'Bearer zq-token')
      .set('X-Order-Token', 'zq-token')
      .set('Referer', 'http://shop.test/success?session_id=cs_zq_1')
      .set('Cookie', 'guest_order_session=zq-cookie; other=zq-cookie');
    await sql('ALTER TABLE popbox.payments_away RENAME TO payments');
    expect(success.status).toBe(500);
    await expectNothingPersonal();
    const told = eventsOf('request').at(-1);
    expect(told?.tags.operationId).toBe('showCheckoutSuccess');
    expect(told?.request?.headers?.['user-agent']).toBe('Browser/1.0');
    expect(sink.text()).not.toContain('192.0.2.99');
  });

  it('where it is the caller’s own fault: nothing is reported, and the log knows the address only', async () => {
    await reports.flush();
    const before = sink.items('event').length;
    const { token } = await anAdmin(w);
    const kuji = await aKuji(w, { tickets: 1 });
    const broken = `{"email":"${EMAIL}","name":"Zebulon Markovitch`;
    const refused = [
      w.http.post('/api/v1/contact').set('Content-Type', 'application/json').send(broken),
      w.http.post('/api/v1/contact').send({ ...MESSAGE, email: 'Zebulon Markovitch' }),
      w.http.post('/api/v1/contact').send({ ...MESSAGE, message: 'zq-note '.repeat(400_000) }),
      checkout(
        w,
        checkoutBody(items, { ...ASIDE, shippingAddress: { ...PERSON, province: 'ZZ' } }),
      ),
      checkout(w, checkoutBody([{ productId: kuji.productId, quantity: 2 }], ASIDE)),
      w.http.get('/api/v1/orders/PBX-0000000000/access').query({ token: 'zq-token' }),
      w.http.get('/api/v1/orders/PBX-0000000000').set('Cookie', 'guest_order_session=zq-cookie'),
      w.http.get('/api/v1/admin/audit').set('Authorization', 'Bearer zq-token'),
      w.http
        .get('/api/v1/admin/audit')
        .query({ actor: 'Zebulon Markovitch', cursor: 'x', limit: 'many' })
        .set('Authorization', `Bearer ${token}`),
      w.http.get('/api/v1/nothing').query({ search: 'Zebulon Markovitch', code: 'zq-token' }),
      w.http.post('/api/v1/webhooks/stripe').set('Stripe-Signature', 'zq-token').send(ASIDE),
    ];
    for (const response of await Promise.all(refused)) {
      expect(response.status, response.text).toBeGreaterThanOrEqual(400);
      expect(response.status, response.text).toBeLessThan(500);
    }
    await expectNothingPersonal();
    expect(sink.items('event')).toHaveLength(before);
  });

  it('and the course of a request is told without them, too', async () => {
    await reports.flush();
    expect(sink.text()).toContain('"type":"span"');
    expect(sink.text()).toContain('/api/v1/checkout/session');
  });
});
