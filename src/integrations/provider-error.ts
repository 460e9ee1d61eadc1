/**
 * How a provider call ended badly.
 * - `rejected`: the provider understood and refused; nothing happened there, and the same request
 *   will be refused again.
 * - `unknown`: no usable answer (network, timeout, 5xx, rate limit); it may have happened. Ask
 *   again later, with the same idempotency key.
 * - `misconfigured`: our own set-up is wrong (key, bucket, domain); a person has to act.
 */
export type ProviderErrorKind = 'rejected' | 'unknown' | 'misconfigured';

/** The one error class of all provider adapters; SDK errors stay inside `cause`. */
export class ProviderError extends Error {
  readonly provider: string;
  readonly kind: ProviderErrorKind;
  readonly operation: string;
  /** HTTP status that was answered; null when there was no answer. */
  readonly status: number | null;

  constructor(failure: {
    provider: string;
    kind: ProviderErrorKind;
    operation: string;
    cause: unknown;
    status?: number | null;
  }) {
    super(`${failure.provider} ${failure.operation}: ${failure.kind}`, {
      cause: failure.cause,
    });
    this.name = 'ProviderError';
    this.provider = failure.provider;
    this.kind = failure.kind;
    this.operation = failure.operation;
    this.status = failure.status ?? null;
  }
}
