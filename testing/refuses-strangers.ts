import { expect, test } from 'vitest';
import { supabaseOf } from '../sandbox/supabase/supabase-state.ts';
import { ADMIN_EMAIL } from '../sandbox/supabase/people.ts';
import type { HttpMethod } from '../src/http/route.ts';
import { aCustomer, anAdmin } from './factories.ts';
import type { World } from './world.ts';

const HALF_A_DAY_SECONDS = 12 * 3600;

/**
 * Tests that each of these operations is for admins only. The bodies are empty on purpose: who may not pass learns
 * nothing of what a good one would look like.
 */
export function refusesStrangers(
  worldOf: () => World,
  operations: readonly (readonly [HttpMethod, string])[],
): void {
  const call = async ([method, path]: readonly [HttpMethod, string], token: string | null) => {
    const request = worldOf().http[method](`/api/v1${path}`);
    const response = await (token === null
      ? request
      : request.set('Authorization', `Bearer ${token}`));
    const { errors } = response.body as { errors?: { code?: unknown } };
    expect(response.headers['cache-control']).toBe('no-store');
    return [response.status, errors?.code];
  };

  test.each(operations)('%s %s is for admins only', async (...operation) => {
    const w = worldOf();
    expect(await call(operation, null)).toEqual([401, 'AUTH_REQUIRED']);
    expect(await call(operation, 'not-a-token')).toEqual([401, 'AUTH_TOKEN_INVALID']);
    const customer = await aCustomer(w);
    expect(await call(operation, customer.token)).toEqual([403, 'ADMIN_ROLE_REQUIRED']);
    await anAdmin(w);
    const stale = await supabaseOf(w.sandbox.core).issueToken({
      email: ADMIN_EMAIL,
      signedInSecondsAgo: HALF_A_DAY_SECONDS + 60,
    });
    expect(await call(operation, stale)).toEqual([401, 'AUTH_TOKEN_INVALID']);
  });
}
