import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anAdmin, checkoutBody, newKey, type SignedIn } from '../../../testing/factories.ts';
import { world, type World } from '../../../testing/world.ts';

let w: World;
let admin: SignedIn;
beforeAll(async () => {
  w = await world();
  admin = await anAdmin(w);
});
afterAll(() => w.close());

const fieldsOf = ({ body }: { body: unknown }) =>
  (body as { errors?: { fields?: unknown } }).errors?.fields;

describe('input', () => {
  // Each field of the form is optional: unread, it would be answered as saved.
  it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/xml'])(
    'refuses a body of type %s, which nobody reads',
    async (type) => {
      const answer = await w.http
        .patch('/api/v1/admin/products/0192f0c1-0000-7000-8000-00000000ffff')
        .set({ Authorization: `Bearer ${admin.token}`, 'Content-Type': type })
        .send('{"name":"Figure"}');
      expect(answer.status).toBe(400);
      expect(fieldsOf(answer)).toEqual({
        _: ['The body must be JSON, with Content-Type: application/json.'],
      });
    },
  );

  it('tells people what a value must be', async () => {
    const { email: _, ...rest } = checkoutBody([]);
    const answer = await w.http
      .post('/api/v1/checkout/session')
      .set('Idempotency-Key', newKey())
      .send(rest);
    expect(fieldsOf(answer)).toMatchObject({
      email: ['Is required.'],
      items: ['Must have at least 1 entry.'],
    });
  });

  it.each(['a\0b', 'a\ud800b'])(
    'names the field of a text that cannot be kept',
    async (fullName) => {
      const body = checkoutBody([]);
      const answer = await w.http
        .post('/api/v1/checkout/session')
        .set({ 'Idempotency-Key': newKey(), 'Content-Type': 'application/json' })
        .send(JSON.stringify({ ...body, shippingAddress: { ...body.shippingAddress, fullName } }));
      expect(fieldsOf(answer)).toEqual({
        'shippingAddress.fullName': ['Must be valid Unicode without NUL characters.'],
      });
    },
  );

  it.each([`${'a'.repeat(65)}@example.com`, `a@${'b'.repeat(61)}.${'c.'.repeat(100)}com`, 'a@b'])(
    'refuses an e-mail address that nobody can have: %s',
    async (email) => {
      const answer = await w.http
        .post('/api/v1/checkout/session')
        .set('Idempotency-Key', newKey())
        .send({ ...checkoutBody([]), email });
      expect(Object.keys(fieldsOf(answer) ?? {})).toContain('email');
    },
  );
});
