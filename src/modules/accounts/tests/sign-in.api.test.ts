import type { Response } from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ADMIN_EMAIL, personIdOf, SEEDED_PASSWORD } from '../../../../sandbox/supabase/people.ts';
import { supabaseOf } from '../../../../sandbox/supabase/supabase-state.ts';
import { anAdmin, aPerson, aProduct, checkoutBody, newKey } from '../../../../testing/factories.ts';
import { world, type World } from '../../../../testing/world.ts';
import type { HttpMethod } from '../../../http/route.ts';
import { forgetCookies, openCookieSession } from '../service/set-sign-in-cookies.ts';

const GOOD = 'seven lanterns at dusk';
const BETTER = 'eight lanterns at dawn';
const ORIGIN = 'http://shop.test';

const session = z.strictObject({
  user: z.strictObject({ id: z.uuid(), email: z.string().min(1) }),
  expiresAt: z.iso.datetime({ precision: 3 }),
  csrfToken: z.string().min(20),
});

let w: World;
beforeAll(async () => {
  w = await world();
});
afterAll(() => w.close());

/** A browser as far as cookies go. */
function aBrowser() {
  const jar = new Map<string, string>();
  const call = async (
    method: HttpMethod,
    path: string,
    options: { body?: object; headers?: Record<string, string> } = {},
  ): Promise<Response> => {
    const request = w.http[method](`/api/v1${path}`).set(options.headers ?? {});
    if (jar.size > 0) {
      void request.set('Cookie', [...jar].map(([name, value]) => `${name}=${value}`).join('; '));
    }
    const response = await (options.body === undefined ? request : request.send(options.body));
    for (const cookie of cookiesOf(response)) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (value === '') jar.delete(name);
      else jar.set(name, value);
    }
    return response;
  };
  /** As our own pages do it. */
  const change = (method: HttpMethod, path: string, body?: object) =>
    call(method, path, {
      ...(body === undefined ? {} : { body }),
      headers: { Origin: ORIGIN, 'X-CSRF-Token': jar.get('popbox_csrf') ?? '' },
    });
  return { jar, call, change };
}

const cookiesOf = (response: Response) =>
  z.array(z.string()).catch([]).parse(response.headers['set-cookie']);
const outcome = (response: Response) => [
  response.status,
  (response.body as { errors?: { code?: unknown } }).errors?.code,
];
const dataOf = (response: Response) => (response.body as { data: unknown }).data;
const auth = (operation: string, body: object) =>
  w.http.post(`/api/v1/auth/${operation}`).send(body);

async function aSignedIn(email?: string) {
  const person = email === undefined ? await aPerson(w) : { email };
  const browser = aBrowser();
  const response = await browser.call('post', '/auth/login', {
    body: { email: person.email, password: SEEDED_PASSWORD },
  });
  expect(response.status, response.text).toBe(200);
  return { ...browser, email: person.email, response };
}

/** Where the newest mail to somebody leads. */
async function followMail(email: string): Promise<URL> {
  const mail = w.sandbox.mails().findLast(({ to }) => to.includes(email));
  const link = /https?:\/\/\S+/.exec(mail?.text ?? '')?.[0] ?? '';
  const response = await fetch(link, { redirect: 'manual' });
  return new URL(response.headers.get('location') ?? '');
}
const mailsTo = (email: string) => w.sandbox.mails().filter(({ to }) => to.includes(email)).length;

