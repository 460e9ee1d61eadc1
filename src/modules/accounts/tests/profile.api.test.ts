import type { Response } from 'supertest';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { emailIdentity, personIdOf } from '../../../../sandbox/supabase/people.ts';
import { supabaseOf } from '../../../../sandbox/supabase/supabase-state.ts';
import { callAs } from '../../../../testing/call-as.ts';
import {
  anAdmin,
  anOpenCheckout,
  aPaidOrder,
  aPerson,
  aProduct,
  aStaffMember,
  checkout,
  checkoutBody,
  type SignedIn,
} from '../../../../testing/factories.ts';
import { world, type World } from '../../../../testing/world.ts';

const iso = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
/** As the storefront reads it, written here again. */
const profile = z.strictObject({
  account: z.strictObject({
    id: z.uuid(),
    email: z.string().min(1),
    emailVerified: z.literal(true),
    createdAt: iso,
  }),
  profile: z.strictObject({
    firstName: z.string().nullable(),
    lastName: z.string().nullable(),
    phone: z.string().nullable(),
    createdAt: iso,
    updatedAt: iso,
  }),
});
type Profile = z.infer<typeof profile>;

let w: World;
beforeAll(async () => {
  w = await world({ limits: { lockTimeoutMs: 1_500 } });
});
afterAll(() => w.close());

const show = (who: SignedIn) => callAs<Profile>(w, who, ['get', '/account/profile']);
const change = (who: SignedIn, body: object) =>
  callAs<Profile>(w, who, ['patch', '/account/profile'], body);
const rows = async <T extends object>(sql: string, ...values: unknown[]) =>
  (await w.app.database.pool.query<T>(sql, values)).rows;
const customersOf = (email: string) =>
  rows<{ user_id: string | null; first_name: string | null }>(
    'SELECT user_id, first_name FROM popbox.customers WHERE email = $1',
    email,
  );
const ownerOf = async (publicId: string) =>
  (
    await rows<{ user_id: string | null }>(
      'SELECT user_id FROM popbox.orders WHERE public_id = $1',
      publicId,
    )
  )[0]?.user_id;
const line = async () => {
  const { productId, variantId } = await aProduct(w);
  return [{ productId, productVariantId: variantId, quantity: 1 }];
};
const asksOfUser = () =>
  w.sandbox.requests().filter(({ path, method }) => method === 'GET' && path === '/auth/v1/user')
    .length;
const changeEmail = async (who: SignedIn, email: string) => {
  const { people } = supabaseOf(w.sandbox.core).auth;
  const person = people.get(who.userId);
  if (!person) throw new Error('Nobody has this id.');
  person.email = email;
  person.identities = [
    { identityId: who.userId, provider: 'email', data: emailIdentity(person), createdAt: '' },
  ];
  // The sandbox finds people by the id of their address; a test token names the session's person.
  people.set(personIdOf(email), person);
  return { ...who, token: await supabaseOf(w.sandbox.core).issueToken({ email }) };
};

