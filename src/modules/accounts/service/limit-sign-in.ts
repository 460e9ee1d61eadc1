import type { App } from '../../../kernel/app.ts';
import { sha256Hex } from '../../../kernel/hash.ts';
import { Problem, problems } from '../../../kernel/problems.ts';

type Limit = { points: number; seconds: number };

/**
 * Per address: many people may share one, and the storefront's server is one. Per account: what a person who has
 * forgotten the password tries, and far less than guessing needs. An account that does not exist is counted like one that
 * does.
 */
const LIMITS = {
  login: { address: { points: 100, seconds: 600 }, account: { points: 10, seconds: 900 } },
  register: { address: { points: 30, seconds: 3_600 }, account: { points: 5, seconds: 3_600 } },
  forgot: { address: { points: 30, seconds: 3_600 }, account: { points: 5, seconds: 3_600 } },
  reset: { address: { points: 30, seconds: 3_600 }, account: { points: 10, seconds: 3_600 } },
  change: { address: { points: 100, seconds: 600 }, account: { points: 10, seconds: 900 } },
} as const satisfies Record<string, { address: Limit; account: Limit }>;

/**
 * Counts a try against the limits of its caller's address and of the account that it is about, before any password is
 * looked at. The account is its e-mail or id.
 *
 * @throws Problem RATE_LIMITED
 */
export async function limitSignIn(
  app: App,
  kind: keyof typeof LIMITS,
  by: { clientAddress: string; account: string },
): Promise<void> {
  const { address, account } = LIMITS[kind];
  await countAttempt(app, { scope: `auth-${kind}-address`, key: by.clientAddress, ...address });
  await countAttempt(app, {
    scope: `auth-${kind}-account`,
    key: sha256Hex(by.account),
    ...account,
  });
}

/** @throws Problem RATE_LIMITED with the seconds to wait */
async function countAttempt(
  app: App,
  attempt: { scope: string; key: string; points: number; seconds: number },
): Promise<void> {
  const taken = await app.limiter.take(attempt);
  if (taken.ok) return;
  const { retryAfterSeconds } = taken;
  throw new Problem(problems.RATE_LIMITED, { retryAfterSeconds });
}
