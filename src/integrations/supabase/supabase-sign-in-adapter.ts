import { z } from 'zod';
import { assertOutsideTransaction } from '../../db/transaction-context.ts';
import { ProviderError, type ProviderErrorKind } from '../provider-error.ts';
import { fetchWithTimeout } from './fetch-with-timeout.ts';
import { SignInRefused, type ProviderSession, type SignInPort } from './sign-in-port.ts';

const DEFAULT_TIMEOUT_MS = 8_000;
/** With this version errors say their code in `code`. */
const API_VERSION = '2024-01-01';

export type SignInSettings = {
  /** Without trailing slash. */
  url: string;
  publicKey: string;
  timeoutMs?: number;
};

const sessionBody = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1),
  expires_in: z.int().min(1),
  user: z.object({ id: z.uuid(), email: z.string().min(1) }),
});

const errorBody = z.object({ code: z.string().min(1) });

type Call = {
  method: 'POST' | 'PUT';
  path: string;
  body?: Record<string, unknown>;
  bearer?: string;
};

/**
 * Supabase Auth over its HTTP interface. Not by its SDK: a client of that remembers the last person who signed in through
 * it, which is right for a browser and a leak for a server.
 */
export function createSupabaseSignInAdapter(settings: SignInSettings): SignInPort {
  const send = fetchWithTimeout(settings.timeoutMs ?? DEFAULT_TIMEOUT_MS);
  const call = (operation: string, request: Call) => callAuth(send, settings, operation, request);
  const redirect = (url: string) => `redirect_to=${encodeURIComponent(url)}`;
  return {
    register: async ({ email, password, firstName, lastName, redirectTo }) => {
      const data = {
        ...(firstName === null ? {} : { given_name: firstName }),
        ...(lastName === null ? {} : { family_name: lastName }),
      };
      const path = `/signup?${redirect(redirectTo)}`;
      await call('register', { method: 'POST', path, body: { email, password, data } });
    },
    signIn: async (body) =>
      readSession(
        'signIn',
        await call('signIn', { method: 'POST', path: '/token?grant_type=password', body }),
      ),
    refresh: async (refreshToken) => {
      const path = '/token?grant_type=refresh_token';
      const body = { refresh_token: refreshToken };
      return readSession('refresh', await call('refresh', { method: 'POST', path, body }));
    },
    signOut: async (bearer, scope) => {
      await call('signOut', { method: 'POST', path: `/logout?scope=${scope}`, bearer });
    },
    sendRecovery: async ({ email, redirectTo }) => {
      const path = `/recover?${redirect(redirectTo)}`;
      await call('sendRecovery', { method: 'POST', path, body: { email } });
    },
    changePassword: async (bearer, password) => {
      await call('changePassword', { method: 'PUT', path: '/user', bearer, body: { password } });
    },
  };
}

async function callAuth(
  send: typeof fetch,
  settings: SignInSettings,
  operation: string,
  { method, path, body, bearer }: Call,
): Promise<unknown> {
  assertOutsideTransaction(`supabase.${operation}`);
  let response: Response;
  let text: string;
  try {
    response = await send(`${settings.url}/auth/v1${path}`, {
      method,
      headers: {
        apikey: settings.publicKey,
        'Content-Type': 'application/json',
        'X-Supabase-Api-Version': API_VERSION,
        ...(bearer === undefined ? {} : { Authorization: `Bearer ${bearer}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    text = await response.text();
  } catch (cause) {
    throw failed(operation, 'unknown', cause);
  }
  const answer = parseJson(text);
  if (response.ok) return answer;
  throw refusalOf(operation, response.status, answer);
}

/** The gateway refuses a wrong API key without a code; the auth server names one for all that is wrong with a request. */
function refusalOf(operation: string, status: number, answer: unknown): Error {
  const named = errorBody.safeParse(answer);
  if (status >= 500) return failed(operation, 'unknown', undefined, status);
  if (named.success) return new SignInRefused(named.data.code, status);
  if (status === 429) return new SignInRefused('over_request_rate_limit', status);
  return failed(operation, status === 401 ? 'misconfigured' : 'rejected', undefined, status);
}

function readSession(operation: string, answer: unknown): ProviderSession {
  const parsed = sessionBody.safeParse(answer);
  if (!parsed.success) throw failed(operation, 'unknown', parsed.error);
  const { access_token, refresh_token, expires_in, user } = parsed.data;
  return {
    accessToken: access_token,
    refreshToken: refresh_token,
    expiresInSeconds: expires_in,
    user,
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function failed(
  operation: string,
  kind: ProviderErrorKind,
  cause: unknown,
  status: number | null = null,
): ProviderError {
  return new ProviderError({ provider: 'supabase', kind, operation, cause, status });
}
