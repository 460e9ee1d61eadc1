import { createHash } from 'node:crypto';
import { assertOutsideTransaction } from '../../db/transaction-context.ts';
import { ProviderError } from '../provider-error.ts';
import { fetchWithTimeout } from '../supabase/fetch-with-timeout.ts';
import type { BreachPort } from './breach-port.ts';

/** Somebody waits for a form; without an answer the password is let through. */
const DEFAULT_TIMEOUT_MS = 2_000;
const PREFIX_LENGTH = 5;

export type BreachSettings = {
  /** Without trailing slash. */
  url: string;
  timeoutMs?: number;
};

/** The range lookup of Pwned Passwords. SHA-1 is its index, not a protection. */
export function createPwnedPasswordsAdapter(settings: BreachSettings): BreachPort {
  const get = fetchWithTimeout(settings.timeoutMs ?? DEFAULT_TIMEOUT_MS);
  return {
    isBreached: async (password) => {
      assertOutsideTransaction('breaches.isBreached');
      const hash = createHash('sha1').update(password).digest('hex').toUpperCase();
      const suffix = hash.slice(PREFIX_LENGTH);
      const range = await fetchRange(get, `${settings.url}/range/${hash.slice(0, PREFIX_LENGTH)}`);
      return range.split('\n').some((line) => isHit(line, suffix));
    },
  };
}

async function fetchRange(get: typeof fetch, url: string): Promise<string> {
  let status: number | null = null;
  try {
    // Padded, because the length of an answer would tell an eavesdropper which range was asked for.
    const response = await get(url, { headers: { 'Add-Padding': 'true' } });
    status = response.status;
    if (response.ok) return await response.text();
  } catch (cause) {
    throw failed('unknown', cause, null);
  }
  throw failed(status >= 500 || status === 429 ? 'unknown' : 'rejected', undefined, status);
}

/** `SUFFIX:COUNT`; padding has a count of 0. */
function isHit(line: string, suffix: string): boolean {
  const [found, times] = line.trim().split(':');
  return found?.toUpperCase() === suffix && Number(times) > 0;
}

function failed(
  kind: 'unknown' | 'rejected',
  cause: unknown,
  status: number | null,
): ProviderError {
  return new ProviderError({ provider: 'breaches', kind, operation: 'range', cause, status });
}
