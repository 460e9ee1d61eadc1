import { Problem } from '../../../kernel/problems.ts';
import { checkoutProblems } from '../checkout.problems.ts';

/**
 * The key of the header, bare or as a quoted string (both occur in the wild), 1 to 255 visible characters.
 * @throws Problem IDEMPOTENCY_KEY_REQUIRED
 */
export function readIdempotencyKey(header: string | null): string {
  const trimmed = (header ?? '').trim();
  const key = /^"(.*)"$/.exec(trimmed)?.[1] ?? trimmed;
  if (key.length < 1 || key.length > 255 || !/^[\x20-\x7e]+$/.test(key)) {
    throw new Problem(checkoutProblems.IDEMPOTENCY_KEY_REQUIRED);
  }
  return key;
}