describe('the first contact', () => {
  it('opens the account and answers the verified e-mail', async () => {
    const person = await aPerson(w);
    const { status, data } = await show(person);
    expect(status).toBe(200);
    expect(profile.parse(data)).toMatchObject({
      account: { id: person.userId, email: person.email },
      profile: { firstName: null, lastName: null, phone: null },
    });
    expect(await customersOf(person.email)).toMatchObject([{ user_id: person.userId }]);
  });

  it('takes the names that the sign-in provider knows', async () => {
    const person = await aPerson(w);
    const known = supabaseOf(w.sandbox.core).auth.people.get(person.userId);
    if (known) known.metadata = { given_name: 'Aiko', family_name: 'x'.repeat(200) };
    const { data } = await show(person);
    expect(data.profile).toMatchObject({ firstName: 'Aiko', lastName: 'x'.repeat(120) });
  });

  it('joins the orders that were placed under the same e-mail, and no others', async () => {
    const person = await aPerson(w);
    const mine = await aPaidOrder(w, await line(), { email: person.email.toUpperCase() });
    const foreign = await aPaidOrder(w, await line());
    await show(person);
    expect(await ownerOf(mine.publicId)).toBe(person.userId);
    expect(await ownerOf(foreign.publicId)).toBeNull();
    // What the order's form said fills the new profile.
    expect((await show(person)).data.profile).toMatchObject({ firstName: 'Aiko' });
  });

  it('joins an order that was open then as soon as it is paid, and one that a guest places later', async () => {
    const person = await aPerson(w);
    const open = await anOpenCheckout(w, await line(), { email: person.email });
    await show(person);
    // Anybody may have typed the e-mail: the account must not supersede or cancel what it did not open.
    expect(await ownerOf(open.publicId)).toBeNull();
    w.sandbox.pay(open.sessionId, 'paid');
    await w.drain();
    const later = await aPaidOrder(w, await line(), { email: person.email });
    expect(await ownerOf(open.publicId)).toBe(person.userId);
    expect(await ownerOf(later.publicId)).toBe(person.userId);
  });

  // Red if orders follow the address: whoever takes over a mailbox would read where somebody else lives.
  it('joins no order that another account has, although it was placed under this e-mail', async () => {
    const former = await aPerson(w);
    const placed = await aPaidOrder(w, await line(), { email: former.email });
    await show(former);
    const moved = await changeEmail(former, `moved-${former.email}`);
    expect((await show(moved)).status).toBe(200);
    const newcomer = await aPerson(w, { email: former.email });
    const twin = { ...newcomer, token: await reissue(newcomer) };
    expect((await show(twin)).data.account.email).toBe(former.email);
    expect(await ownerOf(placed.publicId)).toBe(former.userId);
    const { status } = await callAs(w, twin, ['get', `/account/orders/${placed.publicId}`]);
    expect(status).toBe(404);
  });

  // An address that nobody has proved is nobody's, and who works in the shop has no orders.
  it.each([
    ['of staff', `'staff', true`],
    ['of an admin', `'admin', true`],
    ['that was never verified', `'customer', false`],
  ])('an order under an e-mail %s joins no account', async (_whose, values) => {
    const { userId, email } = await aPerson(w);
    await rows(
      `INSERT INTO popbox.users (id, email, role, email_verified) VALUES ($1, $2, ${values})`,
      userId,
      email,
    );
    const { publicId } = await aPaidOrder(w, await line(), { email });
    expect(await ownerOf(publicId)).toBeNull();
    expect(await customersOf(email)).toMatchObject([{ user_id: null }]);
  });

  it('ends in one row when ten calls come at once', async () => {
    const person = await aPerson(w);
    await aPaidOrder(w, await line(), { email: person.email });
    const answers = await Promise.all(Array.from({ length: 10 }, () => show(person)));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 200));
    expect(await customersOf(person.email)).toHaveLength(1);
  });

  it('may be a checkout: it opens the account as well', async () => {
    const person = await aPerson(w);
    const body = checkoutBody(await line(), { email: person.email });
    const quoted = await w.http
      .post('/api/v1/checkout/quote')
      .set('Authorization', `Bearer ${person.token}`)
      .send(body);
    expect(quoted.status).toBe(200);
    expect(await customersOf(person.email)).toMatchObject([{ user_id: person.userId }]);
    expect((await checkout(w, body)).status).toBe(201);
  });
});

describe('every later call', () => {
  it('costs one query and asks nobody', async () => {
    const person = await aPerson(w);
    await show(person);
    const asked = asksOfUser();
    const query = vi.spyOn(w.app.database.pool, 'query');
    const connect = vi.spyOn(w.app.database.pool, 'connect');
    const { status } = await show(person);
    // A query takes its connection from the pool by the same method.
    const calls = [query.mock.calls.length, connect.mock.calls.length];
    query.mockRestore();
    connect.mockRestore();
    expect([status, ...calls]).toEqual([200, 1, 1]);
    expect(asksOfUser()).toBe(asked);
  });

  it('does not notice that the sign-in provider is away, except for new people', async () => {
    const known = await aPerson(w);
    await show(known);
    const unknown = await aPerson(w);
    w.sandbox.fault({ match: 'GET /auth/v1/user', kind: 'error_500' });
    expect((await show(known)).status).toBe(200);
    const refused = await show(unknown);
    expect([refused.status, refused.code]).toEqual([503, 'AUTH_VERIFIER_UNAVAILABLE']);
    expect((await show(unknown)).status).toBe(200);
  });

  it('asks again when the e-mail has changed, and opens the account of the new one', async () => {
    const person = await aPerson(w);
    await show(person);
    await change(person, { firstName: 'Ann', phone: '403 555 0100' });
    const [before, after] = [person.email, `new-${person.email}`];
    const [old, fresh] = [
      await aPaidOrder(w, await line(), { email: before }),
      await aPaidOrder(w, await line(), { email: after, firstName: 'Bea' }),
    ];
    const moved = await changeEmail(person, after);
    const asked = asksOfUser();
    expect((await show(moved)).data).toMatchObject({
      account: { id: person.userId, email: after },
      profile: { phone: '403 555 0100' },
    });
    // At the first call already, which may be the one that pays.
    expect(await customersOf(after)).toMatchObject([{ user_id: person.userId }]);
    expect((await show(moved)).data.account.email).toBe(after);
    expect(asksOfUser()).toBe(asked + 1);
    expect([await ownerOf(old.publicId), await ownerOf(fresh.publicId)]).toEqual([
      person.userId,
      person.userId,
    ]);
    expect(await customersOf(before)).toMatchObject([{ user_id: null }]);
    // Whoever has the old address now is somebody else.
    const stranger = await aPaidOrder(w, await line(), { email: before });
    expect(await ownerOf(stranger.publicId)).toBeNull();
  });
});

