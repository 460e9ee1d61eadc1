import Stripe from 'stripe';
import type { ProviderErrorKind } from '../provider-error.ts';

/**
 * What a failed call means for the caller: undo (`rejected`), ask again with the same key
 * (`unknown`), or call a person (`misconfigured`).
 */
export function sortStripeError(error: unknown): ProviderErrorKind {
  if (!(error instanceof Stripe.errors.StripeError)) return 'unknown';
  const { statusCode } = error;
  // No status: no answer, or one that is not Stripe's. The work may have been done.
  if (statusCode === undefined || statusCode >= 500) return 'unknown';
  if (statusCode === 409 || statusCode === 429) return 'unknown';
  // Something else was done under this key. Undoing now would sell what that can still be paid for.
  if (error instanceof Stripe.errors.StripeIdempotencyError) return 'unknown';
  if (statusCode === 401 || statusCode === 403) return 'misconfigured';
  if (isUnknownResource(error)) return 'misconfigured';
  return 'rejected';
}

/** Stripe has no object of that id, at least not in the account and mode of our key. */
export function isUnknownResource(error: unknown): boolean {
  return (
    error instanceof Stripe.errors.StripeInvalidRequestError && error.code === 'resource_missing'
  );
}
