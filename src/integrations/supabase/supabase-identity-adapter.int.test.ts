import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ADMIN_EMAIL, CUSTOMER_EMAIL, personIdOf } from '../../../sandbox/supabase/people.ts';
import { startSandbox } from '../../../sandbox/start-sandbox.ts';
import type { Sandbox } from '../../../sandbox/start-sandbox.ts';
import { supabaseOf } from '../../../sandbox/supabase/supabase-state.ts';
import type { SupabaseState } from '../../../sandbox/supabase/supabase-state.ts';
import { runInsideTransaction } from '../../db/transaction-context.ts';
import { ProviderError } from '../provider-error.ts';
import { TokenInvalid } from './identity-port.ts';
import type { IdentityPort } from './identity-port.ts';
import { createSupabaseIdentityAdapter } from './supabase-identity-adapter.ts';

describe('supabase identity adapter', () => {
  let sandbox: Sandbox;
  let supabase: SupabaseState;
  let identity: IdentityPort;

  beforeAll(async () => {
    sandbox = await startSandbox();
    supabase = supabaseOf(sandbox.core);
  });
  afterAll(async () => {
    await sandbox.close();
  });
  beforeEach(() => {
    sandbox.reset();
    identity = createSupabaseIdentityAdapter({
      url: sandbox.url,
      publicKey: sandbox.core.settings.supabasePublicKey,
    });
  });

  it('reads who the bearer is and when they signed in', async () => {
    const token = await supabase.issueToken({
      email: ADMIN_EMAIL,
      signedInSecondsAgo: 3_600,
    });
    const verified = await identity.verifyToken(token);
    expect(verified).toMatchObject({
      userId: personIdOf(ADMIN_EMAIL),
      email: ADMIN_EMAIL,
    });
    expect(verified.sessionId).toEqual(expect.any(String));
    const secondsAgo = Date.now() / 1000 - (verified.authenticatedAtSeconds ?? 0);
    expect(Math.abs(secondsAgo - 3_600)).toBeLessThan(5);
  });

  it('takes the earliest proof and never a refresh', async () => {
    const amr = [
      { method: 'token_refresh', timestamp: 100 },
      { method: 'totp', timestamp: 300 },
      { method: 'password', timestamp: 200 },
    ];
    const token = await supabase.issueToken({ claims: { amr } });
    expect((await identity.verifyToken(token)).authenticatedAtSeconds).toBe(200);
  });

  it.each([
    [{ claims: { amr: undefined, session_id: undefined, email: '' } }],
    [{ claims: { amr: 'password', session_id: 7, email: undefined } }],
  ])('answers null for what the token hides: %j', async (options) => {
    const verified = await identity.verifyToken(await supabase.issueToken(options));
    expect(verified).toMatchObject({
      email: null,
      sessionId: null,
      authenticatedAtSeconds: null,
    });
  });

  it.each([
    ['unsigned', { alg: 'none' as const }],
    ['signed with the public key as a shared secret', { alg: 'HS256' as const }],
    ['signed by a stranger', { signedBy: 'stranger' as const }],
    ['for another audience', { claims: { aud: 'anon' } }],
    ['of another issuer', { claims: { iss: 'https://evil.example/auth/v1' } }],
    ['signed for a role of its own', { signedBy: 'stranger' as const, claims: { role: 'admin' } }],
    ['expired', { claims: { exp: Math.floor(Date.now() / 1000) - 6 } }],
    ['without expiry', { claims: { exp: undefined } }],
    ['of nobody', { claims: { sub: undefined } }],
    ['of no uuid', { claims: { sub: 'service' } }],
  ])('refuses a token that is %s', async (_name, options) => {
    const token = await supabase.issueToken(options);
    await expect(identity.verifyToken(token)).rejects.toThrow(TokenInvalid);
  });

  it('refuses a stranger who borrows the published key id', async () => {
    const { kid } = supabase.auth.keys.signing;
    const token = await supabase.issueToken({ signedBy: 'stranger', kid });
    await expect(identity.verifyToken(token)).rejects.toThrow(TokenInvalid);
  });

  it.each(['', 'x', 'a.b.c'])('refuses %j', async (token) => {
    await expect(identity.verifyToken(token)).rejects.toThrow(TokenInvalid);
  });

  it('does not blame the bearer when the keys or the server cannot be reached', async () => {
    const token = await supabase.issueToken();
    const closed = await startSandbox();
    await closed.close();
    const cutOff = createSupabaseIdentityAdapter({
      url: closed.url,
      publicKey: 'x',
    });
    const failure = { provider: 'supabase', kind: 'unknown' };
    await expect(cutOff.verifyToken(token)).rejects.toMatchObject(failure);
    await expect(cutOff.fetchUser(token)).rejects.toMatchObject(failure);
  });

  it('knows the account behind the token', async () => {
    const person = supabase.auth.people.get(personIdOf(CUSTOMER_EMAIL));
    if (person === undefined) throw new Error('the customer is missing');
    person.metadata = { given_name: ' Ada ', family_name: 7 };
    expect(await identity.fetchUser(await supabase.issueToken())).toEqual({
      id: person.id,
      email: CUSTOMER_EMAIL,
      emailVerified: true,
      firstName: 'Ada',
      lastName: null,
    });
    person.emailConfirmedAt = null;
    const unverified = await identity.fetchUser(await supabase.issueToken());
    expect(unverified.emailVerified).toBe(false);
  });

  it('tells a token that ended from a wrong API key', async () => {
    const token = await supabase.issueToken();
    sandbox.reset();
    await expect(identity.fetchUser(token)).rejects.toThrow(TokenInvalid);
    const wrong = createSupabaseIdentityAdapter({
      url: sandbox.url,
      publicKey: 'sb_publishable_other',
    });
    const fresh = await supabase.issueToken();
    await expect(wrong.fetchUser(fresh)).rejects.toMatchObject({
      kind: 'misconfigured',
    });
    await expect(wrong.fetchUser(fresh)).rejects.toThrow(ProviderError);
  });

  it('refuses to work inside a transaction', async () => {
    const token = await supabase.issueToken();
    const inside = runInsideTransaction('test', () => identity.verifyToken(token));
    await expect(inside).rejects.toThrow('supabase.verifyToken was called inside');
  });
});