describe('register', () => {
  it('mails a link that confirms the address, and then signs in', async () => {
    const email = 'new-person@example.com';
    const answer = await auth('register', { email, password: GOOD, firstName: 'Aiko' });
    expect([answer.status, dataOf(answer)]).toEqual([202, null]);
    expect(cookiesOf(answer)).toEqual([]);
    const early = await auth('login', { email, password: GOOD });
    expect(outcome(early)).toEqual([403, 'EMAIL_NOT_VERIFIED']);

    await w.until('the mail is there', () => mailsTo(email) === 1);
    const landing = await followMail(email);
    expect(landing.origin + landing.pathname).toBe('http://shop.test/auth/callback');

    const browser = aBrowser();
    const login = await browser.call('post', '/auth/login', { body: { email, password: GOOD } });
    expect(session.parse(dataOf(login)).user.email).toBe(email);
    const profile = await browser.call('get', '/account/profile');
    expect(dataOf(profile)).toMatchObject({ account: { email }, profile: { firstName: 'Aiko' } });
  });

  it('answers a known address, a new one and a late provider alike', async () => {
    const { email } = await aPerson(w);
    const answers = [
      await auth('register', { email, password: GOOD }),
      await auth('register', { email: 'another@example.com', password: GOOD }),
    ];
    const gate = w.sandbox.gate('POST /auth/v1/signup', 'before');
    answers.push(await auth('register', { email: 'late@example.com', password: GOOD }));
    gate.open();
    await w.until('the late one is registered', () => mailsTo('late@example.com') === 1);
    const seen = answers.map(({ status, body, headers }) => ({
      status,
      body: { ...(body as object), requestId: '' },
      cookies: headers['set-cookie'],
    }));
    expect(seen).toEqual([seen[0], seen[0], seen[0]]);
    expect(mailsTo(email)).toBe(0);
  });

  it.each([
    ['stolen', 'correct horse battery staple', [422, 'PASSWORD_BREACHED']],
    ['short', 'short', [400, 'VALIDATION_FAILED']],
    ['longer than the hash reads', 'é'.repeat(37), [400, 'VALIDATION_FAILED']],
  ])('refuses a password that is %s', async (_what, password, expected) => {
    const answer = await auth('register', { email: 'weak@example.com', password });
    expect(outcome(answer)).toEqual(expected);
    expect(mailsTo('weak@example.com')).toBe(0);
  });

  it('looks a password up by five digits of its hash, and lets it pass when nobody answers', async () => {
    const lookUps = () => w.sandbox.requests().filter(({ path }) => path.startsWith('/range/'));
    const before = lookUps().length;
    w.sandbox.fault({ match: 'GET /range/*', kind: 'error_500' });
    const body = { email: 'unchecked@example.com', password: 'password123' };
    expect((await auth('register', body)).status).toBe(202);
    expect(lookUps().slice(before)).toMatchObject([{ path: '/range/CBFDA' }]);
    expect(w.logLines.some((line) => line.includes('was not looked up among stolen ones'))).toBe(
      true,
    );
    await w.until('the mail is there', () => mailsTo(body.email) === 1);
  });
});

describe('login', () => {
  it('sets cookies that scripts cannot read, and answers no token', async () => {
    const { response, email } = await aSignedIn();
    expect(session.parse(dataOf(response)).user).toEqual({ id: personIdOf(email), email });
    const [access = '', refresh = '', csrf = ''] = cookiesOf(response);
    expect(access).toMatch(/^popbox_access=.+; Path=\/; .*HttpOnly; SameSite=Lax$/);
    expect(access).toContain('Max-Age=3600;');
    expect(refresh).toMatch(/^popbox_refresh=.+; Path=\/; .*HttpOnly; SameSite=Strict$/);
    expect(csrf).toMatch(/^popbox_csrf=.+; Path=\/; .*SameSite=Lax$/);
    expect(csrf).not.toContain('HttpOnly');
    for (const cookie of [access, refresh]) {
      expect(response.text).not.toContain(/=([^;]+)/.exec(cookie)?.[1]);
    }
  });

  it('names its cookies in production so that no other host of the domain can plant one', async () => {
    const app = { ...w.app, config: { ...w.app.config, isProduction: true } };
    const { cookies } = await openCookieSession(app, {
      accessToken: 'a',
      refreshToken: 'r',
      expiresInSeconds: 3_600,
      user: { id: crypto.randomUUID(), email: 'a@example.com' },
    });
    for (const { name, options } of [...cookies, ...forgetCookies(app)]) {
      expect(name).toMatch(/^__Host-popbox_(access|refresh|csrf)$/);
      expect(options).toMatchObject({ path: '/', secure: true });
      expect(options).not.toHaveProperty('domain');
    }
  });

  it('says the same of an unknown address and of a wrong password, no sooner', async () => {
    const { email } = await aPerson(w);
    const bodies: unknown[] = [];
    for (const body of [
      { email, password: 'wrong password' },
      { email: 'nobody@example.com', password: 'wrong password' },
    ]) {
      const started = performance.now();
      const response = await auth('login', body);
      expect(performance.now() - started).toBeGreaterThan(290);
      expect(outcome(response)).toEqual([401, 'CREDENTIALS_INVALID']);
      bodies.push({ ...(response.body as object), requestId: '' });
    }
    expect(bodies[0]).toEqual(bodies[1]);
  });

  it('is a 503 when the provider is away', async () => {
    const { email } = await aPerson(w);
    w.sandbox.fault({ match: 'POST /auth/v1/token', kind: 'error_500' });
    const response = await auth('login', { email, password: SEEDED_PASSWORD });
    expect(outcome(response)).toEqual([503, 'AUTH_VERIFIER_UNAVAILABLE']);
  });

  it('refuses the eleventh try at an account, known or not, before any password is looked at', async () => {
    const { email } = await aPerson(w);
    const asked = () => w.sandbox.requests().filter(({ path }) => path === '/auth/v1/token').length;
    for (const address of [email, 'unknown-account@example.com']) {
      const tries = Array.from({ length: 10 }, () =>
        auth('login', { email: address, password: 'wrong password' }),
      );
      await Promise.all(tries);
      const before = asked();
      const last = await auth('login', { email: address.toUpperCase(), password: SEEDED_PASSWORD });
      expect(outcome(last)).toEqual([429, 'RATE_LIMITED']);
      expect(Number(last.headers['retry-after'])).toBeGreaterThan(800);
      expect(asked()).toBe(before);
    }
  });

  it('is not for pages of others', async () => {
    const body = { email: ADMIN_EMAIL, password: SEEDED_PASSWORD };
    for (const headers of [
      { Origin: 'https://evil.example' },
      { Origin: 'null' },
      { 'Sec-Fetch-Site': 'cross-site' },
    ]) {
      const response = await auth('login', body).set(headers);
      expect(outcome(response)).toEqual([400, 'CSRF_CHECK_FAILED']);
      expect(cookiesOf(response)).toEqual([]);
    }
    expect((await auth('login', body).set('Origin', new URL(w.url).origin)).status).toBe(200);
  });
});

