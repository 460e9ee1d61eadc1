import { readNow } from '../../../db/client.ts';
import { ProviderError } from '../../../integrations/provider-error.ts';
import type { App } from '../../../kernel/app.ts';
import { HOUR_MS } from '../../../kernel/clock.ts';

/**
 * The key to ask under when Stripe keeps answering a stored 500 under `key`, which it does for a day. Another one each
 * hour, in case it meets a 500 as well; the same for all who ask at once, or money could go back twice.
 */
export async function makeOtherKey(
  app: App,
  { key, createdAt }: { key: string; createdAt: Date },
): Promise<string> {
  const ageMs = (await readNow(app)).getTime() - createdAt.getTime();
  return `${key}/again/${String(Math.floor(ageMs / HOUR_MS))}`;
}

/** Stripe answered, and that it failed. It stores this answer under the request's key. */
export function isServerError(error: unknown): boolean {
  return error instanceof ProviderError && error.status !== null && error.status >= 500;
}