describe('supabase identity adapter and key rotation', () => {
  let sandbox: Sandbox;
  let supabase: SupabaseState;

  beforeAll(async () => {
    sandbox = await startSandbox();
    supabase = supabaseOf(sandbox.core);
  });
  afterAll(async () => {
    await sandbox.close();
  });

  it('accepts every published key, and none that was revoked', async () => {
    const settings = {
      url: sandbox.url,
      publicKey: sandbox.core.settings.supabasePublicKey,
    };
    const old = await supabase.issueToken();
    supabase.rotateKey();
    const current = await supabase.issueToken();
    const during = createSupabaseIdentityAdapter(settings);
    await expect(during.verifyToken(old)).resolves.toMatchObject({
      email: CUSTOMER_EMAIL,
    });
    await expect(during.verifyToken(current)).resolves.toMatchObject({
      email: CUSTOMER_EMAIL,
    });
    supabase.rotateKey({ dropOld: true });
    const after = createSupabaseIdentityAdapter(settings);
    await expect(after.verifyToken(current)).rejects.toThrow(TokenInvalid);
  });

  const keyRequests = () =>
    sandbox.requests().filter(({ path }) => path.endsWith('/jwks.json')).length;
  const anAdapter = (keysCooldownMs?: number) =>
    createSupabaseIdentityAdapter({
      url: sandbox.url,
      publicKey: sandbox.core.settings.supabasePublicKey,
      ...(keysCooldownMs === undefined ? {} : { keysCooldownMs }),
    });

  it('fetches the keys once, and again for a key that it does not know', async () => {
    const identity = anAdapter(0);
    const before = keyRequests();
    const token = await supabase.issueToken();
    for (let time = 0; time < 20; time += 1) await identity.verifyToken(token);
    expect(keyRequests() - before).toBe(1);
    supabase.rotateKey();
    await expect(identity.verifyToken(await supabase.issueToken())).resolves.toBeDefined();
    expect(keyRequests() - before).toBe(2);
    // Still published: whoever signed in before the rotation stays signed in.
    await expect(identity.verifyToken(token)).resolves.toBeDefined();
    supabase.rotateKey({ dropOld: true });
    await expect(identity.verifyToken(await supabase.issueToken())).resolves.toBeDefined();
    await expect(identity.verifyToken(token)).rejects.toThrow(TokenInvalid);
  });

  it('does not ask for the keys again for each token with an invented one', async () => {
    const identity = anAdapter();
    await identity.verifyToken(await supabase.issueToken());
    const before = keyRequests();
    for (let n = 0; n < 10; n += 1) {
      const token = await supabase.issueToken({ kid: `invented-${String(n)}` });
      await expect(identity.verifyToken(token)).rejects.toThrow(TokenInvalid);
    }
    expect(keyRequests()).toBe(before);
  });

  it('accepts RS256 as well', async () => {
    supabase.rotateKey({ alg: 'RS256' });
    const token = await supabase.issueToken();
    await expect(anAdapter().verifyToken(token)).resolves.toMatchObject({ email: CUSTOMER_EMAIL });
    const forged = await supabase.issueToken({ alg: 'HS256' });
    await expect(anAdapter().verifyToken(forged)).rejects.toThrow(TokenInvalid);
  });
});