describe('callers by cookie', () => {
  it('read and change their account, and check out as themselves', async () => {
    const { call, change, email } = await aSignedIn();
    expect((await call('get', '/account/orders')).status).toBe(200);
    expect((await change('patch', '/account/profile', { firstName: 'Ann' })).status).toBe(200);
    const { productId, variantId } = await aProduct(w);
    const items = [{ productId, productVariantId: variantId, quantity: 1 }];
    const mine = await change('post', '/checkout/quote', checkoutBody(items, { email }));
    const foreign = await change('post', '/checkout/quote', checkoutBody(items));
    expect([mine.status, ...outcome(foreign)]).toEqual([200, 409, 'AUTH_CHECKOUT_EMAIL_MISMATCH']);
  });

  it('are admins if they are', async () => {
    await anAdmin(w);
    const { call, change } = await aSignedIn(ADMIN_EMAIL);
    expect((await call('get', '/admin/audit')).status).toBe(200);
    const tag = { name: 'Cookie', tagType: 'series' };
    expect(outcome(await call('post', '/admin/tags', { body: tag }))).toEqual([
      400,
      'CSRF_CHECK_FAILED',
    ]);
    expect((await change('post', '/admin/tags', tag)).status).toBe(201);
  });

  it.each([
    ['no token', { Origin: ORIGIN }],
    ['another token', { Origin: ORIGIN, 'X-CSRF-Token': 'x'.repeat(32) }],
    ['an empty token', { Origin: ORIGIN, 'X-CSRF-Token': '' }],
    ['a foreign origin', { Origin: 'https://evil.example', 'X-CSRF-Token': 'right' }],
    ['a foreign page', { 'Sec-Fetch-Site': 'cross-site', 'X-CSRF-Token': 'right' }],
  ])('change nothing with %s', async (_what, given) => {
    const { call, jar } = await aSignedIn();
    const right = jar.get('popbox_csrf') ?? '';
    const headers: Record<string, string> = { ...given };
    if (headers['X-CSRF-Token'] === 'right') headers['X-CSRF-Token'] = right;
    const body = { firstName: 'Mallory' };
    const response = await call('patch', '/account/profile', { body, headers });
    expect(outcome(response)).toEqual([400, 'CSRF_CHECK_FAILED']);
    expect(dataOf(await call('get', '/account/profile'))).toMatchObject({
      profile: { firstName: null },
    });
  });

  it('with a bearer are asked for no token: the storefront’s calls are as they were', async () => {
    const { call } = await aSignedIn();
    const other = await aPerson(w);
    const headers = { Authorization: `Bearer ${other.token}` };
    const body = { firstName: 'Bea' };
    const response = await call('patch', '/account/profile', { body, headers });
    expect(response.status).toBe(200);
    expect(dataOf(response)).toMatchObject({ account: { email: other.email } });
  });

  it('shop as guests unless they mean it: cookies alone make nobody a customer', async () => {
    const { call } = await aSignedIn();
    const { productId, variantId } = await aProduct(w);
    const items = [{ productId, productVariantId: variantId, quantity: 1 }];
    const response = await call('post', '/checkout/session', {
      body: checkoutBody(items),
      headers: { 'Idempotency-Key': newKey() },
    });
    expect(response.status).toBe(201);
  });
});