describe('PATCH', () => {
  it('changes what is named, clears what is null or blank, and leaves the rest', async () => {
    const person = await aPerson(w);
    const first = await change(person, { firstName: ' Ann ', lastName: 'Lee', phone: '1' });
    expect(profile.parse(first.data).profile).toMatchObject({
      firstName: 'Ann',
      lastName: 'Lee',
      phone: '1',
    });
    const second = await change(person, { lastName: null, phone: ' ', role: 'admin' });
    expect(second.data.profile).toMatchObject({ firstName: 'Ann', lastName: null, phone: null });
    expect((await change(person, {})).data).toEqual((await show(person)).data);
  });

  it.each([
    [{ firstName: 'x'.repeat(121) }, 'firstName'],
    [{ lastName: 'x'.repeat(121) }, 'lastName'],
    [{ phone: '1'.repeat(41) }, 'phone'],
    [{ firstName: 'a\nb' }, 'firstName'],
    [{ phone: 7 }, 'phone'],
  ])('refuses %j', async (body, field) => {
    const { status, code, fields } = await change(await aPerson(w), body);
    expect([status, code, Object.keys(fields)]).toEqual([400, 'VALIDATION_FAILED', [field]]);
  });
});

describe.each([
  ['get', '/account/profile'],
  ['patch', '/account/profile'],
  ['get', '/account/orders'],
  ['get', '/account/orders/PBX-0000000000'],
  ['post', '/account/orders/PBX-0000000000/tickets/x/reveal'],
  ['post', '/account/orders/PBX-0000000000/tickets/reveal-all'],
  ['get', '/account/kuji-history'],
] as const)('%s %s refuses', (...operation) => {
  const refusal = async (who: SignedIn) => {
    const { status, code } = await callAs(w, who, operation);
    return [status, code];
  };

  it('a missing and a malformed header, and a bad token', async () => {
    const [method, path] = operation;
    const bare: Response = await w.http[method](`/api/v1${path}`);
    expect([bare.status, bare.headers['cache-control']]).toEqual([401, 'no-store']);
    expect(bare.body).toMatchObject({ errors: { code: 'AUTH_REQUIRED' } });
    const basic = await w.http[method](`/api/v1${path}`).set('Authorization', 'Basic eA==');
    expect(basic.body).toMatchObject({ code: 401, errors: { code: 'AUTH_REQUIRED' } });
    expect(await refusal({ token: 'a.b.c', userId: '' })).toEqual([401, 'AUTH_TOKEN_INVALID']);
  });

  it('admins and staff', async () => {
    expect(await refusal(await anAdmin(w))).toEqual([403, 'CUSTOMER_ACCOUNT_REQUIRED']);
    expect(await refusal(await aStaffMember(w))).toEqual([403, 'CUSTOMER_ACCOUNT_REQUIRED']);
  });

  it('an e-mail that is not verified', async () => {
    const person = await aPerson(w, { isVerified: false });
    expect(await refusal(person)).toEqual([403, 'EMAIL_NOT_VERIFIED']);
    expect(await customersOf(person.email)).toEqual([]);
  });

  it('an e-mail whose customer or account is somebody else’s', async () => {
    const first = await aPerson(w);
    await show(first);
    // The first gives its address up, and nobody tells us; a second person registers with it.
    const renamed = await changeEmail(first, `other-${first.email}`);
    const second = await aPerson(w, { email: first.email });
    const same = { ...second, token: await reissue(second) };
    expect(await refusal(same)).toEqual([409, 'ACCOUNT_OWNERSHIP_CONFLICT']);
    await w.app.database.pool.query('UPDATE popbox.users SET email = $2 WHERE id = $1', [
      renamed.userId,
      `moved-${first.email}`,
    ]);
    expect(await refusal(same)).toEqual([409, 'ACCOUNT_OWNERSHIP_CONFLICT']);
  });
});

it('an account whose rows are busy is not opened just now: worth another try', async () => {
  const person = await aPerson(w);
  await aPaidOrder(w, await line(), { email: person.email });
  const client = await w.app.database.pool.connect();
  await client.query('BEGIN');
  await client.query('SELECT 1 FROM popbox.orders WHERE email = $1 FOR UPDATE', [person.email]);
  const refused = await show(person);
  expect([refused.status, refused.code]).toEqual([503, 'ACCOUNT_BOOTSTRAP_UNAVAILABLE']);
  await client.query('ROLLBACK');
  client.release();
  expect((await show(person)).status).toBe(200);
});

/** The sandbox derives ids from addresses: a second person of one address needs an id of its own. */
async function reissue(person: SignedIn & { email: string }): Promise<string> {
  const { auth } = supabaseOf(w.sandbox.core);
  const known = auth.people.get(person.userId);
  if (!known) throw new Error('Nobody has this id.');
  const twin = { ...known, id: crypto.randomUUID() };
  auth.people.set(known.id, twin);
  auth.people.set(twin.id, twin);
  return supabaseOf(w.sandbox.core).issueToken({ email: twin.email });
}
