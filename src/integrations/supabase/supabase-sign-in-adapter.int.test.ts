import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CUSTOMER_EMAIL, personIdOf, SEEDED_PASSWORD } from '../../../sandbox/supabase/people.ts';
import { startSandbox, type Sandbox } from '../../../sandbox/start-sandbox.ts';
import { runInsideTransaction } from '../../db/transaction-context.ts';
import { SignInRefused } from './sign-in-port.ts';
import { createSupabaseSignInAdapter } from './supabase-sign-in-adapter.ts';

const REDIRECT = 'http://localhost:3001/auth/callback?next=%2Faccount';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

const adapter = (settings: { url?: string; publicKey?: string } = {}) =>
  createSupabaseSignInAdapter({
    url: settings.url ?? sandbox.url,
    publicKey: settings.publicKey ?? sandbox.core.settings.supabasePublicKey,
    timeoutMs: 500,
  });
const credentials = { email: CUSTOMER_EMAIL, password: SEEDED_PASSWORD };
const refusedAs = async (work: Promise<unknown>, code: string) => {
  await expect(work).rejects.toBeInstanceOf(SignInRefused);
  await expect(work).rejects.toMatchObject({ code });
};

describe('supabase sign-in adapter', () => {
  it('signs in, refreshes and signs out; two people never share a session', async () => {
    const supabase = adapter();
    const session = await supabase.signIn(credentials);
    expect(session).toMatchObject({
      expiresInSeconds: 3_600,
      user: { id: personIdOf(CUSTOMER_EMAIL), email: CUSTOMER_EMAIL },
    });
    const other = await supabase.signIn(credentials);
    const refreshed = await supabase.refresh(session.refreshToken);
    expect(refreshed.refreshToken).not.toBe(session.refreshToken);
    await supabase.signOut(refreshed.accessToken, 'local');
    await refusedAs(supabase.refresh(refreshed.refreshToken), 'refresh_token_not_found');
    await expect(supabase.refresh(other.refreshToken)).resolves.toBeDefined();
  });

  it('registers with names, and mails links that lead where they are told', async () => {
    const supabase = adapter();
    const person = { email: 'reg@example.com', password: 'seven lanterns at dusk' };
    await supabase.register({ ...person, firstName: 'Aiko', lastName: null, redirectTo: REDIRECT });
    await refusedAs(supabase.signIn(person), 'email_not_confirmed');
    await supabase.sendRecovery({ email: CUSTOMER_EMAIL, redirectTo: REDIRECT });
    const links = sandbox.mails().map(({ text }) => /https?:\S+/.exec(text)?.[0] ?? '');
    expect(links.map((link) => new URL(link).searchParams.get('redirect_to'))).toEqual([
      REDIRECT,
      REDIRECT,
    ]);
  });

  it('tells refusals by the provider’s own word', async () => {
    const supabase = adapter();
    const { accessToken } = await supabase.signIn(credentials);
    await refusedAs(supabase.signIn({ ...credentials, password: 'x' }), 'invalid_credentials');
    await refusedAs(supabase.changePassword(accessToken, 'x'), 'weak_password');
    await refusedAs(supabase.changePassword(accessToken, SEEDED_PASSWORD), 'same_password');
    await refusedAs(supabase.changePassword('junk', 'another password'), 'bad_jwt');
    const known = { ...credentials, firstName: null, lastName: null, redirectTo: REDIRECT };
    await refusedAs(supabase.register(known), 'user_already_exists');
  });

  it('blames nobody when there is no answer, and itself for a wrong key', async () => {
    sandbox.fault({ match: 'POST /auth/v1/token', kind: 'error_500' });
    await expect(adapter().signIn(credentials)).rejects.toMatchObject({ kind: 'unknown' });
    sandbox.fault({ match: 'POST /auth/v1/token', kind: 'reset' });
    await expect(adapter().signIn(credentials)).rejects.toMatchObject({ kind: 'unknown' });
    sandbox.fault({ match: 'POST /auth/v1/token', kind: 'error_429' });
    await expect(adapter().signIn(credentials)).rejects.toMatchObject({ status: 429 });
    await expect(adapter({ publicKey: 'other' }).signIn(credentials)).rejects.toMatchObject({
      kind: 'misconfigured',
    });
  });

  it('never says a password or a token in an error', async () => {
    const failures = await Promise.all(
      [
        adapter().signIn({ ...credentials, password: 'wrong secret' }),
        adapter({ publicKey: 'other' }).changePassword('token secret', 'new secret'),
        adapter({ url: 'http://127.0.0.1:1' }).refresh('refresh secret'),
      ].map((work) => work.then(String, (error: unknown) => inspectAll(error))),
    );
    expect(failures.join(' ')).not.toContain('secret');
  });

  it('refuses to work inside a transaction', async () => {
    const inside = runInsideTransaction('test', () => adapter().signIn(credentials));
    await expect(inside).rejects.toThrow('supabase.signIn was called inside');
  });
});

/** Everything that a log could print of an error. */
function inspectAll(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return `${error.stack ?? ''} ${JSON.stringify(error)} ${inspectAll(error.cause ?? '')}`;
}
