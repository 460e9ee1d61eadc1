import { Problem } from '../kernel/problems.ts';
import { idempotencyProblems } from './idempotency-problems.ts';
import type { RequestContext } from './request-context.ts';

/**
 * The key of the header, bare or as a quoted string (both occur in the wild), 1 to 255 visible characters.
 * @throws Problem IDEMPOTENCY_KEY_REQUIRED
 */
export function readIdempotencyKey({ header }: Pick<RequestContext, 'header'>): string {
  const trimmed = (header('idempotency-key') ?? '').trim();
  const key = /^"(.*)"$/.exec(trimmed)?.[1] ?? trimmed;
  if (key.length < 1 || key.length > 255 || !/^[\x20-\x7e]+$/.test(key)) {
    throw new Problem(idempotencyProblems.IDEMPOTENCY_KEY_REQUIRED);
  }
  return key;
}

/** Tells the caller of a repeated request that nothing was done anew. */
export const REPLAYED = { 'Idempotent-Replayed': 'true' };