describe('refresh', () => {
  it('renews the cookies; the age of the sign-in stays', async () => {
    const { change, jar } = await aSignedIn();
    const before = new Map(jar);
    const amrOf = (token: string | undefined) =>
      z
        .object({ amr: z.array(z.unknown()) })
        .parse(JSON.parse(Buffer.from(token?.split('.')[1] ?? '', 'base64url').toString())).amr;
    const response = await change('post', '/auth/refresh');
    expect(session.parse(dataOf(response)).csrfToken).toBe(jar.get('popbox_csrf'));
    expect(jar.get('popbox_refresh')).not.toBe(before.get('popbox_refresh'));
    expect(amrOf(jar.get('popbox_access'))).toEqual(amrOf(before.get('popbox_access')));
    expect((await change('patch', '/account/profile', { phone: '1' })).status).toBe(200);
  });

  it('refuses who has no session, a session that is over, and a foreign page', async () => {
    expect(outcome(await auth('refresh', {}))).toEqual([401, 'AUTH_REQUIRED']);
    const { call, change, jar } = await aSignedIn();
    expect(outcome(await call('post', '/auth/refresh'))).toEqual([400, 'CSRF_CHECK_FAILED']);
    jar.set('popbox_refresh', 'junk');
    expect(outcome(await change('post', '/auth/refresh'))).toEqual([401, 'AUTH_TOKEN_INVALID']);
  });
});

describe('logout', () => {
  it('ends the session at the provider and forgets the cookies', async () => {
    const { change, jar } = await aSignedIn();
    const refresh = jar.get('popbox_refresh') ?? '';
    expect((await change('post', '/auth/logout')).status).toBe(200);
    expect([...jar.keys()]).toEqual([]);
    await expect(w.app.signIn.refresh(refresh)).rejects.toThrow('refresh_token_not_found');
  });

  it('also when only the refresh token is left, when the provider is away, and when there is nothing', async () => {
    const first = await aSignedIn();
    const refresh = first.jar.get('popbox_refresh') ?? '';
    first.jar.delete('popbox_access');
    await first.change('post', '/auth/logout');
    await expect(w.app.signIn.refresh(refresh)).rejects.toThrow('refresh_token_not_found');
    const second = await aSignedIn();
    w.sandbox.fault({ match: 'POST /auth/v1/logout', kind: 'error_500' });
    expect((await second.change('post', '/auth/logout')).status).toBe(200);
    expect([...second.jar.keys()]).toEqual([]);
    expect((await auth('logout', {})).status).toBe(200);
  });

  it('is not for foreign pages', async () => {
    const { call, jar } = await aSignedIn();
    expect(outcome(await call('post', '/auth/logout'))).toEqual([400, 'CSRF_CHECK_FAILED']);
    expect(jar.size).toBe(3);
  });
});

