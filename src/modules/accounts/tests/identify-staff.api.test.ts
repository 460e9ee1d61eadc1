import getPort from 'get-port';
import supertest from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADMIN_EMAIL } from '../../../../sandbox/supabase/people.ts';
import { supabaseOf, type TestTokenOptions } from '../../../../sandbox/supabase/supabase-state.ts';
import { callAs } from '../../../../testing/call-as.ts';
import { anAdmin, aPerson, aStaffMember, type SignedIn } from '../../../../testing/factories.ts';
import { environmentFor, world, type World } from '../../../../testing/world.ts';
import { readConfig } from '../../../config/index.ts';
import type { App } from '../../../kernel/app.ts';
import { buildApp } from '../../../main/build-app.ts';
import { buildHttp } from '../../../main/http.ts';
import { createLogger } from '../../../main/create-logger.ts';

const HOUR = 3600;

let w: World;
let admin: SignedIn;
const others: App[] = [];
beforeAll(async () => {
  w = await world();
  admin = await anAdmin(w);
});
afterAll(async () => {
  for (const app of others) await app.database.close();
  await w.close();
});

/** Another app at the same providers. */
function anotherApp(settings: Record<string, string>): App {
  const config = readConfig({
    ...environmentFor(w.sandbox, w.app.config.databaseUrl),
    ...settings,
  });
  const app = buildApp({ config, log: createLogger({ level: 'silent', environment: 'test' }) });
  others.push(app);
  return app;
}

const token = (options: TestTokenOptions = {}) =>
  supabaseOf(w.sandbox.core).issueToken({ email: ADMIN_EMAIL, ...options });
const nowSeconds = () => Math.floor((Date.now() + w.clock.offsetMs) / 1000);
const ask = async (bearer: string, path = '/admin/audit') => {
  const { status, code } = await callAs(w, { token: bearer, userId: '' }, ['get', path]);
  return status === 200 ? 200 : [status, code];
};

describe('the age of an admin’s session', () => {
  it('is at most twelve hours since the person proved who they are', async () => {
    expect(await ask(await token({ signedInSecondsAgo: 12 * HOUR - 60 }))).toBe(200);
    expect(await ask(await token({ signedInSecondsAgo: 12 * HOUR + 60 }))).toEqual([
      401,
      'AUTH_TOKEN_INVALID',
    ]);
  });

  it.each([
    ['no amr', { amr: undefined }],
    ['an empty amr', { amr: [] }],
    ['an amr of another shape', { amr: ['password'] }],
    ['no session', { session_id: undefined }],
  ])('counts as over with %s', async (_what, claims) => {
    expect(await ask(await token({ claims }))).toEqual([401, 'AUTH_TOKEN_INVALID']);
  });

  it('begins with the earliest proof: neither refreshes nor later proofs make it young', async () => {
    const proof = (method: string, hoursAgo: number) => ({
      method,
      timestamp: nowSeconds() - hoursAgo * HOUR,
    });
    const old = [proof('token_refresh', 1), proof('totp', 2), proof('password', 13)];
    expect(await ask(await token({ claims: { amr: old } }))).toEqual([401, 'AUTH_TOKEN_INVALID']);
    const young = [proof('token_refresh', 20), proof('password', 11)];
    expect(await ask(await token({ claims: { amr: young } }))).toBe(200);
    const refreshed = [proof('token_refresh', 1)];
    expect(await ask(await token({ claims: { amr: refreshed } }))).toEqual([
      401,
      'AUTH_TOKEN_INVALID',
    ]);
  });
});

describe('the role', () => {
  it('is that of our table, now: taken away, the same token is refused', async () => {
    const person = await aPerson(w);
    const setRole = (role: string) =>
      w.app.database.pool.query('UPDATE popbox.users SET role = $2 WHERE id = $1', [
        person.userId,
        role,
      ]);
    expect(await ask(person.token)).toEqual([403, 'ADMIN_ROLE_REQUIRED']);
    await setRole('admin');
    expect(await ask(person.token)).toBe(200);
    await setRole('customer');
    expect(await ask(person.token)).toEqual([403, 'ADMIN_ROLE_REQUIRED']);
  });

  it('of staff is enough for what is declared for staff, and for nothing else', async () => {
    const staff = await aStaffMember(w);
    const authorization = `Bearer ${staff.token}`;
    expect(await w.app.auth.requireStaff(authorization, 'staff')).toEqual({
      userId: staff.userId,
      email: staff.email,
      role: 'staff',
      actor: `staff:${staff.userId}`,
    });
    expect(await ask(staff.token)).toEqual([403, 'ADMIN_ROLE_REQUIRED']);
    expect((await w.app.auth.requireStaff(`Bearer ${admin.token}`, 'staff')).role).toBe('admin');
  });

  it('comes from ADMIN_EMAILS in development only, and at first contact only', async () => {
    const [newcomer, known] = [await aPerson(w), await aPerson(w)];
    await callAs(w, known, ['get', '/account/profile']);
    const settings = { ADMIN_EMAILS: `${newcomer.email.toUpperCase()}, ${known.email}` };
    const refused = { spec: { code: 'ADMIN_ROLE_REQUIRED' } };
    const enter = (app: App, who: SignedIn) =>
      app.auth.requireStaff(`Bearer ${who.token}`, 'admin');

    const elsewhere = await aPerson(w);
    const test = anotherApp({ ADMIN_EMAILS: elsewhere.email });
    await expect(enter(test, elsewhere)).rejects.toMatchObject(refused);
    const development = anotherApp({ ...settings, NODE_ENV: 'development' });
    expect((await enter(development, newcomer)).role).toBe('admin');
    await expect(enter(development, known)).rejects.toMatchObject(refused);
  });
});

describe('what is away is a 503, never a 401', () => {
  const answers = async (app: App) => {
    const http = supertest(buildHttp(app));
    const all: unknown[] = [];
    for (const path of ['/admin/audit', '/account/profile', '/account/orders']) {
      const response = await http
        .get(`/api/v1${path}`)
        .set('Authorization', `Bearer ${admin.token}`);
      const { errors } = response.body as { errors?: { code?: unknown } };
      all.push([response.status, errors?.code, response.headers['retry-after'] !== undefined]);
    }
    return all;
  };
  const three = (code: string) => Array.from({ length: 3 }, () => [503, code, true]);
  const nowhere = async (scheme: string) => `${scheme}://127.0.0.1:${String(await getPort())}`;

  it('the database', async () => {
    const cutOff = anotherApp({ DATABASE_URL: `${await nowhere('postgres')}/none` });
    expect(await answers(cutOff)).toEqual(three('SERVICE_UNAVAILABLE'));
  });

  it('the keys of the sign-in provider', async () => {
    const cutOff = anotherApp({ SUPABASE_URL: await nowhere('http') });
    expect(await answers(cutOff)).toEqual(three('AUTH_VERIFIER_UNAVAILABLE'));
  });
});
