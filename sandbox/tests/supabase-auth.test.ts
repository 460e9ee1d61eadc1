import { createClient } from '@supabase/supabase-js';
import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { CUSTOMER_EMAIL, SEEDED_PASSWORD } from '../supabase/people.ts';
import { startSandbox } from '../start-sandbox.ts';
import type { Sandbox } from '../start-sandbox.ts';
import { supabaseOf } from '../supabase/supabase-state.ts';
import type { SupabaseState } from '../supabase/supabase-state.ts';

const errorBody = z.looseObject({
  code: z.unknown(),
  message: z.string().optional(),
});
const tokenClaims = z.looseObject({
  iss: z.string(),
  aud: z.string(),
  session_id: z.string(),
  amr: z.array(z.object({ method: z.string(), timestamp: z.number() })),
});

function clientOf(sandbox: Sandbox) {
  return createClient(sandbox.url, sandbox.core.settings.supabasePublicKey, {
    auth: { flowType: 'pkce', autoRefreshToken: false },
  });
}

describe('auth server', () => {
  let sandbox: Sandbox;
  let supabase: SupabaseState;
  let offsetMs = 0;
  let client: ReturnType<typeof clientOf>;

  beforeAll(async () => {
    sandbox = await startSandbox({ now: () => Date.now() + offsetMs });
    supabase = supabaseOf(sandbox.core);
  });
  afterAll(async () => {
    await sandbox.close();
  });
  beforeEach(() => {
    sandbox.reset();
    offsetMs = 0;
    client = clientOf(sandbox);
  });

  async function signIn(): Promise<{ access: string; refresh: string }> {
    const { data, error } = await client.auth.signInWithPassword({
      email: CUSTOMER_EMAIL,
      password: SEEDED_PASSWORD,
    });
    if (error !== null) throw error;
    return {
      access: data.session.access_token,
      refresh: data.session.refresh_token,
    };
  }

  async function claimsOf(token: string): Promise<z.infer<typeof tokenClaims>> {
    const { data, error } = await client.auth.getClaims(token);
    if (error !== null || data === null) throw error ?? new Error('no claims');
    return tokenClaims.parse(data.claims);
  }

  function post(path: string, body: unknown, headers: Record<string, string> = {}) {
    return fetch(`${sandbox.url}/auth/v1${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        apikey: sandbox.core.settings.supabasePublicKey,
        ...headers,
      },
      body: JSON.stringify(body),
    });
  }

  /** Opens the link of the newest mail; answers where it leads. */
  async function openNewestLink(): Promise<URL> {
    const link = /http\S+/.exec(sandbox.core.mails.at(-1)?.text ?? '')?.[0];
    if (link === undefined) throw new Error('the newest mail has no link');
    const response = await fetch(link, { redirect: 'manual' });
    expect(response.status).toBe(302);
    return new URL(response.headers.get('location') ?? '');
  }

  it('signs in with claims that verify against the published keys', async () => {
    const { access } = await signIn();
    const claims = await claimsOf(access);
    expect(claims).toMatchObject({
      iss: `${sandbox.url}/auth/v1`,
      aud: 'authenticated',
      role: 'authenticated',
      email: CUSTOMER_EMAIL,
      amr: [{ method: 'password' }],
    });
  });

  it('keeps session and sign-in time through a refresh, and rotates the refresh token', async () => {
    const first = await signIn();
    offsetMs = 60_000;
    const { data, error } = await client.auth.refreshSession({
      refresh_token: first.refresh,
    });
    expect(error).toBeNull();
    expect(data.session?.refresh_token).not.toBe(first.refresh);
    const [before, after] = await Promise.all([
      claimsOf(first.access),
      claimsOf(data.session?.access_token ?? ''),
    ]);
    expect(after.session_id).toBe(before.session_id);
    expect(after.amr).toEqual(before.amr);
  });

  it('lets a spent refresh token work for ten seconds, and ends the session after that', async () => {
    const { refresh } = await signIn();
    const grant = '/token?grant_type=refresh_token';
    const rotated = await post(grant, { refresh_token: refresh });
    expect(rotated.status).toBe(200);
    offsetMs = 9_000;
    const again = await post(grant, { refresh_token: refresh });
    const { refresh_token: active } = z
      .looseObject({ refresh_token: z.string() })
      .parse(await again.json());
    offsetMs = 12_000;
    const late = await client.auth.refreshSession({ refresh_token: refresh });
    expect(late.error?.code).toBe('refresh_token_already_used');
    const family = await client.auth.refreshSession({ refresh_token: active });
    expect(family.error?.code).toBe('refresh_token_not_found');
  });

  it('refuses wrong passwords and unconfirmed addresses with their codes', async () => {
    const wrong = await client.auth.signInWithPassword({
      email: CUSTOMER_EMAIL,
      password: 'no',
    });
    expect(wrong.error).toMatchObject({
      status: 400,
      code: 'invalid_credentials',
    });
    await client.auth.signUp({
      email: 'new@example.test',
      password: 'long-enough',
    });
    const early = await client.auth.signInWithPassword({
      email: 'new@example.test',
      password: 'long-enough',
    });
    expect(early.error).toMatchObject({
      status: 400,
      code: 'email_not_confirmed',
    });
  });

  it('confirms a sign-up through the mailbox and redeems the code once', async () => {
    const target = 'http://localhost:3001/auth/callback?next=/account';
    const { data, error } = await client.auth.signUp({
      email: 'New.Person@Example.test',
      password: 'long-enough',
      options: { emailRedirectTo: target },
    });
    expect(error).toBeNull();
    expect(data.session).toBeNull();
    expect(data.user?.email_confirmed_at).toBeUndefined();
    const arrived = await openNewestLink();
    expect(arrived.origin + arrived.pathname).toBe('http://localhost:3001/auth/callback');
    expect(arrived.searchParams.get('next')).toBe('/account');
    const code = arrived.searchParams.get('code') ?? '';
    const exchanged = await client.auth.exchangeCodeForSession(code);
    expect(exchanged.data.user?.email).toBe('new.person@example.test');
    expect(exchanged.data.user?.email_confirmed_at).toEqual(expect.any(String));
    const reopened = await openNewestLink();
    expect(reopened.searchParams.get('error_code')).toBe('otp_expired');
  });

  it('gives the code only to the holder of the verifier', async () => {
    const verifier = randomBytes(32).toString('base64url');
    const challenge = createHash('sha256').update(verifier).digest('base64url');
    await post('/signup', {
      email: 'pkce@example.test',
      password: 'long-enough',
      code_challenge: challenge,
      code_challenge_method: 's256',
    });
    const code = (await openNewestLink()).searchParams.get('code');
    const wrong = await post('/token?grant_type=pkce', {
      auth_code: code,
      code_verifier: 'x',
    });
    expect(wrong.status).toBe(400);
    const right = await post('/token?grant_type=pkce', {
      auth_code: code,
      code_verifier: verifier,
    });
    expect(right.status).toBe(200);
  });

  it('sends links only to the site or this machine', async () => {
    await client.auth.resetPasswordForEmail(CUSTOMER_EMAIL, {
      redirectTo: 'https://evil.example/steal',
    });
    const arrived = await openNewestLink();
    expect(arrived.origin).toBe(new URL(sandbox.core.settings.siteUrl).origin);
  });

  it('recovers a password, refusing weak and unchanged ones', async () => {
    await client.auth.resetPasswordForEmail(CUSTOMER_EMAIL, {
      redirectTo: 'http://localhost:3001/auth/callback?next=/account/reset-password',
    });
    const code = (await openNewestLink()).searchParams.get('code') ?? '';
    expect((await client.auth.exchangeCodeForSession(code)).error).toBeNull();
    const weak = await client.auth.updateUser({ password: 'short' });
    expect(weak.error).toMatchObject({ status: 422, code: 'weak_password' });
    const same = await client.auth.updateUser({ password: SEEDED_PASSWORD });
    expect(same.error).toMatchObject({ status: 422, code: 'same_password' });
    expect((await client.auth.updateUser({ password: 'another-password' })).error).toBeNull();
    const signedIn = await client.auth.signInWithPassword({
      email: CUSTOMER_EMAIL,
      password: 'another-password',
    });
    expect(signedIn.error).toBeNull();
  });

  it('tells nobody whether an address is known', async () => {
    const unknown = await client.auth.resetPasswordForEmail('nobody@example.test');
    const resend = await client.auth.resend({
      type: 'signup',
      email: 'nobody@example.test',
    });
    expect([unknown.error, resend.error]).toEqual([null, null]);
    expect(sandbox.core.mails).toEqual([]);
  });

  it('refuses a second sign-up for a confirmed address, and weak passwords', async () => {
    const known = await client.auth.signUp({
      email: CUSTOMER_EMAIL,
      password: 'long-enough',
    });
    expect(known.error).toMatchObject({
      status: 422,
      code: 'user_already_exists',
    });
    const weak = await client.auth.signUp({
      email: 'weak@example.test',
      password: '12345',
    });
    expect(weak.error).toMatchObject({ status: 422, code: 'weak_password' });
  });

  it('joins a Google account to the person with that address', async () => {
    const before = await signIn();
    const token = await supabase.issueGoogleToken({
      email: CUSTOMER_EMAIL,
      nonce: 'raw-nonce',
      metadata: { given_name: 'Ada', family_name: 'Lovelace' },
    });
    const google = await client.auth.signInWithIdToken({
      provider: 'google',
      token,
      nonce: 'raw-nonce',
    });
    expect(google.data.user?.id).toBe((await claimsOf(before.access)).sub);
    expect(google.data.user?.user_metadata).toMatchObject({
      given_name: 'Ada',
    });
    expect(google.data.user?.identities?.map(({ provider }) => provider)).toEqual([
      'email',
      'google',
    ]);
    const body = { provider: 'google', id_token: token, nonce: 'another' };
    const mismatch = await post('/token?grant_type=id_token', body);
    expect(mismatch.status).toBe(400);
    expect(await mismatch.json()).toMatchObject({
      error_description: 'Nonces mismatch',
    });
  });

  it('ends this session only, or all of them, at logout', async () => {
    const [here, there] = [await signIn(), await signIn()];
    await post('/logout?scope=local', {}, { authorization: `Bearer ${here.access}` });
    expect((await client.auth.getUser(here.access)).error?.name).toBe('AuthSessionMissingError');
    expect((await client.auth.getUser(there.access)).error).toBeNull();
    const third = await signIn();
    await post('/logout?scope=global', {}, { authorization: `Bearer ${third.access}` });
    expect((await client.auth.getUser(there.access)).error?.name).toBe('AuthSessionMissingError');
  });

  it('writes errors in the shape of the API version that was asked for', async () => {
    const body = { email: CUSTOMER_EMAIL, password: 'no' };
    const old = await post('/token?grant_type=password', body);
    expect(old.headers.get('x-supabase-api-version')).toBeNull();
    expect(await old.json()).toMatchObject({
      code: 400,
      error_code: 'invalid_credentials',
    });
    const modern = await post('/token?grant_type=password', body, {
      'x-supabase-api-version': '2024-01-01',
    });
    expect(modern.headers.get('x-supabase-api-version')).toBe('2024-01-01');
    expect(errorBody.parse(await modern.json()).code).toBe('invalid_credentials');
  });

  it('asks for a known API key, and answers broken JSON with a code', async () => {
    const missing = await fetch(`${sandbox.url}/auth/v1/user`);
    expect(missing.status).toBe(401);
    const wrong = await post('/recover', { email: 'a@b.test' }, { apikey: 'sb_publishable_other' });
    expect(wrong.status).toBe(401);
    const broken = await fetch(`${sandbox.url}/auth/v1/recover`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        apikey: sandbox.core.settings.supabasePublicKey,
      },
      body: '{',
    });
    expect(broken.status).toBe(400);
    expect(await broken.json()).toMatchObject({ error_code: 'bad_json' });
  });

  it('answers the preflight of a browser on another origin', async () => {
    const preflight = await fetch(`${sandbox.url}/auth/v1/token?grant_type=password`, {
      method: 'OPTIONS',
      headers: {
        origin: 'http://localhost:3001',
        'access-control-request-method': 'POST',
      },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-origin')).toBe('*');
    expect(preflight.headers.get('access-control-allow-headers')).toContain(
      'x-supabase-api-version',
    );
  });
});