describe('a forgotten password', () => {
  it('is replaced by the link of a mail, once; every session ends', async () => {
    const { email, jar } = await aSignedIn();
    const asked = await auth('forgot-password', { email: email.toUpperCase() });
    expect([asked.status, dataOf(asked)]).toEqual([202, null]);
    await w.until('the mail is there', () => mailsTo(email) === 1);
    const landing = await followMail(email);
    expect(landing.searchParams.get('next')).toBe('/account/reset-password');
    const token = new URLSearchParams(landing.hash.slice(1)).get('access_token') ?? '';

    const stolen = await auth('reset-password', { token, password: 'password123' });
    expect(outcome(stolen)).toEqual([422, 'PASSWORD_BREACHED']);
    const same = await auth('reset-password', { token, password: SEEDED_PASSWORD });
    expect(outcome(same)).toEqual([422, 'PASSWORD_UNCHANGED']);
    expect((await auth('reset-password', { token, password: GOOD })).status).toBe(200);
    await expect(w.app.signIn.refresh(jar.get('popbox_refresh') ?? '')).rejects.toThrow();

    const again = await auth('reset-password', { token, password: BETTER });
    expect(outcome(again)).toEqual([401, 'RESET_LINK_INVALID']);
    expect((await auth('login', { email, password: GOOD })).status).toBe(200);
    const old = await auth('login', { email, password: SEEDED_PASSWORD });
    expect(outcome(old)).toEqual([401, 'CREDENTIALS_INVALID']);
  });

  it('is answered alike for an unknown address, and when the mail is slow', async () => {
    const { email } = await aPerson(w);
    const gate = w.sandbox.gate('POST /auth/v1/recover', 'before');
    const known = await auth('forgot-password', { email });
    gate.open();
    const unknown = await auth('forgot-password', { email: 'stranger@example.com' });
    const bodies = [known, unknown].map(({ status, body }) => [
      status,
      { ...(body as object), requestId: '' },
    ]);
    expect(bodies[0]).toEqual(bodies[1]);
    await w.until('the mail is there', () => mailsTo(email) === 1);
    expect(mailsTo('stranger@example.com')).toBe(0);
  });

  it('is not replaced by a token that came otherwise, nor by an old or a forged one', async () => {
    const { token, email } = await aPerson(w);
    const byMail = (secondsAgo: number) =>
      supabaseOf(w.sandbox.core).issueToken({
        email,
        claims: {
          amr: [{ method: 'otp', timestamp: Math.floor(Date.now() / 1000) - secondsAgo }],
        },
      });
    const forged = await supabaseOf(w.sandbox.core).issueToken({ email, signedBy: 'stranger' });
    for (const bad of [token, await byMail(3_700), forged, 'junk']) {
      const response = await auth('reset-password', { token: bad, password: GOOD });
      expect(outcome(response)).toEqual([401, 'RESET_LINK_INVALID']);
    }
    const good = await auth('reset-password', { token: await byMail(60), password: GOOD });
    expect(good.status).toBe(200);
    const tries = Array.from({ length: 10 }, async () =>
      auth('reset-password', { token: await byMail(60), password: 'password123' }),
    );
    expect((await Promise.all(tries)).map(({ status }) => status)).toContain(429);
  });
});

describe('change-password', () => {
  const bodyOf = (newPassword: string, currentPassword = SEEDED_PASSWORD) => ({
    currentPassword,
    newPassword,
  });

  it('wants the present one, keeps this session and ends the others', async () => {
    const here = await aSignedIn();
    const elsewhere = await aSignedIn(here.email);
    const change = (body: object) => here.change('post', '/auth/change-password', body);
    expect(outcome(await change(bodyOf(GOOD, 'wrong password')))).toEqual([
      401,
      'CREDENTIALS_INVALID',
    ]);
    expect(outcome(await change(bodyOf('password123')))).toEqual([422, 'PASSWORD_BREACHED']);
    expect(outcome(await change(bodyOf(SEEDED_PASSWORD)))).toEqual([422, 'PASSWORD_UNCHANGED']);
    expect((await change(bodyOf(GOOD))).status).toBe(200);
    expect((await here.change('post', '/auth/refresh')).status).toBe(200);
    expect(outcome(await elsewhere.change('post', '/auth/refresh'))).toEqual([
      401,
      'AUTH_TOKEN_INVALID',
    ]);
    expect((await auth('login', { email: here.email, password: GOOD })).status).toBe(200);
  });

  it('refuses the eleventh guess at the present one, although the guesser is signed in', async () => {
    const { change } = await aSignedIn();
    const guess = (current: string) =>
      change('post', '/auth/change-password', bodyOf(GOOD, current));
    await Promise.all(Array.from({ length: 10 }, () => guess('wrong password')));
    const last = await guess(SEEDED_PASSWORD);
    expect(outcome(last)).toEqual([429, 'RATE_LIMITED']);
    expect(Number(last.headers['retry-after'])).toBeGreaterThan(800);
  });

  it('takes a bearer as well, and refuses who is nobody or a foreign page', async () => {
    const { token } = await aPerson(w);
    const bearer = await auth('change-password', bodyOf(GOOD)).set(
      'Authorization',
      `Bearer ${token}`,
    );
    expect(bearer.status).toBe(200);
    expect(outcome(await auth('change-password', bodyOf(GOOD)))).toEqual([401, 'AUTH_REQUIRED']);
    const { call } = await aSignedIn();
    const forged = await call('post', '/auth/change-password', { body: bodyOf(GOOD) });
    expect(outcome(forged)).toEqual([400, 'CSRF_CHECK_FAILED']);
  });
});

it('no password, token or address of all this is in the log', () => {
  const log = w.logLines.join('');
  expect(log).toContain('/api/v1/auth/login');
  for (const secret of [GOOD, BETTER, SEEDED_PASSWORD, 'wrong password', 'eyJ', '@example.com']) {
    expect(log).not.toContain(secret);
  }
});
